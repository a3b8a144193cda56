import * as z from 'zod'
import { channelId } from '../../shared/channels/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { mentionId, mentionKind, mentionSchema, mentionState } from '../../shared/inbox/index.ts'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { AppError, notFound } from '../../shared/kernel/errors.ts'
import { resourceHandler } from '../containers/api.ts'
import { mentions } from '../containers/mentions.ts'

const instant = z.iso.datetime({ offset: true }).transform((text) => iso(millis(text)))

export const operations = {
  listMentions: operation({
    query: z.object({
      channel: channelId.optional(),
      kind: mentionKind.optional(),
      state: mentionState.optional(),
      from: instant.optional().describe('Written at or after this instant.'),
      to: instant.optional().describe('Written before this instant.'),
    }),
    answer: mentionSchema,
    list: true,
    description: 'Newest first.',
    handle: async ({ caller, query: { channel, ...filter }, page }) => {
      if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to) throw reversed()
      return mentions().list(caller.workspaceId, { ...filter, channelId: channel }, page)
    },
  }),
  getMention: operation({
    params: z.object({ mentionId }),
    answer: mentionSchema,
    handle: async ({ caller, params }) => {
      const mention = await mentions().find(caller.workspaceId, params.mentionId)
      if (mention === undefined) throw notFound('mention', params.mentionId)
      return { body: mention, version: mention.version }
    },
  }),
}

const reversed = () =>
  new AppError('unprocessable', 'validation_failed', '`from` is after `to`: nothing can lie between them.', {
    problems: [{ pointer: '/from', code: 'after_to', message: 'must not be after `to`' }],
  })

export const handler = resourceHandler('mentions', operations)
