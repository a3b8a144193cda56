/**
 * Copies leave one after the other: claimed before, decided after. Nobody gets an issue twice: a copy that was claimed
 * and not decided (the function died between the mail server's yes and our write) is in doubt, is counted as that, and is
 * never sent again. Nobody gets one after leaving: the claim is one transaction with “is subscribed”.
 */
import { randomUUID } from 'node:crypto'
import { branchPartition, keys, notWaking, waking } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Position, Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { type WakeMessage, wakeId } from '../kernel/wake.ts'
import type { AnyConnector, ChannelCall, Postman } from '../networks/network.ts'
import { type IssueRecord, issueRecord, type LetterRecord, letterIdOf, letterRecord } from './issue.ts'
import { addressOf, type ListRecord, listRecord, readerOf, type SubscriberRecord, subscriberRecord } from './list.ts'
import { renderConfirmation, renderIssue } from './render.ts'
import { Subscribers } from './subscribers.ts'
import { tidy } from './tidy.ts'

/** What is needed of the channels. */
export interface Channels {
  open(
    workspaceId: string,
    channelId: string,
    signal: AbortSignal,
  ): Promise<{ readonly connector: AnyConnector; readonly call: ChannelCall<unknown, unknown> }>
  needsReconnect(workspaceId: string, channelId: string, reason: string): Promise<void>
}

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly channels: Channels
  readonly queue: Queue
  readonly publicUrl: string
}

/** One run sends for so long, and holds the issue for longer: its last letter is decided before another run begins. */
const runMs = 50_000
const leaseMs = 150_000
const pageSize = 25
const retryMs = 60_000
const reconnectMs = 15 * 60_000

/** Why a run ends before the list does. */
type Stop =
  | { readonly kind: 'wait'; readonly until: number; readonly failed: boolean }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'lost' }

export class Deliverer {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async wake({ ids: [workspaceId = '', id = ''], wakeAt }: WakeMessage): Promise<void> {
    if (id.startsWith('sub_')) return this.#confirmation(workspaceId, id, wakeAt)
    if (id.startsWith('list_')) return tidy(this.#parts, workspaceId, id, wakeAt)
    const { table, clock } = this.#parts
    const lease = iso(clock.now() + leaseMs)
    const claimed = await table.write({
      update: keys.issue(workspaceId, id),
      set: { wakeAt: lease, ...waking('letter', lease, wakeId(workspaceId, id)) },
      if: {
        all: [
          ['wakeAt', '=', wakeAt],
          ['state', '=', 'sending'],
        ],
      },
    })
    if (!claimed.ok) return
    const issue = await table.get(keys.issue(workspaceId, id), issueRecord)
    if (issue !== undefined) await this.#end(issue, lease, await this.#run(issue, lease))
  }

  async #run(issue: IssueRecord, lease: string): Promise<Stop | undefined> {
    const { table, clock, log, channels } = this.#parts
    const { workspaceId, channelId } = issue
    const list = await table.get(keys.list(workspaceId, issue.listId), listRecord)
    if (list === undefined) return { kind: 'refused', reason: 'The list is gone.' }
    let postman: Postman | undefined
    try {
      const { connector, call } = await channels.open(workspaceId, channelId, AbortSignal.timeout(runMs + 40_000))
      postman = await connector.postman?.(call)
      if (postman === undefined) return { kind: 'refused', reason: `${connector.title} sends no letters.` }
      const run = new Run(this.#parts, postman, issue, list, call.account.handle)
      return await this.#pages(run, issue, lease)
    } catch (error) {
      if (error instanceof AppError && error.code === 'reconnect_needed')
        return { kind: 'wait', until: clock.now() + reconnectMs, failed: false }
      log.warn('an issue could not go on', { key: issue.key, error: messageOf(error) })
      return { kind: 'wait', until: clock.now() + retryMs, failed: true }
    } finally {
      postman?.close()
    }
  }

  async #pages(run: Run, issue: IssueRecord, lease: string): Promise<Stop | undefined> {
    const { table, clock } = this.#parts
    const { workspaceId, listId, key } = issue
    const until = clock.now() + runMs
    let position: Position | undefined = issue.position
    for (;;) {
      const page = await table.query(
        {
          pk: branchPartition(workspaceId, listId, 'subscribers'),
          index: 'branch',
          limit: pageSize,
          where: ['state', '=', 'subscribed'],
          ...(position === undefined ? {} : { start: position }),
        },
        subscriberRecord,
      )
      for (const subscriber of page.items) {
        const stop = await run.one(subscriber)
        if (stop !== undefined) return stop
        if (clock.now() > until) return { kind: 'wait', until: clock.now(), failed: false }
      }
      if (page.next === undefined) return undefined
      position = page.next
      const kept = await table.write({
        update: keys.issue(workspaceId, key),
        set: { position },
        if: ['wakeAt', '=', lease],
      })
      if (!kept.ok) return { kind: 'lost' }
    }
  }

  /** Undefined: everybody's copy is decided. */
  async #end(issue: IssueRecord, lease: string, stop: Stop | undefined): Promise<void> {
    const { table, clock, queue } = this.#parts
    const { workspaceId, key } = issue
    if (stop?.kind === 'lost') return
    if (stop?.kind !== 'wait') {
      await table.write({
        update: keys.issue(workspaceId, key),
        set: stop === undefined ? { state: 'finished' } : { state: 'stopped', reason: stop.reason },
        remove: ['wakeAt', 'position', ...notWaking],
        if: ['wakeAt', '=', lease],
      })
      return
    }
    const failures = stop.failed ? issue.failures + 1 : 0
    const wakeAt = iso(Math.max(stop.until, clock.now() + (stop.failed ? Math.min(3600_000, retryMs * failures) : 0)))
    const released = await table.write({
      update: keys.issue(workspaceId, key),
      set: { wakeAt, failures, ...waking('letter', wakeAt, wakeId(workspaceId, key)) },
      if: ['wakeAt', '=', lease],
    })
    if (released.ok && stop.until <= clock.now())
      await queue.send([{ body: { ids: [workspaceId, key], wakeAt }, groupId: workspaceId }])
  }

  /** The letter that asks somebody to confirm: leaves at most once for each time they asked. */
  async #confirmation(workspaceId: string, id: string, wakeAt: string): Promise<void> {
    const { table, clock, log, channels, publicUrl } = this.#parts
    const claimed = await table.write({
      update: keys.subscriber(workspaceId, id),
      set: { askedAt: iso(clock.now()) },
      remove: ['wakeAt', ...notWaking],
      if: {
        all: [
          ['wakeAt', '=', wakeAt],
          ['state', '=', 'pending'],
        ],
      },
    })
    if (!claimed.ok) return
    const subscriber = await table.get(keys.subscriber(workspaceId, id), subscriberRecord)
    const { email, confirmToken, listId } = subscriber ?? {}
    const list = listId === undefined ? undefined : await table.get(keys.list(workspaceId, listId), listRecord)
    if (subscriber === undefined || email === undefined || confirmToken === undefined || list === undefined) return
    const again = async (at: number) => {
      const next = iso(at)
      await table.write({
        update: keys.subscriber(workspaceId, id),
        set: { wakeAt: next, ...waking('letter', next, wakeId(workspaceId, id)) },
        if: {
          all: [
            ['state', '=', 'pending'],
            ['wakeAt', 'absent'],
          ],
        },
      })
    }
    let postman: Postman | undefined
    try {
      const { connector, call } = await channels.open(workspaceId, list.channelId, AbortSignal.timeout(60_000))
      postman = await connector.postman?.(call)
      if (postman === undefined) return
      const url = `${publicUrl}/newsletters/${addressOf(subscriber, confirmToken)}/confirm`
      const messageId = `${id}.${confirmToken}@${domainOf(call.account.handle)}`
      const posted = await postman.send({
        to: email,
        ...renderConfirmation(list, url),
        messageId,
        headers: { 'X-Parvis-Letter': `<${messageId}>`, 'Auto-Submitted': 'auto-generated' },
      })
      if (posted.kind === 'limited') await again(posted.until)
      else if (posted.kind === 'transient') await again(clock.now() + retryMs)
      else if (posted.kind === 'reauthorize') {
        await channels.needsReconnect(workspaceId, list.channelId, posted.message)
        await again(clock.now() + reconnectMs)
      } else if (posted.kind === 'bounced' && posted.permanent)
        await new Subscribers(this.#parts).gone(workspaceId, id, 'bounced')
    } catch (error) {
      log.warn('a confirmation could not be sent', { subscriberId: id, error: messageOf(error) })
      await again(clock.now() + reconnectMs)
    } finally {
      postman?.close()
    }
  }
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

/** One run over one issue. */
class Run {
  readonly #parts: Parts
  readonly #postman: Postman
  readonly #issue: IssueRecord
  readonly #list: ListRecord
  readonly #domain: string
  readonly #id = randomUUID()

  constructor(parts: Parts, postman: Postman, issue: IssueRecord, list: ListRecord, from: string) {
    this.#parts = parts
    this.#postman = postman
    this.#issue = issue
    this.#list = list
    this.#domain = domainOf(from)
  }

  async one(seen: SubscriberRecord): Promise<Stop | undefined> {
    const { clock, channels } = this.#parts
    const { workspaceId, channelId } = this.#issue
    const subscriber = await this.#claim(seen)
    if (subscriber === undefined) return undefined
    if (subscriber.email === undefined) {
      // gone since the claim
      await this.#release(subscriber)
      return undefined
    }
    const posted = await this.#postman.send(this.#letterTo(subscriber, subscriber.email))
    switch (posted.kind) {
      case 'sent':
        return this.#decide(subscriber, 'sent')
      case 'unknown':
        return this.#decide(subscriber, 'unknown')
      case 'bounced': {
        await this.#decide(subscriber, 'refused')
        const id = letterIdOf(this.#issue.key, subscriber.id)
        const report = { address: subscriber.email, kind: 'bounce', permanent: posted.permanent, id } as const
        await new Subscribers(this.#parts).reported(workspaceId, report)
        return undefined
      }
      case 'limited':
        await this.#release(subscriber)
        return { kind: 'wait', until: posted.until, failed: false }
      case 'transient':
        await this.#release(subscriber)
        return { kind: 'wait', until: clock.now() + retryMs, failed: true }
      case 'reauthorize':
        await this.#release(subscriber)
        await channels.needsReconnect(workspaceId, channelId, posted.message)
        return { kind: 'wait', until: clock.now() + reconnectMs, failed: false }
      case 'rejected':
        await this.#release(subscriber)
        return { kind: 'refused', reason: posted.message }
    }
  }

  /** The person, if this copy is ours to send: it never left, and they are subscribed at this very moment. */
  async #claim({ id }: SubscriberRecord): Promise<SubscriberRecord | undefined> {
    const { table } = this.#parts
    const { workspaceId, key } = this.#issue
    const letter = keys.letter(workspaceId, key, id)
    const taken = await table.transact([
      {
        put: { ...letter, state: 'sending', run: this.#id } satisfies LetterRecord & { pk: string; sk: string },
        if: {
          any: [
            ['pk', 'absent'],
            ['state', '=', 'queued'],
          ],
        },
      },
      { check: keys.subscriber(workspaceId, id), if: ['state', '=', 'subscribed'] },
    ])
    if (taken.ok) return table.get(keys.subscriber(workspaceId, id), subscriberRecord)
    const there = taken.index === 0 ? letterRecord.safeParse(taken.item) : undefined
    // A run before this one died with the letter in its hands: nobody can tell.
    if (there?.success === true && there.data.state === 'sending' && there.data.run !== this.#id)
      await table.transact([
        {
          update: letter,
          set: { state: 'unknown' },
          if: {
            all: [
              ['state', '=', 'sending'],
              ['run', '=', there.data.run],
            ],
          },
        },
        { update: keys.issue(workspaceId, key), add: { unknown: 1 } },
      ])
    return undefined
  }

  /** The copy and the issue's count of it are one write. */
  async #decide({ id }: SubscriberRecord, state: 'sent' | 'refused' | 'unknown'): Promise<undefined> {
    const { table } = this.#parts
    const { workspaceId, key } = this.#issue
    await table.transact([
      {
        update: keys.letter(workspaceId, key, id),
        set: { state },
        if: {
          all: [
            ['state', '=', 'sending'],
            ['run', '=', this.#id],
          ],
        },
      },
      { update: keys.issue(workspaceId, key), add: { [state]: 1 } },
    ])
    return undefined
  }

  /** It surely did not leave. */
  async #release({ id }: SubscriberRecord): Promise<void> {
    await this.#parts.table.write({
      update: keys.letter(this.#issue.workspaceId, this.#issue.key, id),
      set: { state: 'queued' },
      if: {
        all: [
          ['state', '=', 'sending'],
          ['run', '=', this.#id],
        ],
      },
    })
  }

  #letterTo(subscriber: SubscriberRecord, email: string) {
    const { publicUrl } = this.#parts
    const issue = this.#issue
    const page = `${publicUrl}/newsletters/${addressOf(subscriber, subscriber.token)}`
    const unsubscribeUrl = `${page}/unsubscribe?issue=${encodeURIComponent(issue.key)}`
    // who did not agree gets the addresses that everybody gets
    const by = subscriber.tracked ? `?by=${readerOf(subscriber)}` : ''
    const counted = `${publicUrl}/newsletters/issues/${issue.workspaceId}/${encodeURIComponent(issue.key)}`
    const { html, text } = renderIssue(
      {
        ...issue,
        list: this.#list,
        unsubscribeUrl,
        linkUrl: (n) => `${counted}/links/${n}${by}`,
        pixelUrl: this.#list.countOpens || subscriber.tracked ? `${counted}/opened${by}` : undefined,
      },
      issue.links,
    )
    const messageId = `${letterIdOf(issue.key, subscriber.id)}@${this.#domain}`
    return {
      to: email,
      subject: issue.subject,
      html,
      text,
      messageId,
      headers: {
        'X-Parvis-Letter': `<${messageId}>`,
        'List-Id': `<${this.#list.id.toLowerCase()}.${this.#domain}>`,
        'List-Unsubscribe': `<${unsubscribeUrl}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        Precedence: 'bulk',
      },
    }
  }
}
