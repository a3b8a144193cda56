import { keys } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import type { Channel, ChannelDirectory } from '../channels/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { WakeMessage } from '../kernel/wake.ts'
import { type AnyConnector, type Capabilities, LeaseLost, type Media } from '../networks/network.ts'
import { block } from './bucket.ts'
import {
  type Decision,
  decideFind,
  decideRemoval,
  decideSend,
  isTooLate,
  lostAnswer,
  missedBecause,
  pausedLookMs,
  unconfirmedBecause,
} from './decide.ts'
import { hint } from './hint.ts'
import { type PublicationRecord, publicationRecord, type Run } from './record.ts'
import { Running } from './running.ts'
import { Writer } from './writer.ts'

/** How long an attempt may take, from its claim to its outcome; the function's own time-out is longer. */
export const leaseMs = 100_000
/** A message that comes earlier than this goes back on the queue. */
const earliestMs = 5_000
/** How often one wake-up is read again when somebody else wrote in between (an edit just before the claim). */
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
  async handle({ ids, wakeAt }: WakeMessage): Promise<void> {
    const { table, clock, queue } = this.#parts
    const [workspaceId, publicationId] = ids
    if (workspaceId === undefined || publicationId === undefined) return
    for (let reads = 0; reads < maxReads; reads++) {
      const record = await table.get(keys.publication(workspaceId, publicationId), publicationRecord)
      if (record?.wakeAt !== wakeAt) return
      const early = millis(wakeAt) - clock.now()
      if (early > earliestMs) {
        const delaySeconds = Math.min(900, Math.floor(early / 1000) - 1)
        return queue.send([{ body: { ids, wakeAt }, delaySeconds, groupId: workspaceId }])
      }
      if (await this.#act(record)) return
    }
  }

  /** False if somebody else wrote in between: read again. */
  async #act(record: PublicationRecord): Promise<boolean> {
    const { clock, channels, connectorOf } = this.#parts
    const [connector, channel] = await Promise.all([
      connectorOf(record.network),
      channels.find(record.workspaceId, record.channelId),
    ])
    // a post is claimed a little early and held in its first visible step; everything else waits for its instant here
    if (record.state !== 'scheduled') await clock.sleep(millis(record.wakeAt ?? '') - clock.now())
    if (record.run !== undefined)
      return this.#write(record, afterDeath(record, record.run, connector, clock.now()), 'died')
    if (channel !== undefined && channel.state !== 'active')
      return this.#write(record, standBy(record, channel, clock.now()))
    if (isWaiting(record) && isTooLate(record, clock.now())) {
      const why = record.reason ?? `It was due at ${record.dueAt} and could only be looked at ${iso(clock.now())}.`
      return this.#write(record, missedBecause(record, why))
    }
    const lost = record.state === 'sending' && record.unknown?.resend !== true
    const purpose = record.state === 'deleting' ? 'remove' : lost ? 'find' : 'send'
    const claimed = await this.#claim(record, purpose)
    if (claimed === undefined) return false
    await this.#run(new Running(this.#parts, this.#writer, connector, claimed), purpose, channel, connector)
    return true
  }

  #claim(record: PublicationRecord, purpose: Run['purpose']): Promise<PublicationRecord | undefined> {
    const now = this.#parts.clock.now()
    const attempt = record.attempts + 1
    const leaseUntil = iso(Math.max(now, millis(record.wakeAt ?? '')) + leaseMs)
    return this.#writer.change(record, {
      state: isWaiting(record) ? 'sending' : record.state,
      attempts: attempt,
      run: { attempt, claimedAt: iso(now), contentVersion: record.contentVersion, purpose },
      leaseUntil,
      wakeAt: leaseUntil,
      waitingFor: undefined,
      reason: undefined,
    })
  }

  async #run(
    running: Running,
    purpose: Run['purpose'],
    channel: Channel | undefined,
    connector: AnyConnector,
  ): Promise<void> {
    const { clock, random, log } = this.#parts
    try {
      const now = () => ({ now: clock.now(), random })
      const { capabilities } = connector
      const decision =
        purpose === 'send'
          ? await running.send(channel).then((outcome) => decideSend(running.record, outcome, capabilities, now()))
          : purpose === 'find'
            ? await running.find(channel).then((found) => decideFind(running.record, found, capabilities, now()))
            : await running.remove(channel).then((removal) => decideRemoval(running.record, removal, now()))
      await this.#settle(running, decision, purpose, capabilities)
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error
      log.warn('an attempt was taken over; its successor finds out what became of it', {
        publicationId: running.record.id,
      })
    }
  }

  async #settle(
    running: Running,
    decision: Decision,
    purpose: Run['purpose'],
    capabilities: Capabilities,
  ): Promise<void> {
    const { table, channels, clock, random } = this.#parts
    const { record } = running
    const ending = {
      outcome: decision.change.state,
      exchanges: running.open?.exchanges() ?? [],
      startedAt: running.startedAt,
    }
    let written = await this.#writer.decide(record, decision, ending)
    if (written === 'taken') {
      // found by a look, but another publication was quicker: it is not this one's
      const otherwise =
        purpose === 'find'
          ? decideFind(record, { kind: 'absent' }, capabilities, { now: clock.now(), random })
          : alreadyTaken(record, decision)
      written = await this.#writer.decide(record, otherwise, { ...ending, outcome: otherwise.change.state })
    }
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
    await hint(this.#parts, [written])
  }

  /** A decision that needs no call. */
  async #write(record: PublicationRecord, decision: Decision, outcome?: string): Promise<boolean> {
    const ending = outcome === undefined ? undefined : { outcome, exchanges: [] }
    const written = await this.#writer.decide(record, decision, ending)
    if (written === 'lost' || written === 'taken') return false
    await hint(this.#parts, [written])
    return true
  }
}

const isWaiting = (record: PublicationRecord) => record.state === 'scheduled' || record.state === 'waiting'

/** A network that answers two sends with the same post: nobody can tell what became of the second. */
function alreadyTaken(record: PublicationRecord, { live }: Decision): Decision {
  return unconfirmedBecause(
    record,
    `The network answered with a post (${live?.join(', ')}) that is already another publication's.`,
  )
}

/** A lease ended and its attempt never said how it went. */
function afterDeath(record: PublicationRecord, run: Run, connector: AnyConnector, now: number): Decision {
  if (run.purpose === 'send' && run.step !== undefined)
    return lostAnswer(record, `The attempt ended during "${run.step}" without an answer.`, connector.capabilities, now)
  return {
    change: {
      // what may be live already stays in doubt; the rest is as if it had never been claimed
      state: record.state === 'sending' && record.unknown === undefined ? 'scheduled' : record.state,
      run: undefined,
      leaseUntil: undefined,
      wakeAt: iso(now),
    },
    decision: 'The attempt ended before anything was visible; it is taken up again.',
  }
}

/** Its channel is paused, or must be connected again: it stays, and gets its late policy when the channel is back. */
function standBy(record: PublicationRecord, channel: Channel, now: number): Decision {
  const reason =
    channel.state === 'paused'
      ? `The channel ${channel.name} is paused.`
      : `The channel ${channel.name} must be connected again: ${channel.stateReason ?? 'its credentials are no longer taken.'}`
  return {
    change: {
      state: isWaiting(record) ? 'waiting' : record.state,
      reason,
      waitingFor: 'channel',
      wakeAt: iso(now + pausedLookMs),
    },
    decision: reason,
  }
}
