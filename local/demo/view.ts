/** What the demo's page shows, read from the API as anybody would. */
import * as z from 'zod'
import type { Client } from './client.ts'
import { byWebhook } from './networks.ts'
import { places } from './shop.ts'

const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) })

const channel = z.object({
  id: z.string(),
  network: z.string(),
  name: z.string(),
  account: z.object({ externalId: z.string(), handle: z.string() }),
  state: z.enum(['active', 'paused', 'reconnect_needed']),
  simulated: z.boolean(),
})
export const channelList = listOf(channel)
export type DemoChannel = z.infer<typeof channel>

const publication = z.object({
  id: z.string(),
  postId: z.string(),
  channelId: z.string(),
  network: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  content: z.object({ parts: z.array(z.object({ text: z.string(), mediaIds: z.array(z.string()) })) }),
  dueAt: z.string().optional(),
  wakeAt: z.string().optional(),
  startedAt: z.string().optional(),
  publishedAt: z.string().optional(),
  lateMs: z.number().optional(),
})
const publications = listOf(publication)
type Publication = z.infer<typeof publication>

const mention = z.object({
  id: z.string(),
  channelId: z.string(),
  network: z.string(),
  kind: z.string(),
  author: z.object({ name: z.string(), handle: z.string() }).optional(),
  text: z.string().optional(),
  publicationId: z.string().optional(),
  state: z.string(),
  answered: z.boolean(),
  occurredAt: z.string(),
  receivedAt: z.string(),
})
const mentions = listOf(mention)
const actions = listOf(z.object({ action: z.string(), state: z.string(), text: z.string().optional() }))
const notification = z.object({
  id: z.string(),
  language: z.string(),
  title: z.string(),
  happened: z.string(),
  means: z.string(),
  settles: z.object({ text: z.string(), method: z.string(), path: z.string() }),
  occurredAt: z.string(),
})
const notifications = listOf(notification)
const rate = z.object({ value: z.number().nullable(), definition: z.string() })
const metrics = z.object({
  measuredAt: z.string().nullable(),
  counters: z.record(z.string(), z.number()),
  engagement: z.object({ value: z.number().nullable(), definition: z.string() }),
  rates: z.object({ byFollowers: rate, byViews: rate }),
})
type Metrics = z.infer<typeof metrics>

const waiting = ['scheduled', 'sending', 'waiting', 'processing'] as const
const ended = ['published', 'partial', 'rejected', 'failed', 'missed', 'unconfirmed'] as const
const live = ['published', 'partial']
/** Of publications: the page shows one card a post. */
const nextMax = 60
const leftMax = 90
const measuredMax = 24
const cameInMax = 24
const needsMax = 6
const freshMs = 2_000
/** One call per publication: what left lately is measured every few seconds, the rest hardly changes. */
const metricsFreshMs = { lately: 15_000, before: 5 * 60_000 } as const
const latelyMs = 7 * 60_000
const watchedMs = 15_000

const order: readonly string[] = places
const placeOf = ({ network }: DemoChannel) => order.indexOf(network)
const statesOf = (states: readonly string[]) => states.map((state) => `state=${state}`).join('&')

type Shown = ReturnType<typeof shown>
type Measured = Omit<Metrics, 'rates'> & Shown & { readonly rate: z.infer<typeof rate> }

/** What a rate is a share of where it is not the followers: TikTok shows clips to whoever may like them. */
const rateOf = ({ rates }: Metrics, network: string) => (network === 'tiktok' ? rates.byViews : rates.byFollowers)

export interface View {
  readonly now: string
  readonly channels: readonly DemoChannel[]
  readonly next: readonly Shown[]
  readonly left: readonly Shown[]
  /** `about`: the post it is below, if it left from here lately; `answer`: what was answered from here. */
  readonly cameIn: readonly (z.infer<typeof mention> & {
    readonly byWebhook: boolean
    readonly about: string | undefined
    readonly answer: string | undefined
  })[]
  readonly measured: readonly Measured[]
  readonly needs: readonly z.infer<typeof notification>[]
}

export class Viewer {
  readonly #client: Client
  #view: Promise<View> | undefined
  #readAt = 0
  #metrics = new Map<string, { readonly at: number; readonly found: Metrics }>()

  constructor(client: Client) {
    this.#client = client
  }

  /** Whether somebody looks, or did a moment ago. */
  isWatched(now: number): boolean {
    return now - this.#lookedAt < watchedMs
  }
  #lookedAt = 0

  /** However many look, the API is asked every two seconds. Throws what it refused. */
  read(now: number): Promise<View> {
    this.#lookedAt = now
    if (this.#view !== undefined && now - this.#readAt < freshMs) return this.#view
    this.#readAt = now
    const view = this.#read(now)
    this.#view = view
    view.catch(() => {
      if (this.#view === view) this.#view = undefined
    })
    return view
  }

  /** What left, newest first. */
  async left(): Promise<readonly Publication[]> {
    const { items } = await this.#client.get(
      `/v1/publications?${statesOf(ended)}&order=latest&limit=${leftMax}`,
      publications,
    )
    return items
  }

  /** What leaves, next first. */
  async next(): Promise<readonly Publication[]> {
    const { items } = await this.#client.get(
      `/v1/publications?${statesOf(waiting)}&order=earliest&limit=${nextMax}`,
      publications,
    )
    return items
  }

  async #read(now: number): Promise<View> {
    const [{ items: channels }, next, left, { items: cameIn }, { items: needs }] = await Promise.all([
      this.#client.get('/v1/channels?limit=100', channelList),
      this.next(),
      this.left(),
      this.#client.get(`/v1/mentions?limit=${cameInMax}`, mentions),
      this.#client.get(`/v1/notifications?unread=true&limit=${needsMax}`, notifications),
    ])
    const textOf = new Map(left.map((one) => [one.id, one.content.parts[0]?.text]))
    return {
      now: new Date(now).toISOString(),
      channels: channels.toSorted((a, b) => placeOf(a) - placeOf(b)),
      next: next.map(shown),
      left: left.map(shown),
      cameIn: await Promise.all(
        cameIn
          .filter(({ state }) => state === 'visible')
          .map(async (one) => ({
            ...one,
            byWebhook: byWebhook(one.network, one.kind),
            about: textOf.get(one.publicationId ?? ''),
            answer: one.answered ? await this.#answer(one.id) : undefined,
          })),
      ),
      measured: await this.#measure(now, left),
      needs,
    }
  }

  /** Read once: what was answered stays. */
  async #answer(id: string): Promise<string | undefined> {
    const known = this.#answers.get(id)
    if (known !== undefined) return known
    const { items } = await this.#client.get(`/v1/mentions/${id}/actions`, actions)
    const text = items.find(({ action, state }) => action === 'reply' && state === 'done')?.text
    if (text !== undefined) this.#answers.set(id, text)
    return text
  }
  readonly #answers = new Map<string, string>()

  async #measure(now: number, left: readonly Publication[]): Promise<readonly Measured[]> {
    const wanted = left.filter(({ state, network }) => live.includes(state) && network !== 'feed').slice(0, measuredMax)
    this.#metrics = new Map(
      await Promise.all(
        wanted.map(async ({ id, publishedAt }) => {
          const before = this.#metrics.get(id)
          const lately = now - Date.parse(publishedAt ?? '') < latelyMs
          const fresh = lately ? metricsFreshMs.lately : metricsFreshMs.before
          if (before !== undefined && now - before.at < fresh) return [id, before] as const
          const found = await this.#client.get(`/v1/publications/${id}/metrics`, metrics)
          return [id, { at: now, found }] as const
        }),
      ),
    )
    return wanted.flatMap((one) => {
      const { found } = this.#metrics.get(one.id) ?? {}
      if (found === undefined || found.measuredAt === null) return []
      const { rates: _, ...figures } = found
      return [{ ...figures, ...shown(one), rate: rateOf(found, one.network) }]
    })
  }
}

function shown({ content: { parts }, ...publication }: Publication) {
  const text = parts[0]?.text ?? ''
  return {
    ...publication,
    text,
    parts: parts.length,
    pictures: parts.reduce((sum, { mediaIds }) => sum + mediaIds.length, 0),
  }
}
