import { outbox } from '../aws/outbox.ts'
import type { Queue } from '../aws/queue.ts'
import { keys } from '../aws/keys.ts'
import type { Table, Write } from '../aws/table.ts'
import type { ChannelDirectory, OpenChannel } from '../channels/open.ts'
import type { Channel } from '../channels/channel.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { type WakeMessage, wakeId } from '../kernel/wake.ts'
import type { Exchange } from '../networks/http/client.ts'
import { type Capabilities, type Content, type Found, LeaseLost, type Media, type Outcome, type Removal } from '../networks/network.ts'
import { connectorOf } from '../networks/registry.ts'
import { keepAttempt } from './attempt.ts'
import { block, takeToken } from './bucket.ts'
import { type Decision, decideFind, decideRemoval, decideSend, graceEnd, isTooLate, lostAnswer, missedBecause, pausedLookMs } from './decide.ts'
import { publicationEvents } from './events.ts'
import { type Change, changed, changing, type PublicationRecord, publicationRecord, type Run } from './record.ts'
import { mayBecome } from './transitions.ts'

/** How long an attempt may take, from its claim to its outcome; the function's own time-out is longer. */
export const leaseMs = 100_000
/** The call is aborted this long before the lease ends, so that its outcome can still be written. */
const abortMarginMs = 10_000
/** A message that comes earlier than this goes back on the queue. */
const earliestMs = 5_000
/** How often the same wake-up is read again when somebody else wrote in between (an edit just before the claim). */
const maxReads = 5

export interface MediaSource {
  /** In the order of the ids; undefined where there is none (any more). */
  load(workspaceId: string, mediaIds: readonly string[]): Promise<readonly (Media | undefined)[]>
}

export interface SenderParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly channels: ChannelDirectory
  readonly media: MediaSource
  readonly queue: Queue
  /** How late a call started, in ms after its instant. */
  lateness?(ms: number): void
}

/** Sends what is due (DESIGN §4). One message is one wake-up of one publication; the item is the truth. */
export class Sender {
  readonly #parts: SenderParts

  constructor(parts: SenderParts) {
    this.#parts = parts
  }

  /** Resolves when the wake-up is dealt with, or is none of ours any more; throws only if the storage fails. */
  async handle({ ids, wakeAt }: WakeMessage): Promise<void> {
    const { table, clock, queue } = this.#parts
    const [workspaceId, publicationId] = ids
    if (workspaceId === undefined || publicationId === undefined) return
    for (let reads = 0; reads < maxReads; reads++) {
      const record = await table.get(keys.publication(workspaceId, publicationId), publicationRecord)
      if (record?.wakeAt !== wakeAt) return
      const early = millis(wakeAt) - clock.now()
      if (early > earliestMs) {
        const delaySeconds = Math.floor(early / 1000) - 1
        return queue.send([{ body: { ids, wakeAt }, delaySeconds: Math.min(900, delaySeconds), groupId: workspaceId }])
      }
      if (await this.#act(record)) return
    }
  }

  /** False if somebody else wrote in between: read again. */
  async #act(record: PublicationRecord): Promise<boolean> {
    const { clock, channels } = this.#parts
    const capabilities = (await connectorOf(record.network)).capabilities
    if (record.state !== 'scheduled') await clock.sleep(millis(record.wakeAt ?? '') - clock.now())
    if (record.run !== undefined) return this.#recover(record, record.run, capabilities)

    const channel = await channels.find(record.workspaceId, record.channelId)
    if (channel !== undefined && channel.state !== 'active') return this.#standBy(record, channel)
    if (record.state === 'scheduled' || record.state === 'waiting') {
      if (isTooLate(record, clock.now())) {
        const why = record.reason ?? `It was due at ${record.dueAt} and could not leave until ${iso(clock.now())}.`
        return (await this.#write(record, missedBecause(record, why))) !== undefined
      }
    }
    const purpose = record.state === 'deleting' ? 'remove' : record.state === 'sending' ? 'find' : 'send'
    const claimed = await this.#claim(record, purpose)
    if (claimed === undefined) return false
    const attempt = new Attempt(this.#parts, claimed, capabilities, channel, (from, decision, exchanges) =>
      this.#settle(from, decision, exchanges),
    )
    await attempt.run(purpose)
    return true
  }

  async #claim(record: PublicationRecord, purpose: Run['purpose']): Promise<PublicationRecord | undefined> {
    const now = this.#parts.clock.now()
    const attempt = record.attempts + 1
    const leaseUntil = iso(Math.max(now, millis(record.wakeAt ?? '')) + leaseMs)
    return this.#change(record, {
      state: purpose === 'send' && record.state !== 'processing' ? 'sending' : record.state,
      attempts: attempt,
      run: { attempt, claimedAt: iso(now), contentVersion: record.contentVersion, purpose },
      leaseUntil,
      wakeAt: leaseUntil,
      waitingFor: undefined,
    })
  }

  /** A lease ended and its attempt never said how it went. */
  async #recover(record: PublicationRecord, run: Run, capabilities: Capabilities): Promise<boolean> {
    const now = this.#parts.clock.now()
    const lost = run.purpose === 'send' && run.step !== undefined
    const decision: Decision = lost
      ? lostAnswer(record, `The attempt ended during "${run.step}" without an answer.`, capabilities, now)
      : {
          change: {
            state: record.state === 'sending' && record.unknown === undefined ? 'scheduled' : record.state,
            run: undefined,
            leaseUntil: undefined,
            wakeAt: iso(now),
          },
          decision: 'The attempt ended before anything was visible; it is taken up again.',
        }
    const written = await this.#write(record, decision, [], lost ? 'unknown' : 'died')
    if (written?.wakeAt === undefined) return written !== undefined
    await this.#hint(written)
    return true
  }

  /** Its channel is paused or waits to be connected again: it stays, and gets its late policy when the channel is back. */
  async #standBy(record: PublicationRecord, channel: Channel): Promise<boolean> {
    const state = record.state === 'scheduled' || record.state === 'waiting' ? 'waiting' : record.state
    const reason =
      channel.state === 'paused'
        ? `The channel ${channel.name} is paused.`
        : `The channel ${channel.name} must be connected again: ${channel.stateReason ?? 'its credentials are no longer taken.'}`
    const decision: Decision = {
      change: { state, reason, waitingFor: 'channel', wakeAt: iso(this.#parts.clock.now() + pausedLookMs) },
      decision: reason,
    }
    return (await this.#write(record, decision)) !== undefined
  }

  async #settle(record: PublicationRecord, decision: Decision, exchanges: readonly Exchange[]): Promise<void> {
    const { table, channels } = this.#parts
    if (decision.block !== undefined) {
      const bucket =
        decision.block.scope === 'app'
          ? keys.appBucket(record.network)
          : keys.channelBucket(record.workspaceId, record.channelId)
      await block(table, bucket, decision.block.until)
    }
    const written = await this.#write(record, decision, exchanges, decision.change.state)
    if (decision.reconnect !== undefined)
      await channels.needsReconnect(record.workspaceId, record.channelId, decision.reconnect)
    if (written?.wakeAt !== undefined) await this.#hint(written)
  }

  /** The change, its attempt, its event and the network's post in one transaction; undefined if somebody else wrote first. */
  async #write(
    record: PublicationRecord,
    decision: Decision,
    exchanges: readonly Exchange[] = [],
    outcome?: string,
  ): Promise<PublicationRecord | undefined> {
    const { table, clock, random, log } = this.#parts
    const now = clock.now()
    const { change, live } = decision
    if (!mayBecome(record.state, change.state)) throw new Error(`${record.state} may not become ${change.state}`)
    const next = changed(record, change, iso(now))
    const writes: Write[] = [changing(record, change, iso(now))]
    if (live !== undefined)
      writes.push({
        put: { ...keys.live(record.workspaceId, record.channelId, live.externalId), publicationId: record.id },
        if: { any: [['pk', 'absent'], ['publicationId', '=', record.id]] },
      })
    if (record.run !== undefined && outcome !== undefined)
      writes.push(
        keepAttempt(record.workspaceId, record.id, {
          ...record.run,
          endedAt: iso(now),
          outcome,
          decision: decision.decision,
          exchanges: [...exchanges],
        }),
      )
    const event = eventFor(record, next, { now, random })
    if (event !== undefined) writes.push(outbox(event))
    const result = await table.transact(writes)
    if (result.ok) return next
    if (live !== undefined && result.index === 1) {
      log.warn('a network post is already another publication’s', { publicationId: record.id, externalId: live.externalId })
      return this.#write(record, taken(record), exchanges, 'unconfirmed')
    }
    return undefined
  }

  async #change(record: PublicationRecord, change: Change): Promise<PublicationRecord | undefined> {
    const now = iso(this.#parts.clock.now())
    const result = await this.#parts.table.write(changing(record, change, now))
    return result.ok ? changed(record, change, now) : undefined
  }

  /** Best effort: what is due before the next tick does not wait for it. */
  async #hint(record: PublicationRecord): Promise<void> {
    await hint(this.#parts, record)
  }
}

/** Puts a wake-up on the publish queue at once if it is due before the next tick can find it. Never throws. */
export async function hint(
  { queue, clock, log }: Pick<SenderParts, 'queue' | 'clock' | 'log'>,
  record: Pick<PublicationRecord, 'workspaceId' | 'id' | 'wakeAt'>,
): Promise<void> {
  if (record.wakeAt === undefined) return
  const message = hintOf(record.workspaceId, record.id, record.wakeAt, clock.now())
  if (message === undefined) return
  try {
    await queue.send([message])
  } catch (error) {
    log.warn('a wake-up could not be enqueued; the next tick finds it', { publicationId: record.id, error })
  }
}
