import { isDeepStrictEqual } from 'node:util'
import { iso, millis } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { applyMergePatch, type MergePatch } from '../kernel/merge-patch.ts'
import { firstWake } from './ahead.ts'
import { compose } from './compose.ts'
import { refused, toDraft, toEdit, toSchedule, toTakeOff } from './edits.ts'
import type { Defaults, PublishingParts } from './parts.ts'
import { type ChannelReview, type Plan, planFor, planned, refuseProblems } from './plan.ts'
import { type Post, type PostContent, postContent, type Variant } from './post.ts'
import { type Change, type PublicationRecord, publicationRecord } from './record.ts'
import { keptSchedule, type Moment, momentOf, type ScheduleInput } from './schedule.ts'
import { editableStates } from './transitions.ts'

export interface PostChange {
  readonly post: { readonly [K in keyof Post]?: Post[K] | undefined }
  readonly changes: readonly (readonly [PublicationRecord, Change])[]
  /** Publications of channels that were added. */
  readonly created?: readonly PublicationRecord[]
  /** Of the channels whose publications change: what their networks say. */
  readonly reviews?: readonly ChannelReview[]
}

/** A stored post as what was asked: its variants were checked when they were written. */
export function contentOf(post: Post): PostContent {
  const { text, channels, media, thread, variants, language } = post
  return { text, channels, media, thread, variants, language }
}

/**
 * What a patch of the post changes. A publication is touched only where what leaves on its channel, or its moment,
 * becomes another; it is refused where that publication is being sent, and where the patch names the channel of one that
 * has left. `scheduled`: a channel whose publication gets its moment even where its schedule stays the same.
 */
export async function editedPost(
  parts: PublishingParts,
  post: Post,
  records: readonly PublicationRecord[],
  patch: MergePatch,
  scheduled?: string,
): Promise<PostChange> {
  const was = contentOf(post)
  const said = applyMergePatch(postContent, was, patch)
  const channels = [...new Set(said.channels)]
  const named = new Set(patch.variants === null ? Object.keys(was.variants ?? {}) : Object.keys(patch.variants ?? {}))
  const variants = variantsOf(said, was, named)
  const defaults = await parts.defaultsOf(post.workspaceId)
  const language = said.language ?? defaults.language
  const next: PostContent = { ...said, channels, variants, language }
  const now = parts.clock.now()
  const kept = records.filter((record) => channels.includes(record.channelId))
  const dropped = records.filter((record) => !channels.includes(record.channelId))
  const added = channels.filter((id) => !kept.some((record) => record.channelId === id))
  const { wanted, skipped } = wantedOf(kept, { was, next, named, language, scheduled })
  const asked = new Set([...wanted.map(({ record }) => record.channelId), ...added])
  const { plans, reviews } = await planned(parts, post.workspaceId, next, language, asked)

  const changes = wanted.map(({ record, differs, moved, late }): readonly [PublicationRecord, Change] => {
    const id = record.channelId
    const plan = planFor(plans, record)
    const own = variants[id]?.schedule
    const content = differs ? { ...toEdit(record, plan, now), cost: plan.cost } : {}
    const policy = late ? { latePolicy: variants[id]?.latePolicy ?? post.latePolicy ?? defaults.latePolicy } : {}
    if (!moved) return [record, { ...content, ...policy }]
    const moment = movedTo(post, record, own, defaults, now)
    if (moment === undefined) return [record, { ...content, ...toDraft(record), ...policy }]
    if (own !== undefined) variants[id] = { ...variants[id], schedule: keptSchedule(own, moment) }
    const scheduled = toSchedule(record, moment, firstWake(moment.dueAt, plan.aheadMs, now))
    // what was prepared is of the old content
    return [record, { ...content, ...scheduled, ...(differs ? { checkpoint: undefined } : {}), ...policy }]
  })

  const created = added.map((id) => {
    const plan = plans.find(({ channel }) => channel.id === id)
    if (plan === undefined) throw new Error(`the channel ${id} was not reviewed`)
    const own = variants[id]?.schedule
    const latePolicy = variants[id]?.latePolicy ?? post.latePolicy ?? defaults.latePolicy
    if (own === undefined) return newPublication(parts, post, plan, aheadOf(post, now), latePolicy, now)
    const moment = momentOf(own, defaults.zone, now, `/variants/${id}/schedule`)
    variants[id] = { ...variants[id], schedule: keptSchedule(own, moment) }
    return newPublication(parts, post, plan, moment, latePolicy, now)
  })
  for (const record of dropped) {
    const change = toTakeOff(record)
    if (change !== undefined) changes.push([record, change])
  }
  // everything that would have changed has left
  if (changes.length + created.length + dropped.length === 0 && skipped[0] !== undefined)
    throw refused(skipped[0], 'edit')

  const leaving = new Set([
    ...changes.flatMap(([record, change]) => ({ ...record, ...change }).wakeAt === undefined ? [] : [record.channelId]),
    ...created.flatMap((record) => (record.wakeAt === undefined ? [] : [record.channelId])),
  ])
  refuseProblems(reviews.filter((review) => leaving.has(review.channelId)))
  const droppedIds = new Set(dropped.map(({ id }) => id))
  return {
    post: {
      text: next.text,
      channels,
      media: next.media ?? [],
      thread: next.thread ?? [],
      variants,
      language,
      publicationIds: [...post.publicationIds.filter((id) => !droppedIds.has(id)), ...created.map(({ id }) => id)],
    },
    changes,
    created,
    reviews,
  }
}

/** A publication of this post, not written yet; a draft without a moment. */
export function newPublication(
  { random }: Pick<PublishingParts, 'random'>,
  post: Pick<Post, 'id' | 'workspaceId'>,
  { channel, content, deliver, cost, aheadMs }: Plan,
  moment: Moment | undefined,
  latePolicy: Defaults['latePolicy'],
  now: number,
): PublicationRecord {
  return publicationRecord.parse({
    id: newId('publication', now, random),
    workspaceId: post.workspaceId,
    postId: post.id,
    channelId: channel.id,
    network: channel.network,
    state: moment === undefined ? 'draft' : 'scheduled',
    content,
    ...(deliver === 'handover' ? { deliver } : {}),
    cost,
    contentVersion: 1,
    ...(moment === undefined ? {} : { ...moment, wakeAt: firstWake(moment.dueAt, aheadMs, now) }),
    latePolicy,
    attempts: 0,
    version: 1,
    createdAt: iso(now),
    updatedAt: iso(now),
  })
}

/** The moment of one publication after its own schedule changed: its own, else its post's, else none. */
function movedTo(
  post: Post,
  record: PublicationRecord,
  own: ScheduleInput | undefined,
  defaults: Defaults,
  now: number,
): Moment | undefined {
  const pointer = `/variants/${record.channelId}/schedule`
  const schedule = own ?? post.schedule
  return schedule === undefined ? undefined : momentOf(schedule, record.scheduled?.zone ?? defaults.zone, now, pointer)
}

/** The post's own moment, if it is still ahead. */
function aheadOf(post: Post, now: number): Moment | undefined {
  if (post.schedule === undefined) return undefined
  try {
    const moment = momentOf(post.schedule, post.schedule.zone, now)
    return millis(moment.dueAt) > now ? moment : undefined
  } catch (error) {
    if (error instanceof AppError && error.code === 'schedule_in_past') return undefined
    throw error
  }
}

/** The variant of a channel that was taken off goes with it, unless the patch names it: then it is for no channel. */
function variantsOf(said: PostContent, was: PostContent, named: ReadonlySet<string>): Record<string, Variant> {
  const entries = Object.entries(said.variants ?? {})
  return Object.fromEntries(
    entries.filter(([id]) => said.channels.includes(id) || named.has(id) || !was.channels.includes(id)),
  )
}

interface Wanted {
  readonly record: PublicationRecord
  /** What leaves becomes another. */
  readonly differs: boolean
  /** Its own schedule becomes another. */
  readonly moved: boolean
  /** Its own late policy becomes another. */
  readonly late: boolean
}

/** Which publications a patch touches; `skipped` would have been, but have left. Throws `conflict` as {@link editedPost}. */
function wantedOf(
  kept: readonly PublicationRecord[],
  said: {
    was: PostContent
    next: PostContent
    named: ReadonlySet<string>
    language: string
    scheduled: string | undefined
  },
): { wanted: Wanted[]; skipped: PublicationRecord[] } {
  const { was, next, named, language, scheduled } = said
  const wanted: Wanted[] = []
  const skipped: PublicationRecord[] = []
  for (const record of kept) {
    const id = record.channelId
    const before = was.variants?.[id] ?? {}
    const after = next.variants?.[id] ?? {}
    const differs =
      !isDeepStrictEqual(record.content, compose(next, id, language)) ||
      (before.deliver ?? 'api') !== (after.deliver ?? 'api')
    const moved = id === scheduled || !isDeepStrictEqual(before.schedule, after.schedule)
    const late = !isDeepStrictEqual(before.latePolicy, after.latePolicy)
    if (!differs && !moved && !late) continue
    if (record.state === 'sending' || record.state === 'processing') throw refused(record, 'edit')
    if (editableStates.has(record.state) && !record.visible) wanted.push({ record, differs, moved, late })
    else if (named.has(id)) throw refused(record, 'edit')
    else skipped.push(record)
  }
  return { wanted, skipped }
}
