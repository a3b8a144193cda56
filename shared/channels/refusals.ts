/** What the channels refuse, in words. */
import * as z from 'zod'
import type { WriteResult } from '../aws/table.ts'
import { AppError } from '../kernel/errors.ts'

export const ownerItem = z.object({ channelId: z.string() })

export function alreadyConnected(handle: string, result: Extract<WriteResult, { ok: false }>): AppError {
  const { channelId } = ownerItem.parse(result.item)
  return new AppError(
    'conflict',
    'already_connected',
    `${handle} is connected already, as the channel ${channelId}. Reconnect that one to give it new credentials.`,
  )
}

export const stale = (version: number) =>
  new AppError(
    'precondition_failed',
    'stale_version',
    `It has changed since you read it: it is now at version ${version}. Read it again.`,
  )

export const changedMeanwhile = () =>
  new AppError(
    'conflict',
    'changed_meanwhile',
    'It kept changing while this was tried. Nothing was changed; read it and try again.',
  )

export const otherAccount = (given: string, wanted: string) =>
  new AppError(
    'conflict',
    'other_account',
    `These are the credentials of ${given}, and this channel is ${wanted}. ` +
      'Connect the other account as a channel of its own.',
  )
