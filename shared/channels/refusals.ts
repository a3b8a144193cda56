/** What the channels refuse, in words. */

import * as z from 'zod'
import type { WriteResult } from '../aws/table.ts'
import { commonTexts } from '../i18n/index.ts'
import { AppError } from '../kernel/errors.ts'
import { channelsTexts } from './texts.ts'

export const ownerItem = z.object({ channelId: z.string() })

export function alreadyConnected(handle: string, result: Extract<WriteResult, { ok: false }>): AppError {
  const { channelId } = ownerItem.parse(result.item)
  return new AppError('conflict', 'already_connected', channelsTexts.alreadyConnected({ handle, channelId }))
}

export const stale = (version: number) =>
  new AppError('precondition_failed', 'stale_version', commonTexts.stale({ version }))

export const changedMeanwhile = () => new AppError('conflict', 'changed_meanwhile', commonTexts.keptChanging())

export const otherAccount = (given: string, wanted: string) =>
  new AppError('conflict', 'other_account', channelsTexts.otherAccount({ given, wanted }))
