import * as z from 'zod'
import type { Condition } from '../aws/expression.ts'
import { type Key, keys } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Table, Write } from '../aws/table.ts'
import { type Channel, keepTold } from '../channels/index.ts'
import type { InboundEvent } from '../networks/network.ts'
import { findPublication, publicationOfLive } from '../publishing/index.ts'
import { mentionAnswerFailed, mentionUpdated, postStateReported } from './events.ts'
import type { Inbound } from './merge.ts'
import { type Applied, MentionStore, type StoreParts } from './store.ts'
import { dataOf, mentionBusy, mentionEvent } from './telling.ts'

type From = Pick<Channel, 'id' | 'workspaceId' | 'network'>

const daySeconds = 24 * 3600
const maxTries = 5

/** How far an answer got, as the network told it. Each is the word until a later one comes; `failed` is the last. */
const deliveries = ['sent', 'delivered', 'read', 'failed'] as const
export const deliveryState = z.enum(deliveries)
type DeliveryState = z.infer<typeof deliveryState>

/** An answer of ours by its id on the network. What became of it may be told before we know that it is ours. */
export const answerItem = z.object({
  delivery: deliveryState.optional(),
  mentionId: z.string().optional(),
  actionId: z.string().optional(),
  /** The outgoing mention of its echo, where that came before the action was written. */
  entryId: z.string().optional(),
})
export type AnswerItem = z.infer<typeof answerItem>

/** The write that makes it so, if it still is as it was read. A field of `set` that is undefined is removed. */
export function answerWrite(
  key: Key,
  before: AnswerItem | undefined,
  now: number,
  set: Partial<AnswerItem>,
  expiresAt?: number,
): Write {
  const expiry = expiresAt === undefined ? {} : { expiresAt }
  if (before === undefined)
    return {
      put: { ...key, ...set, ...expiry },
      if: {
        any: [
          ['pk', 'absent'],
          ['expiresAt', '<=', Math.floor(now / 1000)],
        ],
      },
    }
  const as = (name: 'delivery' | 'actionId' | 'entryId'): Condition =>
    before[name] === undefined ? [name, 'absent'] : [name, '=', before[name]]
  return {
    update: key,
    set: { ...set, ...expiry },
    remove: [
      ...(expiresAt === undefined ? ['expiresAt'] : []),
      ...Object.entries(set).flatMap(([name, value]) => (value === undefined ? name : [])),
    ],
    if: { all: [as('delivery'), as('actionId'), as('entryId')] },
  }
}

export const answerOf = (table: Table, workspaceId: string, channelId: string, externalId: string) =>
  table.get(keys.answer(workspaceId, channelId, externalId), answerItem)

/** Keeps how far an answer of ours got. One that failed after all has not answered: the mention waits again, and people are told. */
export async function messageState(parts: StoreParts, channel: From, event: Inbound): Promise<Applied> {
  const { table, clock } = parts
  const { workspaceId, id: channelId } = channel
  const told = deliveryState.safeParse(event.state)
  if (!told.success) return 'ignored'
  const key = keys.answer(workspaceId, channelId, event.externalId)
  for (let tries = 0; tries < maxTries; tries++) {
    const known = await table.get(key, answerItem)
    if (known?.delivery !== undefined && rank(known.delivery) >= rank(told.data)) return 'unchanged'
    // Of a message that nobody sent from here, or whose answer we have not written yet: kept for a day.
    const orphan =
      known?.actionId === undefined && known?.entryId === undefined
        ? Math.floor(clock.now() / 1000) + daySeconds
        : undefined
    const { ok } = await table.transact([
      answerWrite(key, known, clock.now(), { delivery: told.data }, orphan),
      ...(told.data === 'failed' && known?.mentionId !== undefined
        ? await unanswered(parts, workspaceId, { ...known, mentionId: known.mentionId }, event.text)
        : []),
    ])
    if (ok) return orphan === undefined ? 'stored' : 'ignored'
  }
  throw mentionBusy()
}

const rank = (state: DeliveryState) => deliveries.indexOf(state)

async function unanswered(
  parts: StoreParts,
  workspaceId: string,
  { mentionId, actionId }: AnswerItem & { readonly mentionId: string },
  reason: string | undefined,
): Promise<Write[]> {
  const store = new MentionStore(parts)
  const kept = await store.read(workspaceId, mentionId)
  if (kept === undefined || kept.record.answers === 0) return []
  const { record, author } = kept
  const after = { ...record, answers: record.answers - 1, version: record.version + 1 }
  const about = { workspaceId, subject: record.id, sequence: after.version }
  const data = { ...dataOf(after), ...(actionId === undefined ? {} : { actionId }) }
  return [
    ...store.writes(record, after),
    outbox(mentionEvent(parts, mentionUpdated, { record: after, author })),
    outbox(
      mentionAnswerFailed.create({ now: parts.clock.now(), random: parts.random }, about, {
        ...data,
        ...(reason === undefined ? {} : { reason }),
      }),
    ),
  ]
}

/** Keeps counters of a post that are told and cannot be asked for; false if this is not about any. */
export async function keepCounters(
  table: Table,
  { workspaceId, id: channelId }: From,
  { counters, postExternalId, externalId, at }: InboundEvent,
): Promise<boolean> {
  if (counters === undefined) return false
  await keepTold(table, { workspaceId, channelId }, postExternalId ?? externalId, at, counters)
  return true
}

const reported = z.enum(['live', 'gone', 'failed'])
/** Longer than any network delivers again. */
const reportedForDays = 30

/** Tells on what a network says by itself of a publication of ours, once for each state; the rest is no news to us. */
export async function postState(parts: StoreParts, channel: From, event: Inbound): Promise<Applied> {
  const { table, clock, random } = parts
  const { workspaceId, id: channelId, network } = channel
  const state = reported.safeParse(event.state)
  const externalId = event.postExternalId ?? event.externalId
  if (!state.success) return 'ignored'
  const id = await publicationOfLive(table, workspaceId, channelId, externalId)
  const publication = id === undefined ? undefined : await findPublication(table, workspaceId, id)
  if (publication === undefined) return 'ignored'
  const now = clock.now()
  const { ok } = await table.transact([
    {
      put: {
        ...keys.inbound(workspaceId, channelId, `${externalId}#${state.data}#${event.at}`),
        expiresAt: Math.floor(now / 1000) + reportedForDays * daySeconds,
      },
      if: ['pk', 'absent'],
    },
    outbox(
      postStateReported.create(
        { now, random },
        { workspaceId, subject: publication.id, sequence: publication.version },
        {
          publicationId: publication.id,
          postId: publication.postId,
          channelId,
          network,
          externalId,
          state: state.data,
        },
      ),
    ),
  ])
  return ok ? 'stored' : 'unchanged'
}
