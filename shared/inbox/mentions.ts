import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { branched, branchPartition, keys, listed, listPartition } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Item, Page, Position, Table, Write } from '../aws/table.ts'
import type { Channel } from '../channels/index.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { EventDefinition, EventEnvelope } from '../kernel/events.ts'
import { newId, type Random } from '../kernel/ids.ts'
import { publicationOfLive } from '../publishing/index.ts'
import { mentionCreated, mentionDeleted, mentionUpdated } from './events.ts'
import { inboundEvent } from './inbound.ts'
import { derived, type Mention, type MentionRecord, mentionKind, mentionRecord, viewOf } from './mention.ts'
import { type Inbound, merge } from './merge.ts'

interface MentionsParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

export interface MentionFilter {
  readonly channelId?: string | undefined
  readonly kind?: Mention['kind'] | undefined
  readonly state?: Mention['state'] | undefined
  /** Instants (ISO 8601 with milliseconds); `from` inclusive, `to` exclusive. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** `ignored`: what is no mention (an own comment that comes back, a reaction, a post's state). */
export type Applied = 'stored' | 'unchanged' | 'ignored'

const pointer = z.object({ mentionId: z.string() })
const maxTries = 8

/** Mentions: what came in, once, whatever the order and number of its deliveries. */
export class Mentions {
  readonly #parts: MentionsParts

  constructor(parts: MentionsParts) {
    this.#parts = parts
  }

  /**
   * Takes one inbound event of a channel. State, dedupe and event are one transaction, fenced by the version that was
   * read: run twice, or side by side with another delivery, it leaves what one run leaves.
   *
   * Reactions are not stored: they have no text to answer, come by the thousand, and are counted by measuring. The state
   * of our own posts is publishing's to know; `deauthorized` is the caller's to act on. Throws a ZodError for what is no
   * inbound event, `unavailable` if others keep writing.
   */
  async apply(channel: Pick<Channel, 'id' | 'workspaceId' | 'network' | 'account'>, given: unknown): Promise<Applied> {
    const event = inboundEvent.parse(given)
    const kind = mentionKind.safeParse(event.kind)
    if (!kind.success || event.author?.externalId === channel.account.externalId) return 'ignored'
    for (let tries = 0; tries < maxTries; tries++) {
      const before = await this.#seen(channel, event.externalId)
      const record = before ?? this.#fresh(channel, event)
      const seen = merge(record.seen, { ...event, kind: kind.data })
      if (before !== undefined && isDeepStrictEqual(seen, before.seen)) return 'unchanged'
      const after = await this.#resolved({ ...record, seen, ...derived(seen), version: record.version + 1 })
      const { ok } = await this.#parts.table.transact(this.#writes(before, after))
      if (ok) return 'stored'
    }
    throw new AppError('unavailable', 'mention_busy', 'Others are writing this mention; try again in a moment.')
  }

  /** A mention of this workspace; undefined if there is none. */
  async find(workspaceId: string, mentionId: string): Promise<Mention | undefined> {
    const record = await this.#parts.table.get(keys.mention(workspaceId, mentionId), mentionRecord)
    return record && viewOf(await this.#resolved(record))
  }

  /** Newest first. */
  async list(
    workspaceId: string,
    filter: MentionFilter,
    page: { limit: number; start?: Position },
  ): Promise<Page<Mention>> {
    const { channelId, kind, state, from, to } = filter
    const where = [
      ...(kind === undefined ? [] : [['kind', '=', kind] as const]),
      ...(state === undefined ? [] : [['state', '=', state] as const]),
    ]
    const found = await this.#parts.table.query(
      {
        ...(channelId === undefined
          ? { index: 'list', pk: listPartition(workspaceId, 'mentions') }
          : { index: 'branch', pk: branchPartition(workspaceId, channelId, 'mentions') }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(where.length === 0 ? {} : { where: { all: where } }),
        ...page,
        newestFirst: true,
      },
      mentionRecord,
    )
    const views = await Promise.all(found.items.map(async (record) => viewOf(await this.#resolved(record))))
    return { ...found, items: views.filter((view) => view !== undefined) }
  }

  async #seen({ workspaceId, id }: Pick<Channel, 'workspaceId' | 'id'>, externalId: string) {
    const { table } = this.#parts
    const known = await table.get(keys.inbound(workspaceId, id, externalId), pointer)
    return known && table.get(keys.mention(workspaceId, known.mentionId), mentionRecord)
  }

  #fresh(channel: Pick<Channel, 'id' | 'workspaceId' | 'network'>, event: Inbound): MentionRecord {
    const { clock, random } = this.#parts
    const now = clock.now()
    return {
      id: newId('mention', now, random),
      workspaceId: channel.workspaceId,
      channelId: channel.id,
      network: channel.network,
      externalId: event.externalId,
      receivedAt: iso(now),
      version: 0,
      seen: {},
      ...derived({}),
    }
  }

  /** A comment may be here before the answer of the call that published what it is under: so it is looked up again. */
  async #resolved(record: MentionRecord): Promise<MentionRecord> {
    const { first, last } = record.seen
    const post = last?.postExternalId ?? first?.postExternalId
    if (record.publicationId !== undefined || post === undefined) return record
    const publicationId = await publicationOfLive(this.#parts.table, record.workspaceId, record.channelId, post)
    return publicationId === undefined ? record : { ...record, publicationId }
  }

  #writes(before: MentionRecord | undefined, after: MentionRecord): Write[] {
    const { workspaceId, channelId, id, externalId } = after
    const item = { ...keys.mention(workspaceId, id), ...after, ...listing(after) }
    const writes: Write[] =
      before === undefined
        ? [
            { put: { ...keys.inbound(workspaceId, channelId, externalId), mentionId: id }, if: ['pk', 'absent'] },
            { put: item, if: ['pk', 'absent'] },
          ]
        : [{ put: item, if: ['version', '=', before.version] }]
    const event = this.#event(before, after)
    return event === undefined ? writes : [...writes, outbox(event)]
  }

  /** What others are told: only of what they can see, and only if it looks different now. */
  #event(before: MentionRecord | undefined, after: MentionRecord): EventEnvelope | undefined {
    const was = before && viewOf(before)
    const is = viewOf(after)
    const definition = eventFor(was, is)
    if (is === undefined || definition === undefined) return undefined
    const { clock, random } = this.#parts
    return definition.create(
      { now: clock.now(), random },
      { workspaceId: is.workspaceId, subject: is.id, sequence: is.version },
      {
        mentionId: is.id,
        channelId: is.channelId,
        network: is.network,
        kind: is.kind,
        state: is.state,
        publicationId: is.publicationId,
      },
    )
  }
}

/** A tombstone is in no list until its content comes. */
function listing(record: MentionRecord): Item {
  if (record.seen.first === undefined) return {}
  const { workspaceId, channelId, occurredAt, id } = record
  return {
    ...listed(workspaceId, 'mentions', occurredAt, id),
    ...branched(workspaceId, channelId, 'mentions', occurredAt, id),
  }
}

function eventFor(
  was: Mention | undefined,
  is: Mention | undefined,
): EventDefinition<z.infer<typeof mentionCreated.schema>> | undefined {
  if (is === undefined) return undefined
  if (was === undefined) return is.state === 'deleted' ? undefined : mentionCreated
  if (was.state !== is.state && is.state === 'deleted') return mentionDeleted
  return isDeepStrictEqual({ ...was, version: 0 }, { ...is, version: 0 }) ? undefined : mentionUpdated
}
