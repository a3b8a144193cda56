import type { Condition } from '../aws/expression.ts'
import { keys } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Item, Patience, Table, Write } from '../aws/table.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import { newId, type Random } from '../kernel/ids.ts'
import type { Exchange } from '../networks/http/client.ts'
import { keepAttempt } from './attempt.ts'
import { type Decision, liveIds } from './decide/decision.ts'
import { handoverReminder, publicationEvents, publicationsSettled } from './events.ts'
import { type Change, changed, changing, type PublicationRecord } from './record.ts'
import { mayBecome } from './transitions.ts'

interface WriterParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

/** What a decision is written with: the attempt it ends, if it ends one. */
interface Ending {
  readonly outcome: string
  readonly exchanges: readonly Exchange[]
  readonly startedAt?: string | undefined
}

/** Writes publications. Every write is fenced by the version that was read. */
export class Writer {
  readonly #parts: WriterParts

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /**
   * A step of the attempt itself; `stopped` if `unlessStopped` and a person asked to stop it; undefined if somebody else wrote in between. The write carries a mark of its own, so
   * that one whose first answer was lost recognizes itself.
   */
  async change(
    record: PublicationRecord,
    change: Change,
    { unlessStopped = false, until }: Patience & { readonly unlessStopped?: boolean } = {},
  ): Promise<PublicationRecord | 'stopped' | undefined> {
    const { table, clock, random } = this.#parts
    const now = clock.now()
    const writeMark = newId('event', now, random)
    // a lease's end is left to the ticks
    const write = changing(record, change, iso(now), { enqueues: false })
    const condition = unlessStopped ? { all: [write.if, notStopped] } : write.if
    const result = await table.write({ ...write, if: condition, set: { ...write.set, writeMark } }, { until })
    if (result.ok || result.item?.writeMark === writeMark) return changed(record, change, iso(now))
    return unlessStopped && isStopped(record, result.item) ? 'stopped' : undefined
  }

  /**
   * State, attempt, event and the network's posts in one transaction. Answers the record as it then is; `lost` if somebody
   * else wrote in between; `taken` if one of the network's posts already is another publication's; `stopped` if the
   * decision would send it later, and a person asked to stop it.
   */
  async decide(
    record: PublicationRecord,
    decision: Decision,
    ending?: Ending,
  ): Promise<PublicationRecord | 'lost' | 'taken' | 'stopped'> {
    const { table, clock, random } = this.#parts
    const now = clock.now()
    if (!mayBecome(record.state, decision.change.state))
      throw new Error(`a publication that is ${record.state} may not become ${decision.change.state}`)
    const startedAt = ending?.startedAt === undefined ? {} : { startedAt: ending.startedAt }
    const decided = { ...decision.change, problem: decision.problem }
    const change = 'startedAt' in decided ? decided : { ...startedAt, ...decided }
    const next = changed(record, change, iso(now))
    const write = changing(record, change, iso(now))
    const stoppable = record.state === 'sending' && (next.state === 'waiting' || next.state === 'scheduled')
    const writes: Write[] = [stoppable ? { ...write, if: { all: [write.if, notStopped] } } : write]
    const posts = decision.live ?? []
    for (const externalId of posts) writes.push(ownLive(record, externalId))
    if (record.run !== undefined && ending !== undefined)
      writes.push(
        keepAttempt(record.workspaceId, record.id, {
          ...record.run,
          endedAt: iso(now),
          outcome: ending.outcome,
          decision: decision.decision,
          ...(decision.problem === undefined ? {} : { problem: decision.problem }),
          exchanges: [...ending.exchanges],
        }),
      )
    const event = decision.reminds === true ? reminderOf(next, now, random) : eventOf(record, next, now, random)
    if (event !== undefined) writes.push(outbox(event))
    const settled = settledOf([[record, next]], now, random)
    if (settled !== undefined) writes.push(outbox(settled))
    // what the network answered is in no other place: until its lease ends, nobody else writes it
    const until = ending === undefined || record.leaseUntil === undefined ? undefined : millis(record.leaseUntil)
    const result = await table.transact(writes, { until })
    if (result.ok) return next
    if (stoppable && result.index === 0 && isStopped(record, result.item)) return 'stopped'
    return result.index >= 1 && result.index <= posts.length ? 'taken' : 'lost'
  }
}

const notStopped: Condition = ['stopRequestedAt', 'absent']

/** A request to stop leaves the version as it is: the attempt that is under way keeps its claim. */
const isStopped = (record: PublicationRecord, item: Item | undefined) =>
  item?.version === record.version && item.stopRequestedAt !== undefined

/** The network's post is this publication's from now on; fails where it is another's. */
export function ownLive({ workspaceId, channelId, id }: PublicationRecord, externalId: string): Write {
  const live = keys.live(workspaceId, channelId, externalId)
  const ours = {
    any: [
      ['pk', 'absent'],
      ['publicationId', '=', id],
    ],
  } as const
  return { put: { ...live, publicationId: id }, if: ours }
}

/** The posts of the network that stay where a person stops it half-way: no other publication may take them. */
export function ownParts(before: PublicationRecord, after: PublicationRecord): Write[] {
  if (before.state === after.state || after.state !== 'partial' || after.live === undefined) return []
  return liveIds(after.live).map((externalId) => ownLive(after, externalId))
}

/** The event of a change of state; undefined if others need not know. */
export function eventOf(
  before: PublicationRecord | undefined,
  after: PublicationRecord,
  now: number,
  random: Random,
): EventEnvelope | undefined {
  const same = before?.state === after.state && before.waitingFor === after.waitingFor && before.dueAt === after.dueAt
  const refused = before?.state === 'deleting' && after.state !== 'deleted' && after.state !== 'deleting'
  const name = refused ? 'failed' : after.state
  if (same || !isAnnounced(name)) return undefined
  // once per cause, not once per retry: the attempt that ended it names it
  const cause = `${after.id}#${name}#${after.attempts}`
  return publicationEvents[name].create({ now, random }, aboutOf(after), { ...dataOf(after), cause })
}

/** A person may have been told of a publication in this state. `published`: that it could not be removed. */
const toldOf: ReadonlySet<string> = new Set([
  'rejected',
  'failed',
  'partial',
  'unconfirmed',
  'missed',
  'handed_over',
  'published',
])

/** The event of publications that leave a state that people were told of; undefined if none does. */
export function settledOf(
  changes: readonly (readonly [before: PublicationRecord, after: PublicationRecord])[],
  now: number,
  random: Random,
): EventEnvelope | undefined {
  const left = changes.flatMap(([before, after]) =>
    before.state !== after.state && toldOf.has(before.state) ? [after] : [],
  )
  const [first] = left
  if (first === undefined) return undefined
  const settled = left.map(({ id, version }) => ({ subject: id, sequence: version }))
  return publicationsSettled.create({ now, random }, aboutOf(first), { settled })
}

function reminderOf(after: PublicationRecord, now: number, random: Random): EventEnvelope {
  const cause = `${after.id}#reminder#${after.attempts}#${after.handover?.reminders ?? 0}`
  return handoverReminder.create({ now, random }, aboutOf(after), { ...dataOf(after), cause })
}

const aboutOf = ({ workspaceId, id, version }: PublicationRecord) => ({ workspaceId, subject: id, sequence: version })

const dataOf = (after: PublicationRecord) => ({
  publicationId: after.id,
  postId: after.postId,
  channelId: after.channelId,
  network: after.network,
  state: after.state,
  reason: after.reason,
  dueAt: after.dueAt,
  externalId: after.live?.externalId,
  url: after.live?.url,
})

const isAnnounced = (name: string): name is keyof typeof publicationEvents => Object.hasOwn(publicationEvents, name)
