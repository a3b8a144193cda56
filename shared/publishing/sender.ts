import { keys } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import type { Channel, ChannelDirectory } from '../channels/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { type AnyConnector, type Capabilities, LeaseLost } from '../networks/network.ts'
import { queueMessage, readRecord, type WakeMessageOf } from '../scheduling/index.ts'
import { isAhead, prepareAt, prepareLease } from './ahead.ts'
import { block } from './bucket.ts'
import {
  type Decision,
  free,
  isOnlyLookedUp,
  isTooLate,
  missedBecause,
  type Now,
  pausedLookMs,
  sendingEnd,
  stopped,
  unconfirmedBecause,
} from './decide/decision.ts'
import { decideFind } from './decide/find.ts'
import { decideHandover, decideReminder, nobodyToHandTo } from './decide/handover.ts'
import { decidePrepare } from './decide/prepare.ts'
import { decideRemoval } from './decide/remove.ts'
import { decideSend, lostAnswer } from './decide/send.ts'
import type { SourceMedia } from './fitting.ts'
import { problemOf } from './problem.ts'
import { type PublicationRecord, publicationRecord, type Run } from './record.ts'
import { Running, Stopped } from './running.ts'
import { publishingTexts } from './texts.ts'
import { earliestMs, enqueueWakeUps } from './wake-up.ts'
import { Writer } from './writer.ts'

/** How long an attempt may take, from its claim to its outcome; the function's own time-out is longer. */
export const leaseMs = 100_000
/** How often one wake-up is read again when somebody else wrote in between (an edit just before the claim). */
const maxReads = 5

export interface MediaSource {
  /** In the order of the ids; undefined where there is none (any more). */
  load(workspaceId: string, mediaIds: readonly string[]): Promise<readonly (SourceMedia | undefined)[]>
}

export interface SenderParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly channels: ChannelDirectory
  readonly media: MediaSource
  readonly queue: Queue
  readonly connectorOf: (network: string) => Promise<AnyConnector>
  /** How late the first visible call of a publication started, in ms after its instant. */
  lateness?(ms: number): void
}

/** Sends what is due (DESIGN §4). A message is one wake-up of one publication, a hint; the item is the truth. */
export class Sender {
  readonly #parts: SenderParts
  readonly #writer: Writer

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#writer = new Writer(parts)
  }

  /** Resolves when the wake-up is dealt with, or is none any more; throws only if the storage or the queue fails. */
  async handle(message: WakeMessageOf<'publication'>): Promise<void> {
    const { clock, queue } = this.#parts
    for (let reads = 0; reads < maxReads; reads++) {
      const record = await readRecord(this.#parts, message, publicationRecord)
      if (record?.wakeAt === undefined) return
      const early = millis(record.wakeAt) - clock.now()
      // whichever wake-up it was for, what should have been woken by now is
      if (record.wakeAt !== message.wakeAt && early > 0) return
      if (early > earliestMs) return queue.send([queueMessage(message, clock.now())])
      if (await this.#act(record)) return
    }
  }

  #now(): Now {
    return { now: this.#parts.clock.now(), random: this.#parts.random }
  }

  /** False if somebody else wrote in between: read again. */
  async #act(record: PublicationRecord): Promise<boolean> {
    const { clock, channels, connectorOf } = this.#parts
    const byHand = record.deliver === 'handover'
    // a post is claimed a little early and held in its first visible step; everything else waits for its instant here
    if (record.state !== 'scheduled' || byHand) await clock.sleep(millis(record.wakeAt ?? '') - clock.now())
    const [connector, channel] = await Promise.all([
      connectorOf(record.network),
      channels.find(record.workspaceId, record.channelId),
    ])
    if (record.run !== undefined)
      return this.#write(record, afterDeath(record, record.run, connector, clock.now()), 'died')
    if (isAhead(record, clock.now())) return this.#ahead(record, channel, connector)
    if (record.stopRequestedAt !== undefined && isWaiting(record)) return this.#write(record, stopped(record))
    // a person needs none of our credentials
    const stands = byHand ? channel?.state === 'paused' : channel !== undefined && channel.state !== 'active'
    if (channel !== undefined && stands) return this.#write(record, standBy(record, channel, connector, this.#now()))
    if (isWaiting(record) && isTooLate(record, clock.now())) {
      const why =
        record.reason ?? publishingTexts.lookedAtLate({ due: record.dueAt ?? iso(clock.now()), now: iso(clock.now()) })
      return this.#write(record, missedBecause(record, why))
    }
    if (record.state === 'handed_over') return this.#write(record, decideReminder(record, clock.now()))
    if (byHand && isWaiting(record)) return this.#handOver(record, channel)
    const looksUp = record.unknown?.resend !== true || isOnlyLookedUp(record, connector.capabilities, clock.now())
    const lost = record.state === 'unconfirmed' || (record.state === 'sending' && looksUp)
    const purpose = record.state === 'deleting' ? 'remove' : lost ? 'find' : 'send'
    const claimed = await this.#claim(record, purpose)
    if (claimed === undefined) return false
    await this.#run(new Running(this.#parts, this.#writer, connector, claimed), purpose, channel, connector)
    return true
  }

  /**
   * Nothing is called, so nothing is claimed: whoever edits it, pauses or cancels before this one write has been obeyed,
   * and a function that dies leaves it as it was.
   */
  #handOver(record: PublicationRecord, channel: Channel | undefined): Promise<boolean> {
    const now = this.#parts.clock.now()
    const decision = channel === undefined ? nobodyToHandTo() : decideHandover(record, now)
    const at = iso(now)
    const { attempts, contentVersion } = record
    const run = { attempt: attempts + 1, claimedAt: at, contentVersion, purpose: 'handover', stepAt: at } as const
    if (decision.change.state === 'handed_over') this.#parts.lateness?.(now - millis(record.dueAt ?? at))
    return this.#write({ ...record, run }, decision, decision.change.state)
  }

  /** Work ahead of its instant, if there is time for it. Its channel's rest is no news yet. */
  async #ahead(record: PublicationRecord, channel: Channel | undefined, connector: AnyConnector): Promise<boolean> {
    const now = this.#parts.clock.now()
    const dueAt = record.dueAt ?? iso(now)
    const rests = channel !== undefined && channel.state !== 'active'
    const wakeAt = prepareAt(dueAt, rests ? now + pausedLookMs : now)
    if (rests || wakeAt === dueAt)
      return this.#write(record, {
        change: { state: record.state, wakeAt },
        decision: publishingTexts.notPreparedNow(),
      })
    // whatever becomes of this attempt, something comes at the instant
    await enqueueWakeUps(this.#parts, [{ ...record, wakeAt: dueAt }])
    const claimed = await this.#claim(record, 'prepare')
    if (claimed === undefined) return false
    await this.#run(new Running(this.#parts, this.#writer, connector, claimed), 'prepare', channel, connector)
    return true
  }

  async #claim(record: PublicationRecord, purpose: Run['purpose']): Promise<PublicationRecord | undefined> {
    const now = this.#parts.clock.now()
    const attempt = record.attempts + 1
    const end =
      purpose === 'prepare' ? prepareLease(record, now, leaseMs) : Math.max(now, millis(record.wakeAt ?? '')) + leaseMs
    const leaseUntil = iso(end)
    const claimed = await this.#writer.change(record, {
      // what is only prepared may still be edited, and called off
      state: purpose !== 'prepare' && isWaiting(record) ? 'sending' : record.state,
      attempts: attempt,
      run: { attempt, claimedAt: iso(now), contentVersion: record.contentVersion, purpose },
      leaseUntil,
      wakeAt: leaseUntil,
      waitingFor: undefined,
      // what nobody can tell stays said while it is looked up
      ...(record.state === 'unconfirmed' ? {} : { reason: undefined, problem: undefined }),
    })
    return claimed === 'stopped' ? undefined : claimed
  }

  async #run(
    running: Running,
    purpose: Run['purpose'],
    channel: Channel | undefined,
    connector: AnyConnector,
  ): Promise<void> {
    try {
      const decision = await this.#decided(running, purpose, channel, connector.capabilities)
      await this.#settle(running, decision, purpose, connector.capabilities)
    } catch (error) {
      if (error instanceof Stopped) return this.#stop(running)
      if (!(error instanceof LeaseLost)) throw error
      this.#parts.log.warn('an attempt was taken over; its successor finds out what became of it', {
        publicationId: running.record.id,
      })
    }
  }

  /** Calls, and decides what follows. */
  async #decided(
    running: Running,
    purpose: Run['purpose'],
    channel: Channel | undefined,
    capabilities: Capabilities,
  ): Promise<Decision> {
    const now = () => this.#now()
    switch (purpose) {
      case 'prepare': {
        const prepared = await running.prepare(channel)
        return told(prepared, decidePrepare(running.record, prepared, running.cutOff, now()))
      }
      case 'send': {
        const outcome = await running.send(channel)
        return told(outcome, decideSend(running.record, outcome, capabilities, now()))
      }
      case 'find': {
        const found = await running.find(channel)
        return told(found, decideFind(running.record, found, capabilities, now()))
      }
      case 'handover':
        throw new Error('a hand-over is no call')
      case 'remove': {
        const removal = await running.remove(channel)
        return told(removal, decideRemoval(running.record, removal, now()))
      }
    }
  }

  async #settle(
    running: Running,
    decision: Decision,
    purpose: Run['purpose'],
    capabilities: Capabilities,
  ): Promise<void> {
    const { table, channels } = this.#parts
    const { record } = running
    const ending = {
      outcome: decision.change.state,
      exchanges: running.open?.exchanges() ?? [],
      startedAt: running.startedAt,
    }
    let written = await this.#writer.decide(record, decision, ending)
    if (written === 'stopped') return this.#stop(running)
    if (written === 'taken') {
      // found by a look, but another publication was quicker: it is not this one's
      const otherwise =
        purpose === 'find'
          ? decideFind(record, { kind: 'absent' }, capabilities, this.#now())
          : alreadyTaken(record, decision, capabilities, this.#now().now)
      written = await this.#writer.decide(record, otherwise, { ...ending, outcome: otherwise.change.state })
    }
    if (written === 'stopped') return this.#stop(running)
    if (written === 'lost' || written === 'taken') throw new LeaseLost()
    if (decision.block !== undefined) {
      const { scope, until } = decision.block
      await block(
        table,
        scope === 'app' ? keys.appBucket(record.network) : keys.channelBucket(record.workspaceId, record.channelId),
        until,
      )
    }
    if (decision.reconnect !== undefined)
      await channels.needsReconnect(record.workspaceId, record.channelId, decision.reconnect)
    await enqueueWakeUps(this.#parts, [written])
  }

  /** A person asked to stop it before its next call was made, or before it would be sent later. */
  async #stop({ record, open, startedAt }: Running): Promise<void> {
    const inDoubt = record.unknown !== undefined
    const decision: Decision = inDoubt
      ? {
          change: { ...free, state: 'sending', wakeAt: iso(this.#parts.clock.now()) },
          decision: publishingTexts.stoppedInDoubt(),
        }
      : stopped(record)
    const ending = { outcome: 'stopped', exchanges: open?.exchanges() ?? [], startedAt }
    const written = await this.#writer.decide(record, decision, ending)
    if (typeof written === 'string') throw new LeaseLost()
    await enqueueWakeUps(this.#parts, [written])
  }

  /** A decision that needs no call. */
  async #write(record: PublicationRecord, decision: Decision, outcome?: string): Promise<boolean> {
    const ending = outcome === undefined ? undefined : { outcome, exchanges: [] }
    const written = await this.#writer.decide(record, decision, ending)
    if (written === 'stopped') return this.#write(record, stopped(record), outcome)
    if (typeof written === 'string') return false
    await enqueueWakeUps(this.#parts, [written])
    return true
  }
}

/** The decision with the class of what stands in the way. */
const told = (outcome: Parameters<typeof problemOf>[0], decision: Decision): Decision => ({
  ...decision,
  problem: problemOf(outcome) ?? decision.problem,
})

const isWaiting = (record: PublicationRecord) => record.state === 'scheduled' || record.state === 'waiting'

/** A network that answers two sends with the same post: nobody can tell what became of the second. */
function alreadyTaken(
  record: PublicationRecord,
  { live }: Decision,
  capabilities: Capabilities,
  now: number,
): Decision {
  const why = publishingTexts.answeredTaken({ ids: live?.join(', ') ?? '' })
  return unconfirmedBecause(record, why, capabilities, now)
}

/** A lease ended and its attempt never said how it went. */
function afterDeath(record: PublicationRecord, run: Run, connector: AnyConnector, now: number): Decision {
  if (run.purpose === 'send' && run.step !== undefined)
    return lostAnswer(record, publishingTexts.diedDuring({ step: run.step }), connector.capabilities, now)
  return {
    change: {
      // what may be live already stays in doubt; the rest is as if it had never been claimed
      state: record.state === 'sending' && record.unknown === undefined ? 'scheduled' : record.state,
      run: undefined,
      leaseUntil: undefined,
      wakeAt: iso(now),
    },
    decision: publishingTexts.diedBefore(),
  }
}

/** Its channel is paused, or must be connected again: it stays, and gets its late policy when the channel is back. */
function standBy(record: PublicationRecord, channel: Channel, { capabilities }: AnyConnector, at: Now): Decision {
  const { now } = at
  const reason =
    channel.state === 'paused'
      ? publishingTexts.paused({ name: channel.name })
      : publishingTexts.mustReconnect({
          name: channel.name,
          why: channel.stateReason ?? publishingTexts.accessRefused(),
        })
  if (record.state === 'unconfirmed') return decideFind(record, { kind: 'unable', message: reason }, capabilities, at)
  if (record.unknown !== undefined && now >= sendingEnd(record, capabilities))
    return unconfirmedBecause(
      record,
      publishingTexts.notLookedUpEither({ first: record.unknown.message, why: reason }),
      capabilities,
      now,
    )
  return {
    change: {
      state: isWaiting(record) ? 'waiting' : record.state,
      reason,
      waitingFor: 'channel',
      wakeAt: iso(now + pausedLookMs),
    },
    decision: reason,
    ...(channel.state === 'paused' ? {} : { problem: { class: 'reauthorize', message: reason } as const }),
  }
}
