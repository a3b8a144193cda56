import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Write } from '../aws/table.ts'
import type { Text } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import { readDueKey, type WakeMessageOf } from '../scheduling/index.ts'
import { channelCredentialsEnding } from './events.ts'
import { renewCredentials } from './opening.ts'
import type { ChannelParts } from './parts.ts'
import { renewing } from './renewing.ts'
import { storedChannel } from './stored.ts'
import { eventOf } from './writing.ts'

/** Bounds the renewal of one channel's credentials. */
const timeoutMs = 50_000
/** After a network that could not be asked. */
const againMs = 6 * 3_600_000
/** Credentials that live longer than this still serve, though they will not be renewed: a person is told, in time. */
const stillMs = 3_600_000

const waitingItem = z.object({
  version: z.number().int(),
  wakeSk: z.string().optional(),
  credentialsExpireAt: z.number().optional(),
})

/**
 * Renews a channel's credentials before they end, if they still wait for `wakeAt`. Where the network gives no new ones and
 * the old still serve, `channel.credentials_ending` says until when; at their end, or where they are dead already, the
 * channel is to be connected again. A network that could not be asked is asked again in six hours.
 */
export async function renewAhead(
  parts: ChannelParts,
  needsReconnect: (reason: Text) => Promise<void>,
  { workspaceId, channelId, wakeAt }: WakeMessageOf<'credentials'>,
): Promise<'renewed' | 'later' | 'over'> {
  const { table, clock, log } = parts
  const key = keys.credentials(workspaceId, channelId)
  const stored = await table.get(key, waitingItem)
  const wakeSk = stored?.wakeSk
  if (stored === undefined || wakeSk === undefined) return 'over'
  if (readDueKey('credentials', wakeSk)?.message.wakeAt !== wakeAt) return 'over'
  const endsAt = stored.credentialsExpireAt
  const serves = endsAt !== undefined && endsAt - clock.now() > stillMs ? endsAt : undefined
  const lookAt = (at: number | undefined): Write => {
    const { set, remove } = renewing(workspaceId, channelId, at, clock.now())
    return { update: key, set, remove, if: ['wakeSk', '=', wakeSk] }
  }
  let refused: Text | undefined
  const dead = async (reason: Text) => {
    refused = reason
    if (serves === undefined) await needsReconnect(reason)
  }
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const renewed = await renewCredentials(parts, workspaceId, channelId, stored.version, signal, dead)
    return renewed ? 'renewed' : 'over'
  } catch (error) {
    if (refused !== undefined && serves !== undefined) {
      const channel = await table.get(keys.channel(workspaceId, channelId), storedChannel)
      if (channel === undefined) return 'over'
      const told = { reason: refused, endsAt: iso(serves), cause: `${channelId}#ending#${serves}` }
      await table.transact([lookAt(serves), eventOf(parts, channelCredentialsEnding, channel, told)])
      return 'later'
    }
    const over = error instanceof AppError && (error.code === 'reconnect_needed' || error.code === 'not_found')
    log.warn('credentials were not renewed ahead of time', { channelId, error: messageOf(error) })
    await table.transact([lookAt(over ? undefined : clock.now() + againMs)])
    return over ? 'over' : 'later'
  }
}
