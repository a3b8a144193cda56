import { commit, commitChange, staleVersion } from '../aws/commit.ts'
import type { Idempotency } from '../aws/idempotency.ts'
import { keys, listed, listPartition } from '../aws/keys.ts'
import type { Page, Position, Write } from '../aws/table.ts'
import { iso } from '../kernel/clock.ts'
import { AppError, notFound, type Problem } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { MergePatch } from '../kernel/merge-patch.ts'
import { firstWake } from './ahead.ts'
import { demandDraft, demandDraftsGone, demandNoMoment } from './drafts-only.ts'
import { duplicateWarning } from './duplicates.ts'
import { isCancellable, isRemovable, refused, toCancel, toRemove, toSchedule } from './edits.ts'
import { postCreated, postDeleted, postUpdated } from './events.ts'
import { isKnown } from './known.ts'
import { droppingPrepared } from './leftover.ts'
import type { Author, PublishingParts } from './parts.ts'
import { type ChannelReview, planFor, planned, refuseProblems, scheduleOf, withMoment } from './plan.ts'
import { type Post, type PostInput, postSchema } from './post.ts'
import { contentOf, editedPost, newPublication, type PostChange } from './post-edit.ts'
import type { Preview } from './preview.ts'
import type { LatePolicy, Publication } from './publication.ts'
import { changed, changing, itemOf, type PublicationRecord, publicationRecord, recordOf, viewOf } from './record.ts'
import { keptSchedule, momentOf, type ScheduleInput } from './schedule.ts'
import { publishingTexts } from './texts.ts'
import { mayBecome, schedulableStates } from './transitions.ts'
import { enqueueWakeUps } from './wake-up.ts'
import { eventOf, ownParts, settledOf } from './writer.ts'

/** `warnings`: what a person would not expect of what they just wrote. They stop nothing. */
export interface CheckedPublication extends Publication {
  readonly warnings?: readonly Problem[]
}

export interface PostWithPublications {
  readonly post: Post
  readonly publications: readonly CheckedPublication[]
}

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
    actor: Author,
    input: PostInput,
    answer: { idempotency: Idempotency | undefined; status: number; body: (created: PostWithPublications) => unknown },
  ): Promise<PostWithPublications> {
    demandNoMoment(actor, input)
    const { clock, random } = this.#parts
    const now = clock.now()
    const defaults = await this.#parts.defaultsOf(workspaceId)
    const { plans, reviews } = await planned(this.#parts, workspaceId, input, defaults.language)
    const id = newId('post', now, random)
    const latePolicy = input.latePolicy ?? defaults.latePolicy
    const variants = { ...input.variants }
    const records = plans.map((plan) => {
      const channelId = plan.channel.id
      const variant = variants[channelId]
      const { schedule, pointer } = scheduleOf(input, channelId)
      const moment = schedule === undefined ? undefined : momentOf(schedule, defaults.zone, now, pointer)
      if (moment !== undefined && variant?.schedule !== undefined)
        variants[channelId] = { ...variant, schedule: keptSchedule(variant.schedule, moment) }
      return newPublication(this.#parts, { id, workspaceId }, plan, moment, variant?.latePolicy ?? latePolicy, now)
    })
    if (records.some((record) => record.dueAt !== undefined)) refuseProblems(reviews)
    const { schedule } = input
    const post: Post = {
      id,
      workspaceId,
      text: input.text,
      channels: [...new Set(input.channels)],
      media: input.media ?? [],
      thread: input.thread ?? [],
      variants,
      language: input.language ?? defaults.language,
      ...(schedule === undefined ? {} : { schedule: keptSchedule(schedule, momentOf(schedule, defaults.zone, now)) }),
      ...(input.latePolicy === undefined ? {} : { latePolicy: input.latePolicy }),
      publicationIds: records.map((record) => record.id),
      state: 'active',
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    }
    const created = { post, publications: await this.#checked(post, records, reviews) }
    const event = postCreated.create({ now, random }, { workspaceId, subject: id, sequence: 1 }, { postId: id })
    await commit(this.#parts, {
      workspaceId,
      by: actor,
      action: 'post.created',
      subject: id,
      writes: [
        { put: { ...keys.post(workspaceId, id), ...listed(workspaceId, 'posts', post.createdAt, id), ...post } },
        ...records.map((record): Write => ({ put: itemOf(record) })),
      ],
      events: [event, ...records.map((record) => eventOf(undefined, record, now, random))],
      idempotency: { of: answer.idempotency, status: answer.status, answer: answer.body(created) },
    })
    await enqueueWakeUps(this.#parts, records)
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

  /**
   * Changes what has not left yet, and which channels it goes to. Refused while a publication that it would change is being
   * sent, or when nothing is left to change.
   */
  edit(
    workspaceId: string,
    id: string,
    actor: Author,
    patch: MergePatch,
    ifMatch?: number,
  ): Promise<PostWithPublications> {
    return this.#act(workspaceId, id, actor, 'post.edited', ifMatch, (post, records) =>
      editedPost(this.#parts, post, records, patch),
    )
  }

  /**
   * Changes what one channel says: the patch is one of its variant. `ifMatch` is the publication's version. Refused as
   * {@link edit}, and for one whose channel was taken off its post.
   */
  async editPublication(
    workspaceId: string,
    publicationId: string,
    { actor, action = 'publication.edited' }: { readonly actor: Author; readonly action?: string },
    patch: MergePatch,
    ifMatch?: number,
  ): Promise<CheckedPublication> {
    const { table } = this.#parts
    const { postId, version } = await recordOf(table, workspaceId, publicationId)
    if (ifMatch !== undefined && ifMatch !== version) throw staleVersion(version)
    const { publications } = await this.#act(workspaceId, postId, actor, action, undefined, (post, records) => {
      const record = records.find((one) => one.id === publicationId)
      if (record === undefined) throw takenOff(publicationId)
      if (ifMatch !== undefined && ifMatch !== record.version) throw staleVersion(record.version)
      const { channelId } = record
      const scheduled = action === 'publication.scheduled' ? channelId : undefined
      return editedPost(this.#parts, post, records, { variants: { [channelId]: patch } }, scheduled)
    })
    const changed = publications.find((one) => one.id === publicationId)
    if (changed === undefined) throw takenOff(publicationId)
    return changed
  }

  /** A new moment for every publication that can still have one. */
  schedule(
    workspaceId: string,
    id: string,
    actor: Author,
    input: { schedule: ScheduleInput; latePolicy?: LatePolicy | undefined },
    ifMatch?: number,
  ): Promise<PostWithPublications> {
    return this.#act(workspaceId, id, actor, 'post.scheduled', ifMatch, async (post, records) => {
      // what a person has at hand gets a new moment by itself only: they may be publishing it
      const ready = records.filter(
        (record) => schedulableStates.has(record.state) && !record.visible && record.state !== 'handed_over',
      )
      if (ready.length === 0 && records[0] !== undefined) throw refused(records[0], 'schedule')
      const channels = new Set(ready.map((record) => record.channelId))
      const { plans, reviews } = await planned(this.#parts, workspaceId, contentOf(post), post.language, channels)
      refuseProblems(reviews)
      const { zone } = await this.#parts.defaultsOf(workspaceId)
      const now = this.#parts.clock.now()
      const moment = momentOf(input.schedule, zone, now)
      const changeOf = (record: PublicationRecord) => {
        const wakeAt = firstWake(moment.dueAt, planFor(plans, record).aheadMs, now)
        return toSchedule(record, moment, wakeAt, input.latePolicy)
      }
      return {
        post: {
          schedule: keptSchedule(input.schedule, moment),
          ...(input.latePolicy === undefined ? {} : { latePolicy: input.latePolicy }),
          variants: withoutMoment(post.variants, channels, input.latePolicy !== undefined),
        },
        changes: ready.map((record) => [record, changeOf(record)] as const),
        reviews,
      }
    })
  }

  /** Calls off every publication that has not left. Refused while one is being sent. */
  cancel(workspaceId: string, id: string, actor: Author, ifMatch?: number): Promise<PostWithPublications> {
    return this.#act(workspaceId, id, actor, 'post.cancelled', ifMatch, async (_post, records) => ({
      post: { schedule: undefined },
      changes: this.#callOff(records).map((record) => [record, toCancel(record)] as const),
    }))
  }

  /** Deletes the post: what has not left is cancelled, what is live is removed from its network if `fromNetworks`. */
  remove(
    workspaceId: string,
    id: string,
    actor: Author,
    fromNetworks: boolean,
    ifMatch?: number,
  ): Promise<PostWithPublications> {
    const { clock, connectorOf } = this.#parts
    return this.#act(workspaceId, id, actor, 'post.deleted', ifMatch, async (_post, records) => {
      const live = fromNetworks ? records.filter(isRemovable) : []
      const changes = this.#callOff(records, false)
        .filter((record) => !live.includes(record))
        .map((record) => [record, toCancel(record)] as const)
      for (const record of live) {
        const connector = await connectorOf(record.network)
        if (connector.remove === undefined || !isKnown(record))
          throw new AppError(
            'conflict',
            'network_cannot_delete',
            publishingTexts.cannotDeleteThere({ network: connector.title }),
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
    if (busyOne !== undefined) throw refused(busyOne, 'cancel')
    const waiting = records.filter((record) => isCancellable(record) && record.state !== 'unconfirmed')
    if (insist && waiting.length === 0 && records[0] !== undefined) throw refused(records[0], 'cancel')
    return waiting
  }

  async #act(
    workspaceId: string,
    id: string,
    actor: Author,
    action: string,
    ifMatch: number | undefined,
    decide: (post: Post, records: readonly PublicationRecord[]) => Promise<PostChange>,
  ): Promise<PostWithPublications> {
    const { clock, random } = this.#parts
    const read = async () => {
      const { post, records } = await this.#read(workspaceId, id)
      return { version: post.version, post, records }
    }
    const about = { workspaceId, by: actor, action, subject: id, ifMatch }
    const done = await commitChange(this.#parts, about, read, async ({ post, records }) => {
      const decided = await decide(post, records)
      const now = clock.now()
      const created = decided.created ?? []
      const changes = await Promise.all(
        decided.changes.map(async ([record, asked]) => {
          if (asked.state !== undefined && !mayBecome(record.state, asked.state)) throw refused(record, 'change')
          const connector = await this.#parts.connectorOf(record.network)
          const { change, writes } = droppingPrepared(record, asked, connector, now)
          return { record, change, writes, next: changed(record, change, iso(now)) }
        }),
      )
      for (const { record, next } of changes) demandDraft(actor, record, next)
      for (const record of created) demandDraft(actor, undefined, record)
      const version = post.version + 1
      const nextPost = postSchema.parse({ ...post, ...decided.post, version, updatedAt: iso(now) })
      const stays = nextPost.state === 'deleted' ? [] : nextPost.publicationIds
      demandDraftsGone(
        actor,
        records.filter((record) => !stays.includes(record.id)),
      )
      const of = { workspaceId, subject: id, sequence: version }
      const named = nextPost.state === 'deleted' ? postDeleted : postUpdated
      const set = { ...decided.post, version, updatedAt: nextPost.updatedAt }
      const unset = Object.entries(set).flatMap(([name, value]) => (value === undefined ? [name] : []))
      const events = [
        named.create({ now, random }, of, { postId: id }),
        ...changes.map(({ record, next }) => eventOf(record, next, now, random)),
        ...created.map((record) => eventOf(undefined, record, now, random)),
        settledOf(
          changes.map(({ record, next }) => [record, next]),
          now,
          random,
        ),
      ]
      const writes: Write[] = [
        { update: keys.post(workspaceId, id), set, remove: unset, if: ['version', '=', post.version] },
        ...changes.map(({ record, change }) => changing(record, change, iso(now))),
        ...changes.flatMap((one) => one.writes),
        ...changes.flatMap(({ record, next }) => ownParts(record, next)),
        ...created.map((record): Write => ({ put: itemOf(record) })),
      ]
      const touched = [...changes.map(({ next }) => next), ...created]
      const checked = await this.#checked(nextPost, touched, decided.reviews ?? [])
      const warned = new Map(checked.map((publication) => [publication.id, publication]))
      const shown = [...records, ...created].filter(({ id }) => nextPost.publicationIds.includes(id))
      const publications = shown.map((record) => warned.get(record.id) ?? viewOf(record))
      return { answer: { post: nextPost, publications, written: touched }, writes, events }
    })
    await enqueueWakeUps(this.#parts, done.written)
    return { post: done.post, publications: done.publications }
  }

  /** Publications as they are answered to who wrote them. */
  #checked(
    { channels }: Pick<Post, 'channels'>,
    records: readonly PublicationRecord[],
    reviews: readonly ChannelReview[],
  ): Promise<CheckedPublication[]> {
    return Promise.all(
      records.map(async (record) => {
        const { channelId, state, dueAt } = record
        const said = reviews.find((review) => review.channelId === channelId)?.warnings ?? []
        const duplicate =
          state !== 'scheduled' || dueAt === undefined
            ? undefined
            : await duplicateWarning(this.#parts, { ...record, dueAt }, `/channels/${channels.indexOf(channelId)}`)
        const warnings = duplicate === undefined ? said : [...said, duplicate]
        return { ...viewOf(record), ...(warnings.length === 0 ? {} : { warnings }) }
      }),
    )
  }

  async #read(workspaceId: string, id: string): Promise<{ post: Post; records: PublicationRecord[] }> {
    const post = await this.#parts.table.get(keys.post(workspaceId, id), postSchema)
    if (post === undefined || post.state === 'deleted') throw notFound('post', id)
    const wanted = post.publicationIds.map((publicationId) => keys.publication(workspaceId, publicationId))
    const records = await this.#parts.table.getMany(wanted, publicationRecord)
    return { post, records: records.flatMap((record) => record ?? []) }
  }
}

/** What these channels said of their own moment is over: they have the post's now. */
function withoutMoment(variants: Post['variants'], channels: ReadonlySet<string>, policyToo: boolean) {
  return Object.fromEntries(
    Object.entries(variants).map(([id, variant]) => {
      if (!channels.has(id)) return [id, variant]
      const { schedule: _, latePolicy, ...rest } = variant
      return [id, latePolicy === undefined || policyToo ? rest : { ...rest, latePolicy }]
    }),
  )
}

const takenOff = (id: string) => new AppError('conflict', 'publication_taken_off', publishingTexts.takenOff({ id: id }))
