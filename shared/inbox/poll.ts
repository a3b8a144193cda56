import * as z from 'zod'
import type { Table } from '../aws/table.ts'
import type { Channel, ChannelDirectory } from '../channels/index.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { unreadableItem, withUnreadable } from '../networks/items.ts'
import type { AnyConnector, InboundEvent, NetworkTools } from '../networks/network.ts'
import { claim, type Lease, type WakeMessageOf } from '../scheduling/index.ts'
import type { Mentions } from './mentions.ts'
import { readPending } from './pending.ts'
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

/** Where a channel's polling stands. */
const pollItem = z.object({
  wakeAt: z.string().optional(),
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

  async wake(message: WakeMessageOf<'poll'>): Promise<void> {
    const claimed = await claim(this.#parts, message, pollItem, { leaseMs })
    if (claimed === undefined) return
    const { record, lease } = claimed
    const { wakeAt, intervalMs, failures } = await this.#poll(message, record, lease)
    // nothing is written if the lease was lost, or the channel connected anew in between: that wake-up stands
    const ended = lease.ending(wakeAt, { set: { intervalMs, failures } })
    await this.#parts.table.write(ended, { until: lease.untilMs })
  }

  async #poll(message: WakeMessageOf<'poll'>, item: PollItem, lease: Lease): Promise<Next> {
    const { channels, log, clock, table } = this.#parts
    const { workspaceId, channelId } = message
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
        if (polled.cursor !== cursor && polled.cursor !== undefined) {
          const moved = await table.write(lease.keeping({ set: { cursor: polled.cursor } }), { until: lease.untilMs })
          if (!moved.ok) return { ...item, wakeAt: undefined }
        }
        cursor = polled.cursor ?? cursor
        if (!polled.more) break
        if (pages === maxPages) return { wakeAt: clock.now(), intervalMs: rhythm.shortest, failures: 0 }
      }
      await readPending(table, channel, connector, call, (event) => this.#take(channel, event))
    } catch (error) {
      return this.#failed(message, item, error)
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

  async #failed({ workspaceId, channelId }: WakeMessageOf<'poll'>, item: PollItem, error: unknown): Promise<Next> {
    const { channels, log, clock } = this.#parts
    const failures = item.failures + 1
    const { intervalMs } = item
    if (error instanceof AppError && error.kind === 'unauthenticated') {
      await channels.needsReconnect(workspaceId, channelId, error.text)
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
