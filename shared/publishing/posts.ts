import { type Idempotency, remember } from '../aws/idempotency.ts'
import { keys, listed, listPartition } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Page, Position, Write } from '../aws/table.ts'
import { iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { firstWake } from './ahead.ts'
import { refused, toCancel, toEdit, toRemove, toSchedule } from './edits.ts'
import { postCreated, postDeleted, postUpdated } from './events.ts'
import { hint } from './hint.ts'
import { isKnown } from './known.ts'
import { droppingPrepared } from './leftover.ts'
import type { Actor, Defaults, PublishingParts } from './parts.ts'
import { type ChannelReview, type Plan, planFor, planned, refuseProblems, scheduleOf, withMoment } from './plan.ts'
import { type Post, type PostEdit, type PostInput, postSchema } from './post.ts'
import type { Preview } from './preview.ts'
import type { LatePolicy, Publication } from './publication.ts'
import { busy, stale } from './publications.ts'
import { type Change, changed, changing, itemOf, type PublicationRecord, publicationRecord, viewOf } from './record.ts'
import { momentOf, type ScheduleInput } from './schedule.ts'
import { cancellableStates, editableStates, schedulableStates } from './transitions.ts'
import { eventOf } from './writer.ts'

export interface PostWithPublications {
  readonly post: Post
  readonly publications: readonly Publication[]
}

const maxTries = 4

/** What people do with posts. A change of a post and of its publications is one transaction. */
export class Posts {
  readonly #parts: PublishingParts

  constructor(parts: PublishingParts) {
    this.#parts = parts
  }

  /** What each channel's network says, and what will be seen there, without writing anything. */
  async validate(workspaceId: string, input: PostInput): Promise<(ChannelReview & { readonly preview: Preview })[]> {
    const defaults = await this.#parts.defaultsOf(workspaceId)
    const { plans } = await planned(this.#parts, workspaceId, input, defaults.language)
    return Promise.all(
      plans.map(async (plan) => ({
        ...(await withMoment(this.#parts, plan, input, defaults.zone)),
        preview: plan.preview(),
      })),
    )
  }

  /**
   * Writes a post with its publications, its events and the idempotency record in one transaction. Throws
   * `validation_failed` with a pointer for each problem if it is to be scheduled and a network would refuse it; a draft
   * may have problems.
   */
  async create(
    workspaceId: string,
    actor: Actor,
    input: PostInput,
    answer: { idempotency: Idempotency | undefined; status: number; body: (created: PostWithPublications) => unknown },
  ): Promise<PostWithPublications> {
    const { table, clock, random, audit } = this.#parts
    const now = clock.now()
    const defaults = await this.#parts.defaultsOf(workspaceId)
    const { plans, reviews } = await planned(this.#parts, workspaceId, input, defaults.language)
    const id = newId('post', now, random)
    const records = plans.map((plan) => this.#publication(workspaceId, id, plan, input, defaults, now))
    if (records.some((record) => record.dueAt !== undefined)) refuseProblems(reviews)
    const post: Post = {
      id,
      workspaceId,
      text: input.text,
      channels: [...new Set(input.channels)],
      media: input.media ?? [],
      thread: input.thread ?? [],
      variants: input.variants ?? {},
      language: input.language ?? defaults.language,
      publicationIds: records.map((record) => record.id),
      state: 'active',
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    }
    const created = { post, publications: records.map(viewOf) }
    const event = postCreated.create({ now, random }, { workspaceId, subject: id, sequence: 1 }, { postId: id })
    const result = await table.transact([
      { put: { ...keys.post(workspaceId, id), ...listed(workspaceId, 'posts', post.createdAt, id), ...post } },
      ...records.map((record): Write => ({ put: itemOf(record) })),
      outbox(event),
      ...records.flatMap((record): Write[] => {
        const scheduled = eventOf(undefined, record, now, random)
        return scheduled === undefined ? [] : [outbox(scheduled)]
      }),
      audit({ workspaceId, actor, action: 'post.created', subject: id, now, random }),
      ...(answer.idempotency === undefined
        ? []
        : [remember(workspaceId, answer.idempotency, answer.status, answer.body(created), now)]),
    ])
    if (!result.ok)
      throw new AppError(
        'conflict',
        'idempotency_key_in_use',
        'A call with this Idempotency-Key was first. Send it again to get its answer.',
      )
    await hint(this.#parts, records)
    return created
  }

  async get(workspaceId: string, id: string): Promise<PostWithPublications> {
    const { post, records } = await this.#read(workspaceId, id)
    return { post, publications: records.map(viewOf) }
  }

  /** Newest first. */
  list(workspaceId: string, page: { limit: number; start?: Position }): Promise<Page<Post>> {
    return this.#parts.table.query(
      {
        index: 'list',
        pk: listPartition(workspaceId, 'posts'),
        where: ['state', '=', 'active'],
        newestFirst: true,
        ...page,
      },
      postSchema,
    )
  }

  /** Changes what has not left yet. Refused while one of its publications is being sent, or when nothing is left to change. */
  edit(workspaceId: string, id: string, actor: Actor, edit: PostEdit, ifMatch?: number): Promise<PostWithPublications> {
    return this.#act(workspaceId, id, actor, 'post.edited', ifMatch, async (post, records) => {
      const said = editedInput(post, edit)
      const busyOne = records.find((record) => record.state === 'sending' || record.state === 'processing')
      if (busyOne !== undefined) throw refused(busyOne, 'be edited')
      const editable = records.filter((record) => editableStates.has(record.state) && !record.visible)
      if (editable.length === 0 && records[0] !== undefined) throw refused(records[0], 'be edited')
      const { plans, reviews } = await planned(this.#parts, workspaceId, said, post.language)
      const waiting = new Set(
        editable.filter((record) => record.wakeAt !== undefined).map((record) => record.channelId),
      )
      refuseProblems(reviews.filter((review) => waiting.has(review.channelId)))
      const defaults = await this.#parts.defaultsOf(workspaceId)
      return {
        post: {
          text: said.text,
          media: said.media ?? [],
          thread: said.thread ?? [],
          variants: said.variants ?? {},
          language: said.language ?? post.language,
        },
        changes: editable.map(
          (record) => [record, this.#edited(record, planFor(plans, record), edit, defaults)] as const,
        ),
      }
    })
  }

  /** A new moment for every publication that can still have one. */
  schedule(
    workspaceId: string,
    id: string,
    actor: Actor,
    input: { schedule: ScheduleInput; latePolicy?: LatePolicy | undefined },
    ifMatch?: number,
  ): Promise<PostWithPublications> {
    return this.#act(workspaceId, id, actor, 'post.scheduled', ifMatch, async (post, records) => {
      // what a person has at hand gets a new moment by itself only: they may be publishing it
      const ready = records.filter(
        (record) => schedulableStates.has(record.state) && !record.visible && record.state !== 'handed_over',
      )
      if (ready.length === 0 && records[0] !== undefined) throw refused(records[0], 'be scheduled')
      const { plans, reviews } = await planned(this.#parts, workspaceId, inputOf(post), post.language)
      const channels = new Set(ready.map((record) => record.channelId))
      refuseProblems(reviews.filter((review) => channels.has(review.channelId)))
      const { zone } = await this.#parts.defaultsOf(workspaceId)
      const now = this.#parts.clock.now()
      const moment = momentOf(input.schedule, zone, now)
      const changeOf = (record: PublicationRecord) => {
        const wakeAt = firstWake(moment.dueAt, planFor(plans, record).aheadMs, now)
        return toSchedule(record, moment, wakeAt, input.latePolicy)
      }
      return { post: {}, changes: ready.map((record) => [record, changeOf(record)] as const) }
    })
  }

  /** Calls off every publication that has not left. Refused while one is being sent. */
  cancel(workspaceId: string, id: string, actor: Actor, ifMatch?: number): Promise<PostWithPublications> {
    return this.#act(workspaceId, id, actor, 'post.cancelled', ifMatch, async (_post, records) => ({
      post: {},
      changes: this.#callOff(records).map((record) => [record, toCancel(record)] as const),
    }))
  }

  /** Deletes the post: what has not left is cancelled, what is live is removed from its network if `fromNetworks`. */
  remove(
    workspaceId: string,
    id: string,
    actor: Actor,
    fromNetworks: boolean,
    ifMatch?: number,
  ): Promise<PostWithPublications> {
    const { clock, connectorOf } = this.#parts
    return this.#act(workspaceId, id, actor, 'post.deleted', ifMatch, async (_post, records) => {
      const changes = this.#callOff(records, false).map((record) => [record, toCancel(record)] as const)
      const live = fromNetworks
        ? records.filter((record) => record.state === 'published' || record.state === 'partial')
        : []
      for (const record of live) {
        const connector = await connectorOf(record.network)
        if (connector.remove === undefined || !isKnown(record))
          throw new AppError(
            'conflict',
            'network_cannot_delete',
            `${connector.title} lets no program delete posts; delete it there, or delete the post without removing it from the networks.`,
          )
      }
      return {
        post: { state: 'deleted' },
        changes: [...changes, ...live.map((record) => [record, toRemove(record, clock.now())] as const)],
      }
    })
  }

  #callOff(records: readonly PublicationRecord[], insist = true): PublicationRecord[] {
    const busyOne = records.find((record) => record.state === 'sending' || record.state === 'processing')
    if (busyOne !== undefined) throw refused(busyOne, 'be cancelled')
    const waiting = records.filter(
      (record) => !record.visible && cancellableStates.has(record.state) && record.state !== 'unconfirmed',
    )
    if (insist && waiting.length === 0 && records[0] !== undefined) throw refused(records[0], 'be cancelled')
    return waiting
  }

  #edited(record: PublicationRecord, plan: Plan, edit: PostEdit, defaults: Defaults): Change {
    const now = this.#parts.clock.now()
    const change = { ...toEdit(record, plan, now), cost: plan.cost }
    const variant = edit.variants?.[record.channelId]
    if (variant?.schedule === undefined) return change
    const pointer = `/variants/${record.channelId}/schedule`
    const moment = momentOf(variant.schedule, record.scheduled?.zone ?? defaults.zone, now, pointer)
    const scheduled = toSchedule(record, moment, firstWake(moment.dueAt, plan.aheadMs, now), variant.latePolicy)
    // what was prepared is of the old content
    return { ...change, ...scheduled, checkpoint: undefined }
  }

  #publication(
    workspaceId: string,
    postId: string,
    { channel, content, deliver, cost, aheadMs }: Plan,
    input: PostInput,
    defaults: Defaults,
    now: number,
  ): PublicationRecord {
    const { schedule, pointer } = scheduleOf(input, channel.id)
    const moment = schedule === undefined ? undefined : momentOf(schedule, defaults.zone, now, pointer)
    return publicationRecord.parse({
      id: newId('publication', now, this.#parts.random),
      workspaceId,
      postId,
      channelId: channel.id,
      network: channel.network,
      state: moment === undefined ? 'draft' : 'scheduled',
      content,
      ...(deliver === 'handover' ? { deliver } : {}),
      cost,
      contentVersion: 1,
      ...(moment === undefined ? {} : { ...moment, wakeAt: firstWake(moment.dueAt, aheadMs, now) }),
      latePolicy: input.variants?.[channel.id]?.latePolicy ?? input.latePolicy ?? defaults.latePolicy,
      attempts: 0,
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    })
  }

  async #act(
    workspaceId: string,
    id: string,
    actor: Actor,
    action: string,
    ifMatch: number | undefined,
    decide: (
      post: Post,
      records: readonly PublicationRecord[],
    ) => Promise<{ post: Partial<Post>; changes: readonly (readonly [PublicationRecord, Change])[] }>,
  ): Promise<PostWithPublications> {
    const { table, clock, random, audit } = this.#parts
    for (let tries = 0; tries < maxTries; tries++) {
      const { post, records } = await this.#read(workspaceId, id)
      if (ifMatch !== undefined && ifMatch !== post.version) throw stale(post.version)
      const asked = await decide(post, records)
      const now = clock.now()
      const prepared = await Promise.all(
        asked.changes.map(async ([record, change]) => {
          const connector = await this.#parts.connectorOf(record.network)
          return { record, ...droppingPrepared(record, change, connector, now) }
        }),
      )
      const changes = prepared.map(({ record, change }) => [record, change] as const)
      const decided = { post: asked.post, changes }
      const nextPost = { ...post, ...decided.post, version: post.version + 1, updatedAt: iso(now) }
      const after = new Map(decided.changes.map(([record, change]) => [record.id, changed(record, change, iso(now))]))
      const about = { workspaceId, subject: id, sequence: nextPost.version }
      const named = nextPost.state === 'deleted' ? postDeleted : postUpdated
      const set = { ...decided.post, version: nextPost.version, updatedAt: nextPost.updatedAt }
      const result = await table.transact([
        { update: keys.post(workspaceId, id), set, if: ['version', '=', post.version] },
        ...decided.changes.map(([record, change]) => changing(record, change, iso(now))),
        ...prepared.flatMap(({ writes }) => writes),
        outbox(named.create({ now, random }, about, { postId: id })),
        ...decided.changes.flatMap(([record]): Write[] => {
          const next = after.get(record.id)
          const event = next === undefined ? undefined : eventOf(record, next, now, random)
          return event === undefined ? [] : [outbox(event)]
        }),
        audit({ workspaceId, actor, action, subject: id, now, random }),
      ])
      if (result.ok) {
        await hint(this.#parts, [...after.values()])
        return { post: nextPost, publications: records.map((record) => viewOf(after.get(record.id) ?? record)) }
      }
    }
    throw busy()
  }

  async #read(workspaceId: string, id: string): Promise<{ post: Post; records: PublicationRecord[] }> {
    const post = await this.#parts.table.get(keys.post(workspaceId, id), postSchema)
    if (post === undefined || post.state === 'deleted') throw notFound('post', id)
    const wanted = post.publicationIds.map((publicationId) => keys.publication(workspaceId, publicationId))
    const records = await this.#parts.table.getMany(wanted, publicationRecord)
    return { post, records: records.flatMap((record) => record ?? []) }
  }
}

/** A stored post as what was asked: its variants were checked when they were written. */
function inputOf(post: Post): PostInput {
  return {
    text: post.text,
    channels: post.channels,
    media: post.media,
    thread: post.thread,
    variants: post.variants,
    language: post.language,
  }
}

/** What is given replaces what was. */
function editedInput(post: Post, edit: PostEdit): PostInput {
  const was = inputOf(post)
  return {
    text: edit.text ?? was.text,
    channels: was.channels,
    media: edit.media ?? was.media,
    thread: edit.thread ?? was.thread,
    variants: edit.variants ?? was.variants,
    language: edit.language ?? was.language,
  }
}
