import * as z from 'zod'
import { keyInUse } from '../../shared/aws/idempotency.ts'
import { channelId, findChannels } from '../../shared/channels/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { commonTexts } from '../../shared/i18n/index.ts'
import {
  actionRequest,
  actionSchema,
  mentionDirection,
  mentionId,
  mentionKind,
  mentionNote,
  mentionSchema,
  mentionState,
} from '../../shared/inbox/index.ts'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { AppError, notFound } from '../../shared/kernel/errors.ts'
import { table } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { actions, mentions } from '../containers/mentions.ts'
import { created } from './recorded.ts'

const instant = z.iso.datetime({ offset: true }).transform((text) => iso(millis(text)))
const params = z.object({ mentionId })

export const operations = {
  createMention: operation({
    body: mentionNote,
    answer: mentionSchema,
    status: 201,
    creates: true,
    description:
      'A note of something said where no network tells of it: at the counter, on the telephone, in a place without an API. It is listed and answered like any other, and says `source: by_hand`.',
    handle: async (call) => {
      const { workspaceId } = call.caller
      const { channelId: id, ...note } = call.body
      const [channel] = await findChannels(table(), workspaceId, [id])
      if (channel === undefined) throw noChannel(id)
      const mention = await mentions().note(
        channel,
        note,
        (noted) => created(call, 'mention.note', noted.id, 201, noted),
        keyInUse,
      )
      return { status: 201, body: mention, version: mention.version }
    },
  }),
  listMentions: operation({
    query: z.object({
      channel: channelId.optional(),
      kind: mentionKind.optional(),
      state: mentionState.optional(),
      answered: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional()
        .describe('Whether an answer arrived. What the channel itself wrote is left out.'),
      direction: mentionDirection.optional().describe('`outgoing`: answers that were given in the network’s own app.'),
      from: instant.optional().describe('Written at or after this instant.'),
      to: instant.optional().describe('Written before this instant.'),
    }),
    answer: mentionSchema,
    list: true,
    description:
      'Newest first: what came in, and the answers that were given in a network’s own app (`direction: outgoing`), each with the mentions that it answered.',
    handle: async ({ caller, query: { channel, ...filter }, page }) => {
      if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to) throw reversed()
      return mentions().list(caller.workspaceId, { ...filter, channelId: channel }, page)
    },
  }),
  getMention: operation({
    params,
    answer: mentionSchema,
    handle: async ({ caller, params }) => {
      const mention = await mentions().find(caller.workspaceId, params.mentionId)
      if (mention === undefined) throw notFound('mention', params.mentionId)
      return { body: mention, version: mention.version }
    },
  }),
  getMentionRaw: operation({
    params,
    raw: { 200: ['*/*'] },
    description:
      'Of a mention with `unreadable`: what came, byte for byte (up to 256 KB). It is a stranger’s file: open it with care.',
    handle: async ({ caller, params }) => {
      const raw = await mentions().raw(caller.workspaceId, params.mentionId)
      if (raw === undefined) throw notFound('raw form of mention', params.mentionId)
      return {
        headers: {
          'content-disposition': `attachment; filename="${raw.name.replace(/[^\w.-]/g, '_')}"`,
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
        },
        raw: { contentType: raw.contentType, text: Buffer.from(raw.bytes).toString('base64'), base64: true },
      }
    },
  }),
  createMentionAction: operation({
    params,
    body: actionRequest,
    answer: actionSchema,
    status: 201,
    creates: true,
    description:
      '201 says that it was tried; `state` says what came of it. `done`: it is there. `refused`: the network surely did not do it, and `problem` says why and, where it may be tried again, from when: make that a new call with a new Idempotency-Key, for a repeated key is answered what the first call came to and sends nothing. `unknown`: the answer was lost. It is never sent again by itself: look on the network first. `sending`: in a repeat of a call that has not ended; two minutes later the list shows as `unknown` what never did. What a network takes is in its `capabilities.actions` (`GET /v1/networks`). Moderating works on a paused channel, answering does not.',
    handle: async (call) => {
      const { caller, params, body, idempotency } = call
      const action = await actions().take(caller.workspaceId, params.mentionId, body, {
        actor: caller.actor,
        idempotency,
        writes: (begun) => created(call, `mention.${body.action}`, params.mentionId, 201, begun),
      })
      return { status: 201, body: action }
    },
  }),
  listMentionActions: operation({
    params,
    answer: actionSchema,
    list: true,
    description: 'What was done with it, newest first.',
    handle: ({ caller, params, page }) => actions().list(caller.workspaceId, params.mentionId, page),
  }),
}

const reversed = () =>
  new AppError('unprocessable', 'validation_failed', commonTexts.fromAfterTo(), {
    problems: [{ pointer: '/from', code: 'after_to', message: commonTexts.fromAfterTo() }],
  })

const noChannel = (id: string) =>
  new AppError('unprocessable', 'validation_failed', commonTexts.noChannel({ id }), {
    problems: [{ pointer: '/channelId', code: 'not_found', message: commonTexts.noChannel({ id }) }],
  })

export const handler = resourceHandler('mentions', operations)
