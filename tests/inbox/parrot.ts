import * as z from 'zod'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import type {
  ActCall,
  Acted,
  AppField,
  Capabilities,
  ChannelCounters,
  Connector,
  Counters,
  InboundEvent,
  WebhookReceiver,
} from '../../shared/networks/network.ts'

const none = z.object({})

/** Parrot: a network of these tests that does what it is told, and keeps what it was asked. */
export class Parrot {
  readonly asked: ActCall<unknown, unknown>[] = []
  /** What comes of the next actions. */
  answer: (call: ActCall<unknown, unknown>) => Promise<Acted> = async () => ({ kind: 'done' })
  /** What the next poll brings. */
  events: InboundEvent[] = []
  /** Thrown by the next polls. */
  refusal: Error | undefined
  /** How far answers got that were pending. */
  states: Readonly<Record<string, 'sent' | 'delivered' | 'failed'>> = {}
  /** Ids whose states were asked for. */
  readonly statesAsked: (readonly string[])[] = []
  counters: Counters = {}
  channelCounters: ChannelCounters = {}
  readonly connector: Connector<object, object>

  constructor(capabilities: Partial<Capabilities> = {}, without: readonly 'act'[] = [], app: readonly AppField[] = []) {
    const poll = async () => {
      if (this.refusal !== undefined) throw this.refusal
      const { events } = this
      this.events = []
      return { events, cursor: undefined, more: false }
    }
    this.connector = {
      name: 'parrot',
      title: 'Parrot',
      app,
      capabilities: {
        reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
        publishes: ['text'],
        delete: false,
        threads: false,
        comesIn: ['webhook', 'poll'],
        actions: ['reply', 'private_reply', 'hide', 'unhide', 'delete', 'approve', 'hold', 'spam'],
        counters: ['likes'],
        channelCounters: ['followers', 'posts', 'views', 'reach'],
        fetchesMedia: false,
        rate: { burst: 10, perHour: 100 },
        ...capabilities,
      },
      limits: { text: { max: 100, unit: 'characters' }, media: { maxCount: 0 }, maxParts: 1 },
      credentialsInput: none,
      settingsInput: none,
      credentials: none,
      settings: none,
      options: none,
      connect: async () => {
        const externalId = newId('event', Date.now(), systemRandom)
        return { account: { externalId, handle: '@parrot', name: 'Parrot' }, credentials: {}, settings: {} }
      },
      review: () => ({ length: 0, limit: 100, unit: 'characters', problems: [] }),
      publish: async () => ({ kind: 'accepted', externalId: 'x' }),
      poll,
      answerStates: async (_, ids) => {
        this.statesAsked.push(ids)
        return new Map(Object.entries(this.states).filter(([id]) => ids.includes(id)))
      },
      measure: async (_, ids) => new Map(ids.map((id) => [id, this.counters])),
      measureChannel: async () => this.channelCounters,
      ...(without.includes('act')
        ? {}
        : {
            act: async (call) => {
              this.asked.push(call)
              return this.answer(call)
            },
          }),
    }
  }
}

/** Deliveries are JSON: a list of accounts with an event each. */
export const parrotWebhook: WebhookReceiver = {
  verify: () => true,
  normalize: (body) => JSON.parse(Buffer.from(body).toString()),
}
