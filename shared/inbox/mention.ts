import * as z from 'zod'
import { channelId } from '../channels/index.ts'
import { textSchema } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import { idPattern } from '../kernel/ids.ts'
import { attachmentSchema, authorSchema, messageType } from './inbound.ts'

export const mentionId = z.string().regex(idPattern('mention'))
export const mentionKind = z.enum(['comment', 'mention', 'direct_message', 'review', 'question'])
/** `held`: the network shows it to nobody until somebody approves it. */
export const mentionState = z.enum(['visible', 'hidden', 'held', 'spam', 'deleted'])
export type MentionState = z.infer<typeof mentionState>
/** `by_hand`: a person noted what was said elsewhere. */
const mentionSource = z.enum(['network', 'by_hand'])
export const mentionDirection = z.enum(['incoming', 'outgoing'])

const unreadableSchema = z.object({
  why: textSchema,
  name: z.string(),
  contentType: z.string(),
  bytes: z.number().int(),
})

/** Something said about the brand or to it, as the API answers it. */
export const mentionSchema = z.object({
  id: mentionId,
  workspaceId: z.string(),
  channelId,
  network: z.string(),
  kind: mentionKind,
  source: mentionSource,
  /** `outgoing`: an answer that the channel gave in the network's own app, or by another tool. */
  direction: mentionDirection,
  /** Its id on the network. */
  externalId: z.string(),
  /** Of an outgoing one: the mentions that it answered, and in private to whom. */
  answersTo: z.array(mentionId).optional(),
  recipient: authorSchema.optional(),
  /** What it is where it is no plain text; `text` then says what of it can be said in words. */
  messageType: messageType.optional(),
  /** Absent too once the platform's terms let it be kept no longer. */
  author: authorSchema.optional(),
  /** Absent once it was deleted on the network. */
  text: z.string().optional(),
  /** Where `text` is less than all of it (a letter without what it quotes): the whole. */
  fullText: z.string().optional(),
  /** A machine wrote it by itself (an out-of-office note, a newsletter): no machine should answer. */
  automatic: z.boolean().optional(),
  /** It came and could not be read: why, and what `GET /v1/mentions/{mentionId}/raw` answers. */
  unreadable: unreadableSchema.optional(),
  /** Of a review: 1 to 5. */
  rating: z.number().optional(),
  attachments: z.array(attachmentSchema).optional(),
  url: z.string().optional(),
  language: z.string().optional(),
  /** The post it is under, on the network, and the publication that is, if it left from here. */
  postExternalId: z.string().optional(),
  publicationId: z.string().optional(),
  /** The comment or message it answers. */
  parentExternalId: z.string().optional(),
  state: mentionState,
  /** Whether an answer arrived: from here, or one that was given in the network's own app. */
  answered: z.boolean(),
  /** Of one that was answered: `native_app` while every answer was given there. */
  answeredBy: z.enum(['parvis', 'native_app']).optional(),
  /** When it was written on the network. */
  occurredAt: z.string(),
  /** When the first delivery about it came. */
  receivedAt: z.string(),
  /** Until when the platform's terms let it be kept; absent where they set no limit. */
  keptUntil: z.string().optional(),
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
  fullText: z.string().optional(),
  automatic: z.boolean().optional(),
  unreadable: unreadableSchema.optional(),
  rating: z.number().optional(),
  attachments: z.array(attachmentSchema).optional(),
  messageType: messageType.optional(),
  url: z.string().optional(),
  language: z.string().optional(),
  postExternalId: z.string().optional(),
  parentExternalId: z.string().optional(),
  /** The connector's own, for answers; nobody else sees it. */
  context: z.record(z.string(), z.string()).optional(),
})
export type Saying = z.infer<typeof saying>

/** Everything that was ever delivered about a mention, reduced so that the order of deliveries does not matter. */
export const seen = z.object({
  /** Its creation, or the earliest edit as long as the creation has not come. */
  first: saying.optional(),
  /** The latest edit; absent while there is only `first`. */
  last: saying.optional(),
  visibility: z.object({ at: z.number(), hidden: z.boolean(), as: z.literal('spam').optional() }).optional(),
  held: z.object({ at: z.number(), held: z.boolean() }).optional(),
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
    source: mentionSource.default('network'),
    direction: mentionDirection.default('incoming'),
    recipient: authorSchema.optional(),
    answersTo: z.array(mentionId).optional(),
    state: mentionState,
    /** How many answers arrived, and how many of them were given in the network's own app. */
    answers: z.number().int().default(0),
    nativeAnswers: z.number().int().default(0),
    occurredAt: z.string(),
    seen,
    /** The table's time to live (s since the epoch), where the platform's terms set a limit. */
    expiresAt: z.number().optional(),
    /** Until when (ms) who wrote it may be kept: then that is in an item of its own, and not in `seen`. */
    authorUntil: z.number().optional(),
  })
export type MentionRecord = z.infer<typeof mentionRecord>

/** What came and could not be read, as it came: gzip in base64. */
export const keptRaw = z.object({ name: z.string(), contentType: z.string(), gzip: z.string() })
export type KeptRaw = z.infer<typeof keptRaw>

/** Who wrote it, where that must be gone before the mention is. */
export const keptAuthor = z.object({ author: authorSchema, at: z.number() })
export type KeptAuthor = z.infer<typeof keptAuthor>

/** What was said last, and before that what only the first delivery said. */
export function saidOf({ first, last = first }: Seen): Saying | undefined {
  return first === undefined || last === undefined ? undefined : { ...first, ...last, at: first.at }
}

/** The mention a client sees; undefined for a tombstone: something deleted or hidden whose content never came. */
export function viewOf(record: MentionRecord, apart?: KeptAuthor): Mention | undefined {
  const said = saidOf(record.seen)
  if (said === undefined) return undefined
  const { seen: _, answers, nativeAnswers, expiresAt, ...plain } = record
  const author = apart?.author ?? said.author
  return mentionSchema.parse({
    ...said,
    ...plain,
    kind: said.kind,
    ...(author === undefined ? {} : { author }),
    answered: answers > 0,
    ...(answers === 0 ? {} : { answeredBy: answers > nativeAnswers ? ('parvis' as const) : ('native_app' as const) }),
    ...(expiresAt === undefined ? {} : { keptUntil: iso(expiresAt * 1000) }),
  })
}

/** What follows from `seen`. */
export function derived(now: Seen): Pick<MentionRecord, 'kind' | 'state' | 'occurredAt'> {
  const { first, last, visibility, held, deletedAt } = now
  const kind = (last ?? first)?.kind
  return {
    ...(kind === undefined ? {} : { kind }),
    state: stateOf(now),
    occurredAt: iso(first?.at ?? deletedAt ?? visibility?.at ?? held?.at ?? 0),
  }
}

function stateOf({ visibility, held, deletedAt }: Seen): MentionState {
  if (deletedAt !== undefined) return 'deleted'
  if (visibility?.hidden === true) return visibility.as ?? 'hidden'
  return held?.held === true ? 'held' : 'visible'
}
