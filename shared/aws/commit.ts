import { commonTexts } from '../i18n/common.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import type { Random } from '../kernel/ids.ts'
import { type Actor, auditWrite } from './audit.ts'
import { type Idempotency, keyInUse, remember } from './idempotency.ts'
import { outbox } from './outbox.ts'
import type { Item, Table, Write } from './table.ts'

export interface CommitParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

/** A write whose failed condition means something of its own: `or` is thrown, given what stood there. */
interface Named {
  readonly write: Write
  readonly or: (there: Item | undefined) => Error
}

/** A change of one workspace, as one transaction: state, audit, events, and what a repeat of the call is answered. */
export interface Commit {
  readonly workspaceId: string
  readonly by: Actor
  /** For the audit, as `thing.done`. */
  readonly action: string
  /** The id of what is changed. */
  readonly subject: string
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /**
   * The state. A condition of a plain write is a fence (the version that was read): if it fails, the commit answers
   * `changed`, and the caller reads again.
   */
  readonly writes: readonly (Write | Named)[]
  readonly events?: readonly (EventEnvelope | undefined)[]
  /** The caller's `Idempotency-Key`, with the status and the body that a repeat is answered. */
  readonly idempotency?:
    | { readonly of: Idempotency | undefined; readonly status: number; readonly answer: unknown }
    | undefined
}

/** What a transaction of DynamoDB takes. */
const maxWrites = 100

/**
 * All of it or nothing. `changed`: a fence failed, somebody else wrote in between. Throws `idempotency_key_in_use` if another
 * call with this key was first, what a named write says, `too_many_changes` for more than one transaction takes, and what
 * `Table.transact` throws.
 */
export async function commit(
  { table, clock, random }: CommitParts,
  { workspaceId, by, action, subject, details, writes, events = [], idempotency }: Commit,
): Promise<'committed' | 'changed'> {
  const now = clock.now()
  const repeat = idempotency?.of
  // first: whoever repeats a call is told so, whatever became of the state since
  const all: (Write | Named)[] = [
    ...(idempotency === undefined || repeat === undefined
      ? []
      : [{ write: remember(workspaceId, repeat, idempotency.status, idempotency.answer, now), or: keyInUse }]),
    ...writes,
    ...events.flatMap((event) => (event === undefined ? [] : [outbox(event)])),
    auditWrite({ workspaceId, actor: by, action, subject, now, random, details }),
  ]
  if (all.length > maxWrites) throw new AppError('unprocessable', 'too_many_changes', commonTexts.tooManyChanges())
  const result = await table.transact(all.map((one) => ('write' in one ? one.write : one)))
  if (result.ok) return 'committed'
  const failed = all[result.index]
  if (failed !== undefined && 'write' in failed) throw failed.or(result.item)
  return 'changed'
}

const maxTries = 4

/**
 * Changes one versioned record by what `decide` makes of it, reading again if somebody else wrote in between. Throws
 * `stale_version` if it is not at `ifMatch`, `changed_meanwhile` if it kept changing, and what `read`, `decide` and
 * {@link commit} throw.
 */
export async function commitChange<T extends { readonly version: number }, R>(
  parts: CommitParts,
  about: Pick<Commit, 'workspaceId' | 'by' | 'action' | 'subject'> & { readonly ifMatch?: number | undefined },
  read: () => Promise<T>,
  decide: (record: T) => Promise<Omit<Commit, 'workspaceId' | 'by' | 'action' | 'subject'> & { readonly answer: R }>,
): Promise<R> {
  const { ifMatch, ...commitAbout } = about
  for (let tries = 0; tries < maxTries; tries++) {
    const record = await read()
    if (ifMatch !== undefined && ifMatch !== record.version) throw staleVersion(record.version)
    const { answer, ...decided } = await decide(record)
    if ((await commit(parts, { ...commitAbout, ...decided })) === 'committed') return answer
  }
  throw changedMeanwhile()
}

/** A caller's `If-Match` names another version than the record's. */
export const staleVersion = (version: number) =>
  new AppError('precondition_failed', 'stale_version', commonTexts.stale({ version }))

/** It kept changing while this was tried. */
export const changedMeanwhile = () => new AppError('conflict', 'changed_meanwhile', commonTexts.keptChanging())

/**
 * What a change that is tried once throws when its fence failed, given what stood there: `stale_version` for who named a
 * version (`If-Match`), else `changed_meanwhile`.
 */
export function fenceFailed(ifMatch: number | undefined, there: Item | undefined): AppError {
  const version = there?.version
  return ifMatch !== undefined && typeof version === 'number' ? staleVersion(version) : changedMeanwhile()
}
