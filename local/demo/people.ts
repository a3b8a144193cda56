/** The people on the simulated networks: they see what leaves, like it, share it, and answer. */
import { createHash } from 'node:crypto'
import type { Person, SimulatedPost, Simulator } from '../../tests/simulators/simulator.ts'
import { commentsFor, mentions, names } from './shop.ts'

const everyMs = 1_000
/** A counter moves at most this often, and less and less. */
const countEveryMs = 3_000
const interestMs = 4 * 60_000
/** Older posts rest: what is collected of them stays as it is. */
const forgottenMs = 20 * 60_000
const firstMentionMs = 25_000
const mentionEveryMs = 4 * 60_000

interface Watched {
  /** Still to be said: at (ms), and what. */
  readonly comments: { readonly at: number; readonly text: string }[]
  countAt: number
}

export class People {
  readonly #simulators: readonly Simulator[]
  readonly #random: () => number
  readonly #watched = new Map<string, Watched>()
  readonly #timer: NodeJS.Timeout
  #mentionAt = Date.now() + firstMentionMs
  #mentioned = 0
  #said = 0

  constructor(simulators: readonly Simulator[], random: () => number = Math.random) {
    this.#simulators = simulators
    this.#random = random
    this.#timer = setInterval(() => this.#look(Date.now()), everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(now: number): void {
    for (const simulator of this.#simulators) {
      // A demo runs for days, and nobody reads its requests.
      simulator.journal.length = 0
      for (const post of simulator.live())
        if (post.parentExternalId === undefined && now - post.at < forgottenMs) this.#react(simulator, post, now)
    }
    if (now >= this.#mentionAt) {
      this.#mentionAt = now + mentionEveryMs
      const simulator = this.#simulators[this.#mentioned % this.#simulators.length]
      const text = mentions[this.#mentioned++ % mentions.length]
      if (simulator !== undefined && text !== undefined) this.#say(simulator.mention(text, this.#somebody(simulator)))
    }
  }

  #react(simulator: Simulator, post: SimulatedPost, now: number): void {
    const watched = this.#watched.get(post.externalId) ?? this.#begin(post, now)
    const [next] = watched.comments
    if (next !== undefined && now >= next.at) {
      watched.comments.shift()
      const { comments = 0 } = post.counters
      this.#say(simulator.comment(post.externalId, next.text, this.#somebody(simulator)))
      simulator.setCounters(post.externalId, { comments: comments + 1 })
    }
    if (now < watched.countAt) return
    watched.countAt = now + countEveryMs + this.#random() * countEveryMs
    this.#count(simulator, post, Math.exp((post.at - now) / interestMs))
  }

  #begin(post: SimulatedPost, now: number): Watched {
    const texts = commentsFor(post.text)
    // What was there before a restart has been talked about.
    const fresh = now - post.at < 60_000
    const count = fresh ? 1 + Math.floor(this.#random() * texts.length) : 0
    const comments = texts
      .slice(0, count)
      .map((text, index) => ({ at: now + 3_000 + index * 14_000 + this.#random() * 5_000, text }))
    const watched = { comments, countAt: now + 2_000 }
    this.#watched.set(post.externalId, watched)
    return watched
  }

  /** Only counters that the network tells; who reacts has seen the post. */
  #count(simulator: Simulator, { externalId, counters }: SimulatedPost, interest: number): void {
    const some = (most: number) => Math.round(this.#random() * most * interest)
    const seen = 4 + some(simulator.followers / 40)
    const { views, reach, clicks, likes = 0, shares = 0 } = counters
    simulator.setCounters(externalId, {
      likes: likes + some(4),
      shares: shares + some(0.9),
      ...(views === undefined ? {} : { views: views + seen }),
      ...(reach === undefined ? {} : { reach: reach + Math.ceil(seen * 0.8) }),
      ...(clicks === undefined ? {} : { clicks: clicks + some(1.2) }),
    })
  }

  #somebody(simulator: Simulator): Person {
    const name = names[this.#said++ % names.length] ?? 'Quelqu’un'
    const slug = name
      .normalize('NFD')
      .replace(/[^A-Za-z ]/g, '')
      .replace(/ +/g, '-')
      .toLowerCase()
    const hash = createHash('sha256').update(slug).digest()
    switch (simulator.network) {
      case 'bluesky':
        return {
          externalId: `did:plc:${[...hash.subarray(0, 24)].map((byte) => base32[byte & 31]).join('')}`,
          handle: `${slug}.bsky.test`,
          name,
        }
      case 'mastodon':
        return {
          externalId: String(hash.readUInt32BE(0)),
          handle: `${slug.replaceAll('-', '_')}@piaille.example`,
          name,
        }
      default:
        return { externalId: String(hash.readUInt32BE(0)), handle: name, name }
    }
  }

  /** A person whom nobody hears tries no more. */
  #say(saying: Promise<unknown>): void {
    saying.catch(() => undefined)
  }
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'
