import * as z from 'zod'
import { type Key, keys, listed } from '../aws/keys.ts'
import type { Item, Write } from '../aws/table.ts'
import { millis } from '../kernel/clock.ts'
import { due } from '../scheduling/index.ts'
import { type Channel, channelSchema } from './channel.ts'
import { renewAt, renewing } from './renewing.ts'

/** A channel as it is stored. `resumeState` is what reconnecting leads back to: a pause outlives dead credentials. */
export const storedChannel = channelSchema.extend({ resumeState: z.enum(['active', 'paused']).optional() })
export type StoredChannel = z.infer<typeof storedChannel>

/**
 * A channel's credentials, sealed. `version` grows with each refresh, and names the one that a refresh is of; the lease
 * belongs to whoever is refreshing. Times are ms since the epoch (`expiresAt` would be the table's own time to live).
 */
export const storedCredentials = z.object({
  sealed: z.string(),
  version: z.number().int(),
  credentialsExpireAt: z.number().optional(),
  leaseOwner: z.string().optional(),
  leaseUntil: z.number().optional(),
})
export type StoredCredentials = z.infer<typeof storedCredentials>

/** Credentials are bound to what they belong to: another channel's do not open here. */
export const sealContext = (workspaceId: string, channelId: string) => ['channel', workspaceId, channelId]

export function channelItem(channel: StoredChannel): Key & Item {
  const { workspaceId, id } = channel
  return { ...keys.channel(workspaceId, id), ...listed(workspaceId, 'channels', channel.createdAt, id), ...channel }
}

export function publicChannel(stored: StoredChannel): Channel {
  const { resumeState: _, ...channel } = stored
  return channel
}

/** The first poll of a channel, at once; a poll that stands already is only woken, its cursor kept. */
export function pollSoon(workspaceId: string, channelId: string, network: string, wakeAt: string): Write {
  return {
    update: keys.poll(workspaceId, channelId),
    set: {
      workspaceId,
      channelId,
      network,
      ...due({ kind: 'poll', workspaceId, channelId }, millis(wakeAt), millis(wakeAt)).set,
    },
  }
}

/** Every id by which the network's deliveries may name the account. */
export const namesOf = ({ externalId, alsoKnownAs = [] }: Channel['account']): string[] => [externalId, ...alsoKnownAs]

/** Where an incoming webhook finds the channel, and what keeps an account from being connected twice in a workspace. */
export function accountItems(channel: StoredChannel): Write[] {
  const { workspaceId, id, network, account } = channel
  return [
    {
      put: { ...keys.accountOwner(workspaceId, network, account.externalId), channelId: id },
      if: ['pk', 'absent'],
    },
    ...accountLinks(channel),
  ]
}

/** The first half of those: the account's names, some of which may be new when it is connected again. */
export const accountLinks = ({ workspaceId, id, network, account }: StoredChannel): Write[] =>
  namesOf(account).map((name) => ({
    put: { ...keys.account(network, name, workspaceId, id), workspaceId, channelId: id },
  }))

/** The sealed credentials; without a version they replace what is there, so that a refresh under way does not. */
export function credentialsWrite(
  { workspaceId, id }: StoredChannel,
  { sealed, expiresAt }: { readonly sealed: string; readonly expiresAt: number | undefined },
  now: number,
  version?: number,
): Write {
  const key = keys.credentials(workspaceId, id)
  const looked = renewing(workspaceId, id, expiresAt === undefined ? undefined : renewAt(now, expiresAt), now)
  if (version !== undefined) return { put: { ...key, sealed, version, credentialsExpireAt: expiresAt, ...looked.set } }
  const stale = ['leaseOwner', 'leaseUntil', ...(expiresAt === undefined ? ['credentialsExpireAt'] : [])]
  return {
    update: key,
    set: { sealed, credentialsExpireAt: expiresAt, ...looked.set },
    add: { version: 1 },
    remove: [...stale, ...looked.remove],
    if: ['pk', 'present'],
  }
}
