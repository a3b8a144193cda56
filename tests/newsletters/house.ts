/** Lists over a real engine, and a mail server that does as it is told. */

import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Message } from '../../shared/aws/queue.ts'
import type { Table } from '../../shared/aws/table.ts'
import { render } from '../../shared/i18n/index.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import type { Letter, Posted } from '../../shared/networks/network.ts'
import { Deliverer, Lists, NewsletterDesk, Subscribers } from '../../shared/newsletters/index.ts'
import type { List } from '../../shared/newsletters/list.ts'
import { type WakeMessageOf, wakeMessage } from '../../shared/scheduling/index.ts'
import { Engine } from '../support/engine.ts'

/** What a killed function looks like from inside. */
type LetterMessage = WakeMessageOf<'issue' | 'confirmation'>

export class Killed extends Error {}

/** The clock of the machine, moved on at will. */
class MovedClock implements Clock {
  offset = 0

  now(): number {
    return Date.now() + this.offset
  }

  sleep(): Promise<void> {
    return Promise.resolve()
  }
}

export class House {
  readonly workspaceId = newId('workspace', Date.now(), systemRandom)
  readonly channelId = newId('channel', Date.now(), systemRandom)
  readonly sent: Letter[] = []
  readonly reconnects: string[] = []
  /** What the mail server answers to the next letters; then it takes them. */
  readonly answers: (Posted | 'kill before' | 'kill after')[] = []
  /** What it answers to every letter, and to those for one address, as long as it is so. */
  everything: Posted | undefined
  readonly refusing = new Map<string, Posted>()
  /** Called before each letter leaves. */
  meanwhile: (letter: Letter) => Promise<void> = async () => {}
  readonly clock: MovedClock
  readonly table: Table
  readonly lists: Lists
  readonly subscribers: Subscribers
  readonly desk: NewsletterDesk
  readonly queue: LetterMessage[] = []
  readonly #engine: Engine

  private constructor(engine: Engine, table: Table, clock: MovedClock) {
    this.clock = clock
    this.#engine = engine
    this.table = table
    const parts = { table, clock: this.clock, random: systemRandom, log: jsonLog(() => {}) }
    this.lists = new Lists({ ...parts, networkOf: async () => 'email' })
    this.subscribers = new Subscribers(parts)
    this.desk = new NewsletterDesk({ ...parts, queue: () => this.#queue }, this.workspaceId, this.channelId)
  }

  static async open(name: string): Promise<House> {
    const engine = await Engine.start()
    const clock = new MovedClock()
    return new House(engine, await engine.table(name, clock), clock)
  }

  close(): Promise<void> {
    return this.#engine.stop()
  }

  readonly #queue = {
    send: async (messages: readonly Message[]) => {
      this.queue.push(...messages.map(({ body }) => wakeMessage.parse(body)).filter((one) => one.kind === 'issue'))
    },
  }

  deliverer(): Deliverer {
    return new Deliverer({
      table: this.table,
      clock: this.clock,
      random: systemRandom,
      log: jsonLog(() => {}),
      queue: this.#queue,
      publicUrl: 'https://parvis.example',
      channels: {
        open: async () => ({
          connector: {
            title: 'Email',
            postman: async () => ({ send: (letter: Letter) => this.#send(letter), close: () => {} }),
          } as never,
          call: { account: { handle: 'contact@boulangerie.example' } } as never,
        }),
        needsReconnect: async (_workspace, _channel, reason) => void this.reconnects.push(render(reason, 'en')),
      },
    })
  }

  async #send(letter: Letter): Promise<Posted> {
    await this.meanwhile(letter)
    const answer = this.everything ??
      this.refusing.get(letter.to) ??
      this.answers.shift() ?? { kind: 'sent', answer: '250 ok' }
    if (answer === 'kill before') throw new Killed()
    // a doubt is the worst case: the letter did arrive
    if (answer === 'kill after' || answer.kind === 'sent' || answer.kind === 'unknown') this.sent.push(letter)
    if (answer === 'kill after') throw new Killed()
    return answer
  }

  list(change: object = {}): Promise<List & { workspaceId: string }> {
    return this.lists
      .create(
        this.workspaceId,
        {
          name: 'La lettre du fournil',
          channelId: this.channelId,
          language: 'fr',
          wording: 'J’accepte de recevoir la lettre du fournil une fois par mois.',
          footer: 'La boulangerie du port\n1 quai des Brumes, 29000 Quimper',
          countOpens: false,
          askTracking: false,
          inactiveAfterDays: 1095,
          ...change,
        },
        () => [],
      )
      .then((made) => ({ ...made, workspaceId: this.workspaceId }))
  }

  async filled(count: number) {
    const list = await this.list()
    const proof = { at: new Date().toISOString(), source: 'caisse', wording: list.wording }
    const emails = Array.from({ length: count }, (_, i) => `reader${i}@lecteurs.example`)
    for (let i = 0; i < count; i += 100)
      await this.subscribers.import(list, { proof, subscribers: emails.slice(i, i + 100).map((email) => ({ email })) })
    return { list, emails }
  }

  async start(listId: string, text = 'Bonjour, [les nouveautés](https://boulangerie.example/nouveau).') {
    const key = `${newId('publication', this.clock.now(), systemRandom)}.1`
    await this.desk.start({ key, listId, subject: 'Les nouveautés de l’été', text, language: 'fr' })
    return key
  }

  /** Works through what is queued, and what would be found by ticks, until nothing is left; kills are functions that die. */
  async settle(key: string, most = 60): Promise<void> {
    for (let round = 0; round < most; round++) {
      const message = this.queue.shift() ?? (await this.#due(key))
      if (message === undefined) return
      await this.deliverer()
        .wake(message)
        .catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error
        })
    }
    throw new Error('It never came to an end.')
  }

  async #due(key: string): Promise<LetterMessage | undefined> {
    const schema = z.object({ wakeAt: z.string().optional() })
    const id = key.startsWith('sub_') ? keys.subscriber(this.workspaceId, key) : keys.issue(this.workspaceId, key)
    const wakeAt = (await this.table.get(id, schema))?.wakeAt
    if (wakeAt === undefined) return undefined
    this.clock.offset += Math.max(0, Date.parse(wakeAt) - this.clock.now())
    const { workspaceId } = this
    return key.startsWith('sub_')
      ? { kind: 'confirmation', workspaceId, subscriberId: key, wakeAt }
      : { kind: 'issue', workspaceId, issueKey: key, wakeAt }
  }
}
