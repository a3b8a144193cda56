/** The people on the simulated networks: they see what leaves, like it, share it, and answer. */
import { createHash } from 'node:crypto'
import type { CounterName } from '../../shared/networks/network.ts'
import type { Person, SimulatedPost, Simulator } from '../../tests/simulators/simulator.ts'
import { networkOf, type Simulated } from './networks.ts'
import type { Simulators } from './simulators.ts'
import { commentsOn, film, mentions, messages, names, plainComments } from './voices.ts'

const everyMs = 1_000
/** A counter moves at most this often, and less and less. */
const countEveryMs = 3_000
const interestMs = 4 * 60_000
/** Older posts rest: what is collected of them stays as it is. */
const forgottenMs = 20 * 60_000
const firstSayingMs = 10_000
/** First one after the other on every network, then now and then. */
const sayingEveryMs = 3_000
const sayingLaterMs = 75_000
const restFactor = 12
/** A demo runs for days. */
const manyPosts = 2_000

interface Watched {
  /** Still to be said: at (ms), and what. */
  readonly comments: { readonly at: number; readonly text: string }[]
  countAt: number
}

export class People {
  readonly #simulators: Simulators
  readonly #isWatched: (now: number) => boolean
  readonly #random: () => number
  readonly #fitting = new Map<string, Deck>()
  readonly #comments: Deck
  readonly #mentions: Deck
  readonly #messages: Deck
  readonly #watched = new Map<string, Watched>()
  readonly #timer: NodeJS.Timeout
  #sayAt = Date.now() + firstSayingMs
  #sayings = 0
  #said = 0

  constructor(simulators: Simulators, isWatched: (now: number) => boolean, random: () => number = Math.random) {
    this.#simulators = simulators
    this.#isWatched = isWatched
    this.#random = random
    this.#comments = new Deck(plainComments, random)
    this.#mentions = new Deck(mentions, random)
    this.#messages = new Deck(messages, random)
    this.#timer = setInterval(() => this.#look(Date.now()), everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(now: number): void {
    for (const [name, simulator] of this.#simulators) {
      // A demo runs for days, and nobody reads its requests.
      simulator.journal.length = 0
      for (const post of simulator.live())
        if (post.parentExternalId === undefined && now - post.at < forgottenMs) this.#react(name, simulator, post, now)
    }
    if (now < this.#sayAt) return
    const all = [...this.#simulators].filter(([name]) => networkOf(name).says !== undefined)
    const found = all[this.#sayings % all.length]
    this.#sayings += 1
    this.#sayAt = now + (this.#sayings < all.length ? sayingEveryMs : this.#pace(sayingLaterMs))
    if (found !== undefined) this.#reach(...found)
  }

  /** Less of everything while nobody looks: each reaction costs deliveries, looks and writes. */
  #pace(ms: number): number {
    return this.#isWatched(Date.now()) ? ms : ms * restFactor
  }

  /** Of their own accord. */
  #reach(name: Simulated, simulator: Simulator): void {
    const { says } = networkOf(name)
    if (says === 'upload') {
      if (simulator.live().length === 0) this.#say(simulator.mention(film))
    } else if (says === 'message') this.#say(simulator.directMessage(this.#messages.draw(), this.#somebody(name)))
    else this.#say(simulator.mention(this.#mentions.draw(), this.#somebody(name)))
  }

  #react(name: Simulated, simulator: Simulator, post: SimulatedPost, now: number): void {
    const { comments: mayComment } = networkOf(name)
    const watched = this.#watched.get(post.externalId) ?? this.#begin(post, now, mayComment)
    const [next] = watched.comments
    if (next !== undefined && now >= next.at) {
      watched.comments.shift()
      const { comments = 0 } = post.counters
      this.#say(simulator.comment(post.externalId, next.text, this.#somebody(name)))
      simulator.setCounters(post.externalId, { comments: comments + 1 })
    }
    if (now < watched.countAt) return
    watched.countAt = now + this.#pace(countEveryMs + this.#random() * countEveryMs)
    this.#count(name, simulator, post, Math.exp((post.at - now) / interestMs))
  }

  #begin(post: SimulatedPost, now: number, mayComment: boolean): Watched {
    // Of one post on many networks: what fits it is said on one of them, what fits any on the others.
    const fitting = this.#fitting.get(post.text) ?? new Deck(commentsOn(post.text), this.#random)
    this.#fitting.set(post.text, fitting)
    // What was there before a restart has been talked about.
    const count = mayComment && now - post.at < 60_000 ? 1 + Math.floor(this.#random() * 3) : 0
    const comments = Array.from({ length: count }, (_, index) => ({
      at: now + 3_000 + index * 14_000 + this.#random() * 5_000,
      text: fitting.left === 0 ? this.#comments.draw() : fitting.draw(),
    }))
    const watched = { comments, countAt: now + 2_000 }
    if (this.#watched.size > manyPosts) {
      this.#watched.clear()
      this.#fitting.clear()
    }
    this.#watched.set(post.externalId, watched)
    return watched
  }

  /** Only counters that the network tells; who reacts has seen the post. */
  #count(name: Simulated, simulator: Simulator, { externalId, counters }: SimulatedPost, interest: number): void {
    const some = (most: number) => Math.round(this.#random() * most * interest)
    const seen = 4 + some(simulator.followers / 40)
    const more = {
      views: seen,
      impressions: seen,
      reach: Math.ceil(seen * 0.8),
      clicks: some(1.2),
      saves: some(0.8),
    } as const
    const { tells = [] } = networkOf(name)
    const { likes = 0, shares = 0 } = counters
    const moved: Partial<Record<CounterName, number>> = { likes: likes + some(4), shares: shares + some(0.9) }
    for (const counter of ['views', 'impressions', 'reach', 'clicks', 'saves'] as const)
      if (counters[counter] !== undefined || tells.includes(counter))
        moved[counter] = (counters[counter] ?? 0) + more[counter]
    simulator.setCounters(externalId, moved)
    const told = simulator.tellCounters?.(externalId)
    if (told !== undefined) this.#say(told)
  }

  #somebody(name: Simulated): Person {
    const who = names[this.#said++ % names.length] ?? 'Quelqu’un'
    const slug = who
      .normalize('NFD')
      .replace(/[^A-Za-z ]/g, '')
      .replace(/ +/g, '-')
      .toLowerCase()
    const hash = createHash('sha256').update(slug).digest()
    const digits = String(hash.readBigUInt64BE(0)).padStart(20, '0')
    const letters = [...hash.subarray(0, 24)].map((byte) => base32[byte & 31]).join('')
    return networkOf(name).person(who, slug, digits, letters)
  }

  /** A person whom nobody hears tries no more. */
  #say(saying: Promise<unknown>): void {
    saying.catch(() => undefined)
  }
}

/** Texts in an order of chance; none comes again before all the others have. */
class Deck {
  readonly #texts: readonly string[]
  readonly #random: () => number
  #left: string[]

  constructor(texts: readonly string[], random: () => number) {
    this.#texts = texts
    this.#random = random
    this.#left = [...texts]
  }

  get left(): number {
    return this.#left.length
  }

  draw(): string {
    if (this.#left.length === 0) this.#left = [...this.#texts]
    return this.#left.splice(Math.floor(this.#random() * this.#left.length), 1)[0] ?? ''
  }
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'
