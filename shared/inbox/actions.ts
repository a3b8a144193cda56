import { amend, type Idempotency, keyInUse } from '../aws/idempotency.ts'
import { entityPartition, keys } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Page, Position, Write } from '../aws/table.ts'
import type { Channel, ChannelDirectory } from '../channels/index.ts'
import { type Text, textOf } from '../i18n/index.ts'
import { iso, millis } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Acted, Action, AnyConnector, Target } from '../networks/network.ts'
import {
  type ActionRecord,
  type ActionRequest,
  type ActionView,
  actionRecord,
  actionView,
  ended,
  isAnswer,
  lostAfterMs,
} from './action.ts'
import { conversationWith } from './conversation.ts'
import { mentionAnswered, mentionAnswerFailed, mentionModerated } from './events.ts'
import { derived, type Mention, type MentionRecord, saidOf } from './mention.ts'
import { moderated } from './merge.ts'
import { superseded } from './outgoing.ts'
import { type AnswerItem, answerItem, answerOf, answerWrite } from './states.ts'
import { type Kept, MentionStore, type StoreParts, shown } from './store.ts'
import { dataOf, eventFor, mentionBusy, mentionEvent } from './telling.ts'
import { inboxTexts } from './texts.ts'

interface ActionsParts extends StoreParts {
  readonly channels: Pick<ChannelDirectory, 'find' | 'open' | 'needsReconnect'>
  readonly log: Log
  connectorOf(network: string): Promise<AnyConnector>
}

interface Asking {
  readonly actor: ActionRecord['by']
  readonly idempotency: Idempotency | undefined
  /** What is written with the beginning: the audit, and the key of the call with this answer. */
  writes(action: ActionView): readonly Write[]
}

/** The call ends this long after it began; the gateway gives up at 30 s. */
const callMs = 20_000
const maxTries = 8
/** How long a network is asked what it decided about an answer. */
const pendingSeconds = 14 * 86_400

/**
 * Answers and moderation. What is to be done is written before the network is called, and what came of it afterwards, so
 * that whoever dies in between leaves something that a person can see; nothing is sent twice by itself.
 */
export class Actions {
  readonly #parts: ActionsParts
  readonly #store: MentionStore

  constructor(parts: ActionsParts) {
    this.#parts = parts
    this.#store = new MentionStore(parts)
  }

  /**
   * Does it, and answers what came of it. Throws `not_found`, `mention_deleted`, `channel_gone`, `channel_paused`,
   * `action_not_offered` and `idempotency_key_in_use`; then nothing was sent, nor written.
   */
  async take(workspaceId: string, mentionId: string, request: ActionRequest, asking: Asking): Promise<ActionView> {
    const { clock, random, table } = this.#parts
    const kept = await this.#kept(workspaceId, mentionId)
    await this.#demand(kept.record, request)
    const now = clock.now()
    const { action, text, template, byHand } = request
    const record: ActionRecord = {
      id: newId('action', now, random),
      mentionId,
      action,
      ...(text === undefined ? {} : { text }),
      ...(template === undefined ? {} : { template }),
      state: 'sending',
      byHand,
      by: asking.actor,
      at: iso(now),
    }
    const { expiresAt } = kept.record
    const begun = await table.transact([
      {
        put: {
          ...keys.action(workspaceId, mentionId, record.id),
          ...record,
          ...(expiresAt === undefined ? {} : { expiresAt }),
        },
        if: ['pk', 'absent'],
      },
      { check: keys.mention(workspaceId, mentionId), if: ['pk', 'present'] },
      ...asking.writes(actionView(record, undefined, now)),
    ])
    if (!begun.ok) throw begun.index === 1 ? notFound('mention', mentionId) : keyInUse()
    const acted: Acted = byHand
      ? { kind: 'done', ...(request.url === undefined ? {} : { url: request.url }) }
      : await this.#act(kept, record)
    const pending = acted.kind === 'done' && acted.pending === true
    const settled = { ...record, ...ended(acted, clock.now()) }
    return this.#settle(workspaceId, settled, { pending, idempotency: asking.idempotency })
  }

  /** What was done with it, newest first. Throws `not_found`. */
  async list(
    workspaceId: string,
    mentionId: string,
    page: { readonly limit: number; readonly start?: Position },
  ): Promise<Page<ActionView>> {
    const { table, clock } = this.#parts
    const { record } = await this.#kept(workspaceId, mentionId)
    const found = await table.query(
      { pk: entityPartition(workspaceId, mentionId), prefix: 'action#', newestFirst: true, consistent: true, ...page },
      actionRecord,
    )
    const sent = [...new Set(found.items.flatMap(({ externalId }) => externalId ?? []))]
    const answers = await table.getMany(
      sent.map((externalId) => keys.answer(workspaceId, record.channelId, externalId)),
      answerItem,
    )
    const byAction = new Map(answers.map((answer) => [answer?.actionId, answer]))
    const now = clock.now()
    return {
      ...found,
      items: found.items.map((item) => actionView(item, byAction.get(item.id), now)),
    }
  }

  async #kept(workspaceId: string, mentionId: string): Promise<Kept> {
    const kept = await this.#store.read(workspaceId, mentionId)
    if (kept === undefined || shown(kept) === undefined) throw notFound('mention', mentionId)
    return kept
  }

  /** Refuses what surely comes to nothing. */
  async #demand(record: MentionRecord, { action, byHand }: ActionRequest): Promise<void> {
    if (record.direction === 'outgoing') throw notOffered(inboxTexts.ownEntry())
    if (byHand) return
    if (record.state === 'deleted') throw new AppError('conflict', 'mention_deleted', inboxTexts.mentionDeleted())
    if (record.source === 'by_hand') throw notOffered(inboxTexts.notedByHand())
    const connector = await this.#parts.connectorOf(record.network)
    const { actions } = connector.capabilities
    if (connector.act === undefined || !actions.includes(action))
      throw notOffered(
        actions.length === 0 || connector.act === undefined
          ? inboxTexts.noAction({ network: connector.title })
          : inboxTexts.otherActions({ network: connector.title, action, actions: actions.join(', ') }),
      )
    const channel = await this.#parts.channels.find(record.workspaceId, record.channelId)
    if (channel === undefined) throw new AppError('conflict', 'channel_gone', inboxTexts.channelGone())
    if (channel.state === 'paused' && isAnswer(action)) throw paused(channel)
  }

  async #act({ record: mention, author }: Kept, { id, action, text = '', template }: ActionRecord): Promise<Acted> {
    const { channels, log, clock } = this.#parts
    const { workspaceId, channelId } = mention
    let calling = false
    try {
      const { connector, call } = await channels.open(workspaceId, channelId, AbortSignal.timeout(callMs))
      const { act } = connector
      if (act === undefined) throw new Error(`${connector.title} has no act`)
      calling = true
      const asked: Action = isAnswer(action)
        ? { name: action, text, ...(template === undefined ? {} : { template }) }
        : { name: action }
      const acted = await act.call(connector, {
        ...call,
        target: await this.#target(mention, author?.author),
        action: asked,
        key: id,
      })
      if (acted.kind === 'reauthorize') await channels.needsReconnect(workspaceId, channelId, acted.message)
      return acted
    } catch (error) {
      const failed = outcomeOf(error, calling, clock.now())
      if (failed.kind === 'reauthorize') await channels.needsReconnect(workspaceId, channelId, failed.message)
      else if (failed.kind !== 'limited') log.error('an action failed unexpectedly', { actionId: id, channelId, error })
      return failed
    }
  }

  /** Costs a read where it was said in private: the window of an answer runs from the person's newest message. */
  async #target(mention: MentionRecord, kept: Mention['author']): Promise<Target> {
    const said = saidOf(mention.seen)
    const author = kept ?? said?.author
    const { workspaceId, channelId, kind = 'mention' } = mention
    const at = millis(mention.occurredAt)
    const talk =
      kind === 'direct_message' && author !== undefined
        ? await conversationWith(this.#parts.table, { workspaceId, id: channelId }, author.externalId)
        : undefined
    return {
      kind,
      externalId: mention.externalId,
      at,
      ...(talk === undefined ? {} : { lastInboundAt: Math.max(at, talk.inboundAt) }),
      author,
      parentExternalId: said?.parentExternalId,
      postExternalId: said?.postExternalId,
      context: said?.context,
    }
  }

  /**
   * What came of it: the action, the mention that follows, who is told, and what a repeat of the call is answered. It is
   * tried for as long as the action does not show as `unknown`.
   */
  async #settle(
    workspaceId: string,
    action: ActionRecord,
    { pending, idempotency }: { readonly pending: boolean; readonly idempotency: Idempotency | undefined },
  ): Promise<ActionView> {
    const { table, clock } = this.#parts
    const { id, mentionId, state, problem, externalId, url, endedAt } = action
    for (let tries = 0; tries < maxTries; tries++) {
      const now = clock.now()
      const before = await this.#store.read(workspaceId, mentionId)
      const named =
        before === undefined || externalId === undefined || !isAnswer(action.action)
          ? undefined
          : { externalId, channelId: before.record.channelId }
      const known = named && (await answerOf(table, workspaceId, named.channelId, named.externalId))
      // of an answer that this one replaced (a review has one reply): what became of it says nothing of this one
      const replaced = known?.actionId !== undefined && known.actionId !== id ? known : undefined
      const answer: AnswerItem | undefined = replaced === undefined ? known : { ...replaced, delivery: undefined }
      const sent = pending && answer?.delivery === undefined ? ('sent' as const) : answer?.delivery
      const echo =
        answer?.entryId === undefined ? undefined : await superseded(this.#parts, workspaceId, answer, mentionId)
      const view = actionView(action, { delivery: sent }, now)
      const settled = await table.transact(
        [
          {
            update: keys.action(workspaceId, mentionId, id),
            set: { state, problem, externalId, url, endedAt },
            if: ['state', '=', 'sending'],
          },
          ...(named === undefined
            ? []
            : [
                answerWrite(keys.answer(workspaceId, named.channelId, named.externalId), known, now, {
                  mentionId,
                  actionId: id,
                  delivery: sent,
                }),
                ...(pending ? [pendingWrite(workspaceId, named, id, now)] : []),
              ]),
          ...(echo?.writes ?? []),
          ...(before === undefined || state !== 'done'
            ? []
            : this.#followed(before, action, {
                failed: answer?.delivery === 'failed',
                native: echo?.native === true,
                replaces: replaced !== undefined && replaced.delivery !== 'failed',
              })),
          ...(idempotency === undefined ? [] : [amend(workspaceId, idempotency, view)]),
        ],
        { until: millis(action.at) + lostAfterMs },
      )
      if (settled.ok || settled.index === 0) return view
    }
    throw mentionBusy()
  }

  /** The mention after what was done with it, and those who are told. */
  #followed(
    before: Kept,
    { id, action }: ActionRecord,
    { failed, native, replaces }: { readonly failed: boolean; readonly native: boolean; readonly replaces: boolean },
  ): Write[] {
    const { record } = before
    const version = record.version + 1
    const seen = isAnswer(action) ? record.seen : moderated(record.seen, action, this.#parts.clock.now())
    const after: Kept = {
      ...before,
      record: isAnswer(action)
        ? {
            ...record,
            answers: record.answers + (failed || replaces ? 0 : 1) - (native ? 1 : 0),
            nativeAnswers: record.nativeAnswers - (native ? 1 : 0),
            version,
          }
        : { ...record, seen, ...derived(seen), version },
    }
    const definition = isAnswer(action) ? (failed ? mentionAnswerFailed : mentionAnswered) : mentionModerated
    const about = { workspaceId: record.workspaceId, subject: record.id, sequence: version }
    const at = { now: this.#parts.clock.now(), random: this.#parts.random }
    const changed = isAnswer(action) ? undefined : eventFor(shown(before), shown(after))
    return [
      ...this.#store.writes(record, after.record),
      ...(definition === undefined
        ? []
        : [outbox(definition.create(at, about, { ...dataOf(after.record), actionId: id, action }))]),
      ...(changed === undefined ? [] : [outbox(mentionEvent(this.#parts, changed, after))]),
    ]
  }
}

const pendingWrite = (
  workspaceId: string,
  { channelId, externalId }: { readonly channelId: string; readonly externalId: string },
  actionId: string,
  now: number,
): Write => ({
  put: {
    ...keys.pendingAnswer(workspaceId, channelId, externalId),
    externalId,
    actionId,
    expiresAt: Math.floor(now / 1000) + pendingSeconds,
  },
})

/** What something that was thrown comes to: unknown once the connector was at it, unless it says what it means. */
function outcomeOf(error: unknown, calling: boolean, now: number): Acted {
  const message = textOf(error)
  if (error instanceof AppError) {
    if (error.kind === 'unauthenticated') return { kind: 'reauthorize', message }
    if (error.kind === 'rate_limited')
      return { kind: 'limited', until: now + (error.retryAfterSeconds ?? 60) * 1000, scope: 'channel', message }
    if (error.kind === 'unprocessable' || error.kind === 'invalid')
      return { kind: 'rejected', reason: 'invalid', message }
  }
  return calling
    ? { kind: 'unknown', message: inboxTexts.answerLost({ why: message }) }
    : { kind: 'transient', message: inboxTexts.notReached({ why: message }) }
}

const notOffered = (message: Text) =>
  new AppError('unprocessable', 'action_not_offered', message, {
    problems: [{ pointer: '/action', code: 'not_offered', message }],
  })

const paused = (channel: Channel) =>
  new AppError('conflict', 'channel_paused', inboxTexts.channelPaused({ name: channel.name }))
