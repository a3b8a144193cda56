import * as z from 'zod'
import { channelId } from '../channels/index.ts'
import { said } from '../i18n/index.ts'
import { maxTextLength } from './inbound.ts'
import { mentionKind } from './mention.ts'
import { inboxTexts } from './texts.ts'

const webAddress = z.url({ protocol: /^https?$/ }).max(2_000)

/** What a person notes of something said elsewhere: at the counter, on the telephone, on a network without an API. */
export const mentionNote = z.strictObject({
  channelId,
  kind: mentionKind.default('mention'),
  text: z.string().max(maxTextLength).regex(/\S/, said(inboxTexts.empty())),
  author: z
    .strictObject({ name: z.string().min(1).max(300), handle: z.string().min(1).max(300).optional() })
    .optional(),
  url: webAddress.optional(),
  rating: z.number().min(1).max(5).optional().describe('Of a review.'),
  at: z.iso.datetime({ offset: true }).optional().describe('When it was said; now if absent.'),
})
export type MentionNote = Omit<z.infer<typeof mentionNote>, 'channelId'>
