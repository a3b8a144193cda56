import * as z from 'zod'
import { keys, notWaking, waking } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Channel, ChannelDirectory } from '../channels/index.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { type WakeMessage, wakeId } from '../kernel/wake.ts'
import { unreadableItem, withUnreadable } from '../networks/items.ts'
import type { AnyConnector, InboundEvent, NetworkTools } from '../networks/network.ts'
import type { Mentions } from './mentions.ts'
import { keepCounters } from './states.ts'
import type { Applied } from './store.ts'

interface PollerParts {
  readonly table: Table
  readonly clock: Clock
  readonly channels: ChannelDirectory
  readonly mentions: Mentions
  readonly log: Log
}

const minute = 60_000
/** Longer than the function may run: after it, whoever held it is dead. */
const leaseMs = 2 * minute
const callsMs = 45_000
const shortest = minute
const longest = 15 * minute
/** Where webhooks bring the same: it only catches what they lost, within what a network lets be asked. */
const beside = 60 * minute
/** Pages of one wake-up; what is left comes with the next one, at once. */
const maxPages = 10

/** Where a channel's polling stands. `wakeAt` is the truth of who may poll: the lease, or the next time. */
const pollItem = z.object({
  wakeAt: z.string(),
  cursor: z.string().optional(),
  intervalMs: z.number().default(shortest),
  failures: z.number().int().default(0),
})
type PollItem = z.infer<typeof pollItem>

/** What the next wake-up starts from; `wakeAt` undefined: nothing is polled until the channel is connected again. */
type Next = { readonly wakeAt: number | undefined; readonly intervalMs: number; readonly failures: number }

/**
 * Polls a channel and says when next: every minute while something comes, up to every 15 minutes while nothing does; every
 * hour where webhooks bring the same.
 * At least once: the cursor moves after its events are stored, and mentions know what they have seen. A poll is never
 * forgotten: its item always carries a `wakeAt`, a lease while somebody is at it, unless only new credentials help.
 */
export class Poller {
  readonly #parts: PollerParts

  constructor(parts: PollerParts) {
    this.#parts = parts
  }

  async wake({ ids: [workspaceId = '', channelId = ''], wakeAt }: WakeMessage): Promise<void> {
    const { table, clock } = this.#parts
    const item = await table.get(keys.poll(workspaceId, channelId), pollItem)
    if (item === undefined || item.wakeAt !== wakeAt) return
    const lease = iso(clock.now() + leaseMs)
    const claim = new Claim(table, workspaceId, channelId, lease)
    if (!(await claim.take(wakeAt))) return
    await claim.end(await this.#poll(claim, item))
  }

  async #poll(claim: Claim, item: PollItem): Promise<Next> {
    const { channels, log, clock } = this.#parts
    const { workspaceId, channelId } = claim
    let came = 0
    let { cursor } = item
    let rhythm = { shortest, longest }
    try {
      const { channel, connector, call } = await channels.open(workspaceId, channelId, AbortSignal.timeout(callsMs))
      const { poll } = connector
      if (poll === undefined) return { ...item, wakeAt: undefined }
      rhythm = rhythmOf(connector, call)
      for (let pages = 1; ; pages++) {
        const from = cursor
        const { result: polled, unreadable } = await withUnreadable(() => poll(call, from))
        for (const event of [...polled.events, ...unreadable]) {
          const applied = await this.#take(channel, event).catch((error: unknown) => {
            // What no schema takes now, none will take later: it must not hold up what comes after it.
            if (!(error instanceof z.ZodError)) throw error
            log.error('a network told something that cannot be stored', { channelId, error })
            return this.#take(channel, unreadableItem(event, z.prettifyError(error)))
          })
          if (applied === 'stored') came += 1
        }
        if (polled.cursor !== cursor && polled.cursor !== undefined && !(await claim.moved(polled.cursor)))
          return { ...item, wakeAt: undefined }
        cursor = polled.cursor ?? cursor
        if (!polled.more) break
        if (pages === maxPages) return { wakeAt: clock.now(), intervalMs: rhythm.shortest, failures: 0 }
      }
    } catch (error) {
      return this.#failed(claim, item, error)
    }
    const slower = Math.min(rhythm.longest, item.intervalMs * 2)
    const intervalMs = came > 0 ? rhythm.shortest : Math.max(rhythm.shortest, slower)
    return { wakeAt: clock.now() + intervalMs, intervalMs, failures: 0 }
  }

  async #take(channel: Channel, event: InboundEvent): Promise<Applied> {
    if (await keepCounters(this.#parts.table, channel, event)) return 'unchanged'
    // of what cannot be read nobody may know when it was
    return this.#parts.mentions.apply(channel, event.at === 0 ? { ...event, at: this.#parts.clock.now() } : event)
  }

  async #failed({ workspaceId, channelId }: Claim, item: PollItem, error: unknown): Promise<Next> {
    const { channels, log, clock } = this.#parts
    const failures = item.failures + 1
    const { intervalMs } = item
    if (error instanceof AppError && error.kind === 'unauthenticated') {
      await channels.needsReconnect(workspaceId, channelId, error.message)
      return { wakeAt: undefined, intervalMs, failures }
    }
    if (
      error instanceof AppError &&
      error.kind === 'not_found' &&
      (await channels.find(workspaceId, channelId)) === undefined
    )
      return { wakeAt: undefined, intervalMs, failures }
    log.warn('a channel could not be polled', { channelId, failures, error: messageOf(error) })
    const asked =
      error instanceof AppError && error.kind === 'rate_limited' ? (error.retryAfterSeconds ?? 60) * 1000 : 0
    const backOff = Math.min(longest, shortest * 2 ** Math.min(failures, 10))
    return { wakeAt: clock.now() + Math.max(asked, backOff), intervalMs, failures }
  }
}

/** How often a channel is asked. Webhooks come only to an address that the world can reach, and where the app is set up for them. */
function rhythmOf(
  { capabilities, app: fields }: AnyConnector,
  { publicUrl, app }: Pick<NetworkTools, 'publicUrl' | 'app'>,
): { shortest: number; longest: number } {
  const told = capabilities.comesIn.includes('webhook') && capabilities.pollBringsMore !== true
  const setUp = fields.every(({ name, forWebhooks }) => forWebhooks !== true || Boolean(app[name]))
  return told && setUp && !isLocal(publicUrl) ? { shortest: beside, longest: beside } : { shortest, longest }
}

const isLocal = (url: string) => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url)

/** The right to poll a channel, held by the item's `wakeAt` being our lease. */
class Claim {
  readonly workspaceId: string
  readonly channelId: string
  readonly #table: Table
  readonly #lease: string

  constructor(table: Table, workspaceId: string, channelId: string, lease: string) {
    this.#table = table
    this.workspaceId = workspaceId
    this.channelId = channelId
    this.#lease = lease
  }

  take(wakeAt: string): Promise<boolean> {
    return this.#write({ wakeAt: this.#lease, ...this.#waking(this.#lease) }, [], wakeAt)
  }

  moved(cursor: string): Promise<boolean> {
    return this.#write({ cursor }, [], this.#lease)
  }

  /** Nothing is written if the lease was lost, or the channel connected anew in between: that wake-up stands. */
  end({ wakeAt, intervalMs, failures }: Next): Promise<boolean> {
    if (wakeAt === undefined) return this.#write({ wakeAt: 'never', intervalMs, failures }, notWaking, this.#lease)
    const at = iso(wakeAt)
    return this.#write({ wakeAt: at, intervalMs, failures, ...this.#waking(at) }, [], this.#lease)
  }

  #waking(at: string) {
    return waking('poll', at, wakeId(this.workspaceId, this.channelId))
  }

  async #write(set: Record<string, unknown>, remove: readonly string[], expected: string): Promise<boolean> {
    const { ok } = await this.#table.write({
      update: keys.poll(this.workspaceId, this.channelId),
      set,
      remove,
      if: ['wakeAt', '=', expected],
    })
    return ok
  }
}
