import { isDeepStrictEqual } from 'node:util'
import { keys } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Write } from '../aws/table.ts'
import type { Channel } from '../channels/index.ts'
import { millis } from '../kernel/clock.ts'
import { findPublication, publicationOfLive } from '../publishing/index.ts'
import { type Conversation, conversationWith, conversationWrite, withOutbound } from './conversation.ts'
import { mentionAnswered, mentionUpdated } from './events.ts'
import { derived, type MentionRecord } from './mention.ts'
import { type Inbound, merge, type Said } from './merge.ts'
import { type AnswerItem, answerOf, answerWrite } from './states.ts'
import { type Applied, type Kept, MentionStore, type StoreParts } from './store.ts'
import { dataOf, mentionBusy, mentionEvent } from './telling.ts'

type From = Pick<Channel, 'id' | 'workspaceId' | 'network' | 'account'>

const maxTries = 8

/**
 * What the channel itself wrote in the network's app, or by another tool: kept as an outgoing mention, and what it answers
 * is answered. An answer from here is known by its id on the network and is not kept again; `Actions` settles the other
 * order, in which its echo comes first.
 */
export class Outgoing {
  readonly #parts: StoreParts
  readonly #store: MentionStore

  constructor(parts: StoreParts) {
    this.#parts = parts
    this.#store = new MentionStore(parts)
  }

  /** Throws `unavailable` if others keep writing. */
  async apply(channel: From, event: Said): Promise<Applied> {
    const { table, clock } = this.#parts
    for (let tries = 0; tries < maxTries; tries++) {
      const known = await answerOf(table, channel.workspaceId, channel.id, event.externalId)
      if (known?.actionId !== undefined) return 'ignored'
      const before = await this.#store.called(channel, event.externalId)
      if (before === 'over' || (before === undefined && !isAnswer(event))) return 'ignored'
      const record = before?.record ?? this.#fresh(channel, event)
      const { externalId, handle, name, picture } = event.author ?? channel.account
      const seen = merge(record.seen, { ...event, author: { externalId, handle, name, picture } })
      if (before !== undefined && record.direction === 'outgoing' && isDeepStrictEqual(seen, record.seen))
        return 'unchanged'
      const next = await this.#store.resolved({
        ...record,
        direction: 'outgoing',
        seen,
        ...derived(seen),
        version: record.version + 1,
      })
      if (before === undefined && (await this.#isPublished(next, event))) return 'ignored'
      const { answersTo, writes } = await this.#consequences(channel, next, event)
      const { ok } = await table.transact([
        ...this.#store.writes(before?.record, { ...next, answersTo }),
        ...(before === undefined ? [this.#entryWrite(next, known, clock.now())] : []),
        ...writes,
      ])
      if (ok) return 'stored'
    }
    throw mentionBusy()
  }

  #fresh(channel: From, { externalId, recipient }: Inbound): MentionRecord {
    const fresh = this.#store.fresh(channel, { externalId })
    return { ...fresh, ...(recipient === undefined ? {} : { recipient }) }
  }

  /** What left from here as a publication (a post, a part of a thread, a first comment), or continues one. */
  async #isPublished({ workspaceId, channelId, publicationId }: MentionRecord, event: Inbound): Promise<boolean> {
    const { externalId, parentExternalId } = event
    const { table } = this.#parts
    if ((await publicationOfLive(table, workspaceId, channelId, externalId)) !== undefined) return true
    const above = publicationId === undefined ? undefined : await findPublication(table, workspaceId, publicationId)
    return above?.live?.parts?.some((id) => id === externalId || id === parentExternalId) === true
  }

  /** Told at once with the mention: an action that is written later finds it by the id on the network. */
  #entryWrite({ workspaceId, channelId, externalId, id }: MentionRecord, known: AnswerItem | undefined, now: number) {
    return answerWrite(keys.answer(workspaceId, channelId, externalId), known, now, { entryId: id })
  }

  /** What is answered by it now, or waits again because it was deleted. */
  async #consequences(
    channel: From,
    entry: MentionRecord,
    { recipient, at }: Inbound,
  ): Promise<{ readonly answersTo: string[] | undefined; readonly writes: readonly Write[] }> {
    if (entry.state === 'deleted')
      return { answersTo: undefined, writes: await withdrawn(this.#parts, entry.workspaceId, entry.answersTo ?? []) }
    if (entry.answersTo !== undefined || entry.seen.first === undefined)
      return { answersTo: entry.answersTo, writes: [] }
    const parent = await this.#parent(channel, entry)
    const person = entry.kind === 'direct_message' ? recipient?.externalId : undefined
    const talk = person === undefined ? undefined : await conversationWith(this.#parts.table, channel, person)
    const ids = (talk?.inbound ?? []).filter((one) => one.at <= at).map(({ id }) => id)
    const waiting = (await this.#all(entry.workspaceId, ids)).filter(({ record }) => record.answers === 0)
    const answered = [...(parent ?? []), ...waiting.filter(({ record }) => record.id !== parent?.[0]?.record.id)]
    return {
      answersTo: answered.map(({ record }) => record.id),
      writes: [
        ...answered.flatMap((kept) => this.#answered(kept, entry)),
        ...(talk === undefined || person === undefined
          ? []
          : [conversationWrite(channel, person, withOutbound(talk, entry.id, at))]),
      ],
    }
  }

  /**
   * The mention it answers by name. Of a comment that has not come yet a tombstone is made, so that it is answered when it
   * comes.
   */
  async #parent(channel: From, { kind, seen }: MentionRecord): Promise<readonly Kept[] | undefined> {
    const { parentExternalId: parent, postExternalId: post } = seen.first ?? {}
    if (parent === undefined || parent === post) return undefined
    const known = await this.#store.called(channel, parent)
    if (known === 'over') return undefined
    if (known !== undefined) return known.record.direction === 'outgoing' ? undefined : [known]
    const own = await answerOf(this.#parts.table, channel.workspaceId, channel.id, parent)
    if (kind === 'direct_message' || own !== undefined) return undefined
    if ((await publicationOfLive(this.#parts.table, channel.workspaceId, channel.id, parent)) !== undefined)
      return undefined
    return [{ record: this.#store.fresh(channel, { externalId: parent }), author: undefined }]
  }

  async #all(workspaceId: string, ids: readonly string[]): Promise<Kept[]> {
    const found = await Promise.all(ids.map((id) => this.#store.read(workspaceId, id)))
    return found.filter((kept) => kept !== undefined)
  }

  #answered({ record }: Kept, entry: MentionRecord): Write[] {
    const { answers, nativeAnswers, version } = record
    const after = { ...record, answers: answers + 1, nativeAnswers: nativeAnswers + 1, version: version + 1 }
    const about = { workspaceId: record.workspaceId, subject: record.id, sequence: after.version }
    const at = { now: this.#parts.clock.now(), random: this.#parts.random }
    return [
      ...this.#store.writes(version === 0 ? undefined : record, after),
      ...(record.seen.first === undefined
        ? []
        : [outbox(mentionAnswered.create(at, about, { ...dataOf(after), answerMentionId: entry.id }))]),
    ]
  }
}

/** What the channel writes below a post of its own answers nobody; a post of its own is no answer. */
const isAnswer = ({ kind, parentExternalId, postExternalId }: Inbound): boolean =>
  kind === 'direct_message' || (parentExternalId !== undefined && parentExternalId !== postExternalId)

/** The mentions with one native answer less: it was deleted, or it is an answer from here after all. */
export async function withdrawn(parts: StoreParts, workspaceId: string, ids: readonly string[]): Promise<Write[]> {
  const store = new MentionStore(parts)
  const found = await Promise.all(ids.map((id) => store.read(workspaceId, id)))
  return found.flatMap((kept) => {
    if (kept === undefined || kept.record.nativeAnswers === 0) return []
    const { record, author } = kept
    const after = withoutNative(record)
    return [
      ...store.writes(record, after),
      ...(after.answers === 0 && after.seen.first !== undefined
        ? [outbox(mentionEvent(parts, mentionUpdated, { record: after, author }))]
        : []),
    ]
  })
}

const withoutNative = (record: MentionRecord): MentionRecord => ({
  ...record,
  answers: record.answers - 1,
  nativeAnswers: record.nativeAnswers - 1,
  version: record.version + 1,
})

/**
 * Of an answer from here whose echo came before the action was written: the outgoing mention goes, and what else it
 * answered waits again. `native`: whether it counted for the mention that the action is about.
 */
export async function superseded(
  parts: StoreParts,
  workspaceId: string,
  { entryId }: AnswerItem,
  mentionId: string,
): Promise<{ readonly native: boolean; readonly writes: readonly Write[] }> {
  const entry = entryId === undefined ? undefined : await new MentionStore(parts).read(workspaceId, entryId)
  if (entry === undefined) return { native: false, writes: [] }
  const { id, version, answersTo = [], state } = entry.record
  const others = answersTo.filter((one) => one !== mentionId)
  return {
    native: answersTo.includes(mentionId) && state !== 'deleted',
    writes: [
      { delete: keys.mention(workspaceId, id), if: ['version', '=', version] },
      ...(await withdrawn(parts, workspaceId, others)),
    ],
  }
}

/**
 * Of a message that comes after its answer in the network's app: that outgoing mention, the first of the conversation that
 * was written after the message and was not deleted, as it is once it answers this message too.
 */
export async function lateAnswer(
  parts: StoreParts,
  { outbound }: Conversation,
  { workspaceId, id, occurredAt }: MentionRecord,
): Promise<readonly Write[]> {
  const store = new MentionStore(parts)
  for (const one of outbound.filter(({ at }) => at >= millis(occurredAt))) {
    const entry = (await store.read(workspaceId, one.id))?.record
    if (entry === undefined || entry.state === 'deleted') continue
    const answersTo = [...(entry.answersTo ?? []), id]
    return store.writes(entry, { ...entry, answersTo, version: entry.version + 1 })
  }
  return []
}
