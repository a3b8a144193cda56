import { isDeepStrictEqual } from 'node:util'
import type { Condition } from '../aws/expression.ts'
import { branchPartition, listPartition } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Page, Position, Write } from '../aws/table.ts'
import type { Channel } from '../channels/index.ts'
import { millis } from '../kernel/clock.ts'
import type { AppError } from '../kernel/errors.ts'
import type { Capabilities } from '../networks/network.ts'
import { conversationWith, conversationWrite, withInbound } from './conversation.ts'
import { inboundEvent } from './inbound.ts'
import { derived, type KeptAuthor, type Mention, type MentionRecord, mentionKind, mentionRecord } from './mention.ts'
import { type Inbound, merge } from './merge.ts'
import type { MentionNote } from './note.ts'
import { lateAnswer, Outgoing } from './outgoing.ts'
import { messageState, postState } from './states.ts'
import { type Applied, type Kept, MentionStore, type Raw, type StoreParts, shown } from './store.ts'
import { eventFor, mentionBusy, mentionEvent } from './telling.ts'

interface MentionsParts extends StoreParts {
  /** What a network's terms say of how long what came in may be kept. Asked once for each new mention. */
  retentionOf(network: string): Promise<Capabilities['retention']>
}

export interface MentionFilter {
  readonly channelId?: string | undefined
  readonly kind?: Mention['kind'] | undefined
  readonly state?: Mention['state'] | undefined
  readonly direction?: Mention['direction'] | undefined
  readonly answered?: boolean | undefined
  /** Instants (ISO 8601 with milliseconds); `from` inclusive, `to` exclusive. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

type From = Pick<Channel, 'id' | 'workspaceId' | 'network' | 'account'>

const maxTries = 8

/** Mentions: what came in, once, whatever the order and number of its deliveries. */
export class Mentions {
  readonly #parts: MentionsParts
  readonly #store: MentionStore
  readonly #outgoing: Outgoing

  constructor(parts: MentionsParts) {
    this.#parts = parts
    this.#store = new MentionStore(parts)
    this.#outgoing = new Outgoing(parts)
  }

  /**
   * Takes one inbound event of a channel. State, dedupe and event are one transaction, fenced by the version that was
   * read: run twice, or side by side with another delivery, it leaves what one run leaves.
   *
   * Reactions are not stored: they have no text to answer, come by the thousand, and are counted by measuring. The state
   * of our own posts is told on; that of our answers is kept with them; `deauthorized` is the caller's to act on. What the
   * channel itself wrote is kept as an outgoing mention where it answers something. Throws a ZodError for what is no inbound event, `unavailable` if others keep writing.
   */
  async apply(channel: From, given: unknown): Promise<Applied> {
    const event = inboundEvent.parse(given)
    if (event.kind === 'post_state') return postState(this.#parts, channel, event)
    if (event.kind === 'message_state') return messageState(this.#parts, channel, event)
    const kind = mentionKind.safeParse(event.kind)
    if (!kind.success) return 'ignored'
    const said = { ...event, ...(isBlank(event) ? { messageType: 'unsupported' as const } : {}), kind: kind.data }
    if (event.direction === 'outgoing' || isOwn(channel, event)) return this.#outgoing.apply(channel, said)
    for (let tries = 0; tries < maxTries; tries++) {
      const before = await this.#store.called(channel, event.externalId)
      // It was kept as long as it may be: it does not begin again.
      if (before === 'over') return 'ignored'
      if (before?.record.direction === 'outgoing') return this.#outgoing.apply(channel, said)
      // what cannot be read says nothing new of what is known, however often it comes
      if (event.unreadable !== undefined && before !== undefined) return 'unchanged'
      const { record, author } = before ?? (await this.#fresh(channel, event))
      const { author: by, ...rest } = said
      const apart = record.authorUntil !== undefined
      const seen = merge(record.seen, apart ? rest : said)
      const newAuthor = apart ? this.#newer(author, by, event.at, record.authorUntil ?? 0) : undefined
      if (before !== undefined && newAuthor === undefined && isDeepStrictEqual(seen, record.seen)) return 'unchanged'
      const next = await this.#store.resolved({ ...record, seen, ...derived(seen), version: record.version + 1 })
      const talk = await this.#conversation(channel, before?.record, next, event)
      const after: Kept = { record: talk.record, author: newAuthor ?? author }
      const { ok } = await this.#parts.table.transact([
        ...this.#store.writes(before?.record, after.record, newAuthor),
        ...talk.writes,
        ...this.#raw(before, after, event),
        ...this.#told(before, after),
      ])
      if (ok) return 'stored'
    }
    throw mentionBusy()
  }

  /** Keeps what a person noted of a conversation seen elsewhere. `more`: what is written in the same transaction. */
  async note(
    channel: Pick<Channel, 'id' | 'workspaceId' | 'network'>,
    note: MentionNote,
    more: (mention: Mention) => readonly Write[],
    inUse: () => AppError,
  ): Promise<Mention> {
    const record = this.#store.fresh(channel, {})
    const { author, kind, at, ...said } = note
    const who = author && (author.handle ?? author.name)
    const event = inboundEvent.parse({
      ...said,
      kind,
      action: 'created',
      externalId: record.externalId,
      at: at === undefined ? this.#parts.clock.now() : millis(at),
      ...(author === undefined ? {} : { author: { ...author, handle: who, externalId: `by_hand:${who}` } }),
    })
    const seen = merge({}, { ...event, kind })
    const after = { record: { ...record, seen, ...derived(seen), version: 1 }, author: undefined }
    const mention = shown(after)
    if (mention === undefined) throw new Error('a note has content')
    const { ok } = await this.#parts.table.transact([
      ...this.#store.writes(undefined, after.record),
      ...this.#told(undefined, after),
      ...more(mention),
    ])
    if (!ok) throw inUse()
    return mention
  }

  /** A mention of this workspace; undefined if there is none. */
  async find(workspaceId: string, mentionId: string): Promise<Mention | undefined> {
    const kept = await this.#store.read(workspaceId, mentionId)
    return kept && shown(kept)
  }

  /** What came and could not be read, as it came; undefined where there is none. */
  async raw(workspaceId: string, mentionId: string): Promise<Raw | undefined> {
    const mention = await this.find(workspaceId, mentionId)
    return mention === undefined || mention.state === 'deleted' ? undefined : this.#store.raw(workspaceId, mentionId)
  }

  /** Newest first. */
  async list(
    workspaceId: string,
    filter: MentionFilter,
    page: { limit: number; start?: Position },
  ): Promise<Page<Mention>> {
    const { channelId, from, to } = filter
    const where = conditions(filter)
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
    const views = (await this.#store.complete(found.items)).map(shown)
    return { ...found, items: views.filter((view) => view !== undefined) }
  }

  /** Of what a person wrote in private: when they last did. One that comes late may be answered already. */
  async #conversation(channel: From, before: MentionRecord | undefined, record: MentionRecord, event: Inbound) {
    const person = event.author?.externalId
    const isNew = before?.seen.first === undefined && event.action === 'created'
    // where who wrote may be kept for a short time only, no conversation is kept
    if (!isNew || record.kind !== 'direct_message' || person === undefined || record.authorUntil !== undefined)
      return { record, writes: [] }
    const talk = await conversationWith(this.#parts.table, channel, person)
    const answer = await lateAnswer(this.#parts, talk, record)
    return {
      record:
        answer.length > 0
          ? { ...record, answers: record.answers + 1, nativeAnswers: record.nativeAnswers + 1 }
          : record,
      writes: [conversationWrite(channel, person, withInbound(talk, record.id, event.at)), ...answer],
    }
  }

  async #fresh(channel: From, { externalId }: Inbound): Promise<Kept> {
    const retention = await this.#parts.retentionOf(channel.network)
    return { record: this.#store.fresh(channel, { externalId, retention }), author: undefined }
  }

  /** Who wrote it, if that is news and may still be kept. */
  #newer(known: KeptAuthor | undefined, author: Inbound['author'], at: number, until: number): KeptAuthor | undefined {
    if (author === undefined || until <= this.#parts.clock.now()) return undefined
    const plain: Inbound['author'] = JSON.parse(JSON.stringify(author))
    if (plain === undefined || (known !== undefined && (known.at > at || isDeepStrictEqual(known.author, plain))))
      return undefined
    return { author: plain, at }
  }

  /** What came as it came, until it is deleted where it came from. */
  #raw(before: Kept | undefined, { record }: Kept, { unreadable }: Inbound): Write[] {
    if (record.seen.deletedAt === undefined)
      return unreadable === undefined ? [] : [this.#store.rawWrite(record, unreadable.raw)]
    return before?.record.seen.first?.unreadable === undefined ? [] : [this.#store.rawRemoval(record)]
  }

  #told(before: Kept | undefined, after: Kept): Write[] {
    const definition = eventFor(before && shown(before), shown(after))
    return definition === undefined ? [] : [outbox(mentionEvent(this.#parts, definition, after))]
  }
}

/** What the account wrote itself comes back too. */
const isOwn = ({ account }: From, { author }: Inbound): boolean =>
  author !== undefined && [account.externalId, ...(account.alsoKnownAs ?? [])].includes(author.externalId)

/** Nothing that a person could see of it: that much is said. */
const isBlank = ({ action, text = '', attachments = [], messageType, rating, unreadable }: Inbound): boolean =>
  (action === 'created' || action === 'edited') &&
  text.trim() === '' &&
  attachments.length === 0 &&
  messageType === undefined &&
  rating === undefined &&
  unreadable === undefined

const incoming: Condition = { any: [['direction', 'absent'] as const, ['direction', '=', 'incoming'] as const] }

function conditions({ kind, state, direction, answered }: MentionFilter): Condition[] {
  return [
    ...(direction === 'outgoing' ? [['direction', '=', direction] as const] : []),
    // what the channel wrote itself waits for no answer
    ...(direction === 'incoming' || answered !== undefined ? [incoming] : []),
    ...(kind === undefined ? [] : [['kind', '=', kind] as const]),
    ...(state === undefined ? [] : [['state', '=', state] as const]),
    ...(answered === undefined
      ? []
      : answered
        ? [['answers', '>', 0] as const]
        : [{ any: [['answers', 'absent'] as const, ['answers', '=', 0] as const] }]),
  ]
}
