import type { Cipher } from '../aws/cipher.ts'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Refreshed } from '../networks/network.ts'
import { renewAt, renewing } from './renewing.ts'
import { type StoredCredentials, sealContext, storedCredentials } from './stored.ts'
import { channelsTexts } from './texts.ts'

/** Longer than a refresh may take, so that nobody spends a refresh token that another is spending. */
const leaseMs = 60_000
export const refreshTimeoutMs = 25_000
const lookEveryMs = 200
const waitMs = 30_000

export interface Opened {
  readonly version: number
  readonly credentials: unknown
  readonly expiresAt: number | undefined
}

interface Refreshing {
  readonly table: Table
  readonly cipher: Cipher
  readonly clock: Clock
  readonly workspaceId: string
  readonly channelId: string
  /** A name for this holder of the lease. */
  readonly owner: string
  readonly signal: AbortSignal
  read(text: string): unknown
  /** The connector's refresh. Not bound to the caller's signal: a token that was spent must be stored. */
  call(credentials: unknown): Promise<Refreshed<unknown>>
}

/** What is stored, decrypted and checked; undefined if the channel has no credentials (it was deleted). */
export async function readCredentials(
  { table, cipher, workspaceId, channelId, read }: Omit<Refreshing, 'owner' | 'signal' | 'call' | 'clock'>,
  item?: StoredCredentials,
): Promise<Opened | undefined> {
  const stored = item ?? (await table.get(keys.credentials(workspaceId, channelId), storedCredentials))
  if (stored === undefined) return undefined
  const credentials = read(await cipher.open(stored.sealed, sealContext(workspaceId, channelId)))
  return { version: stored.version, credentials, expiresAt: stored.credentialsExpireAt }
}

/**
 * Newer credentials than `old`, single flight across functions: whoever writes the lease calls the network and stores what
 * it answered before anyone uses it; the others wait and read. Credentials that somebody else refreshed meanwhile are
 * taken as they are. Throws what the connector threw, and `unavailable` if another's refresh does not end.
 */
export async function refreshed(work: Refreshing, old: Opened): Promise<Opened> {
  const { table, clock, workspaceId, channelId, owner } = work
  const key = keys.credentials(workspaceId, channelId)
  const giveUpAt = clock.now() + waitMs
  for (;;) {
    const now = clock.now()
    const claim = await table.write({
      update: key,
      set: { leaseOwner: owner, leaseUntil: now + leaseMs },
      if: {
        all: [
          ['version', '=', old.version],
          {
            any: [
              ['leaseUntil', 'absent'],
              ['leaseUntil', '<=', now],
              ['leaseOwner', '=', owner],
            ],
          },
        ],
      },
    })
    if (claim.ok) return spend(work, old, now + leaseMs)
    if (claim.item === undefined) throw gone()
    const stored = storedCredentials.parse(claim.item)
    if (stored.version !== old.version) return (await readCredentials(work, stored)) ?? old
    if (now >= giveUpAt) throw busy()
    await clock.sleep(lookEveryMs, work.signal)
  }
}

/** What the network answered is known to nobody else, and may have ended what was there: kept trying until the lease ends. */
async function spend(work: Refreshing, old: Opened, until: number): Promise<Opened> {
  const { table, cipher, workspaceId, channelId, owner } = work
  const key = keys.credentials(workspaceId, channelId)
  const mine = {
    all: [
      ['version', '=', old.version],
      ['leaseOwner', '=', owner],
    ],
  } as const
  const released = ['leaseOwner', 'leaseUntil'] as const
  let fresh: Refreshed<unknown>
  try {
    fresh = await work.call(old.credentials)
  } catch (error) {
    await table.write({ update: key, remove: released, if: mine }, { until })
    throw error
  }
  const sealed = await cipher.seal(JSON.stringify(fresh.credentials), sealContext(workspaceId, channelId))
  const version = old.version + 1
  const next = fresh.expiresAt === undefined ? undefined : renewAt(work.clock.now(), fresh.expiresAt)
  const looked = renewing(workspaceId, channelId, next, work.clock.now())
  // a refresh token that rotates is spent by now: what the network answered is in no other place
  const stored = await table.write(
    {
      update: key,
      set: { sealed, version, credentialsExpireAt: fresh.expiresAt, ...looked.set },
      remove: [...released, ...(fresh.expiresAt === undefined ? ['credentialsExpireAt'] : []), ...looked.remove],
      if: mine,
    },
    { until },
  )
  if (stored.ok) return { version, credentials: fresh.credentials, expiresAt: fresh.expiresAt }
  // The lease ran out under us, or a person gave new credentials: what is stored now is what counts.
  const theirs = await readCredentials(work)
  if (theirs === undefined) throw gone()
  return theirs
}

const gone = () => new AppError('not_found', 'not_found', channelsTexts.disconnected())

const busy = () =>
  new AppError('unavailable', 'refresh_busy', channelsTexts.renewing(), {
    retryAfterSeconds: 5,
  })
