import * as z from 'zod'
import { channelId } from '../channels/index.ts'
import { iso } from '../kernel/clock.ts'
import { idPattern } from '../kernel/ids.ts'
import { authorSchema } from './inbound.ts'

export const mentionId = z.string().regex(idPattern('mention'))
export const mentionKind = z.enum(['comment', 'mention', 'direct_message'])
export const mentionState = z.enum(['visible', 'hidden', 'deleted'])

/** Something said about the brand or to it, as the API answers it. */
export const mentionSchema = z.object({
  id: mentionId,
  workspaceId: z.string(),
  channelId,
  network: z.string(),
  kind: mentionKind,
  /** Its id on the network. */
  externalId: z.string(),
  author: authorSchema.optional(),
  /** Absent once it was deleted on the network. */
  text: z.string().optional(),
  url: z.string().optional(),
  language: z.string().optional(),
  /** The post it is under, on the network, and the publication that is, if it left from here. */
  postExternalId: z.string().optional(),
  publicationId: z.string().optional(),
  /** The comment or message it answers. */
  parentExternalId: z.string().optional(),
  state: mentionState,
  /** When it was written on the network. */
  occurredAt: z.string(),
  /** When the first delivery about it came. */
  receivedAt: z.string(),
  version: z.number().int(),
})
export type Mention = z.infer<typeof mentionSchema>

/** What one delivery said of it. `edited` breaks the tie where a network counts in whole seconds. */
export const saying = z.object({
  at: z.number(),
  edited: z.boolean(),
  kind: mentionKind,
  author: authorSchema.optional(),
  text: z.string().optional(),
  url: z.string().optional(),
  language: z.string().optional(),
  postExternalId: z.string().optional(),
  parentExternalId: z.string().optional(),
})
export type Saying = z.infer<typeof saying>

/** Everything that was ever delivered about a mention, reduced so that the order of deliveries does not matter. */
export const seen = z.object({
  /** Its creation, or the earliest edit as long as the creation has not come. */
  first: saying.optional(),
  /** The latest edit; absent while there is only `first`. */
  last: saying.optional(),
  visibility: z.object({ at: z.number(), hidden: z.boolean() }).optional(),
  /** Ids are not used twice on any network: what was deleted stays so. */
  deletedAt: z.number().optional(),
})
export type Seen = z.infer<typeof seen>

/** A mention as it is stored. What is said stands in `seen` once; the top level is what lists filter by. */
export const mentionRecord = mentionSchema
  .pick({
    id: true,
    workspaceId: true,
    channelId: true,
    network: true,
    externalId: true,
    publicationId: true,
    receivedAt: true,
    version: true,
  })
  .extend({
    /** Of a tombstone nobody knows yet what it was. */
    kind: mentionKind.optional(),
    state: mentionState,
    occurredAt: z.string(),
    seen,
  })
export type MentionRecord = z.infer<typeof mentionRecord>

/** The mention a client sees; undefined for a tombstone: something deleted or hidden whose content never came. */
export function viewOf(record: MentionRecord): Mention | undefined {
  const { first, last = first } = record.seen
  if (first === undefined || last === undefined) return undefined
  const { seen: _, ...plain } = record
  return mentionSchema.parse({
    ...plain,
    kind: last.kind,
    author: last.author ?? first.author,
    text: last.text ?? first.text,
    url: last.url ?? first.url,
    language: last.language ?? first.language,
    postExternalId: last.postExternalId ?? first.postExternalId,
    parentExternalId: last.parentExternalId ?? first.parentExternalId,
  })
}

/** What follows from `seen`. */
export function derived({
  first,
  last,
  visibility,
  deletedAt,
}: Seen): Pick<MentionRecord, 'kind' | 'state' | 'occurredAt'> {
  const state = deletedAt !== undefined ? 'deleted' : visibility?.hidden === true ? 'hidden' : 'visible'
  const kind = (last ?? first)?.kind
  return {
    ...(kind === undefined ? {} : { kind }),
    state,
    occurredAt: iso(first?.at ?? deletedAt ?? visibility?.at ?? 0),
  }
}
