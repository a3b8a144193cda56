import { randomUUID } from 'node:crypto'
import type { Condition } from '../aws/expression.ts'
import { keys } from '../aws/keys.ts'
import type { Text } from '../i18n/index.ts'
import { iso, millis } from '../kernel/clock.ts'
import type { AddressFinding, Letter, Postman } from '../networks/network.ts'
import { type DeliveryParts, domainOf, reconnectMs, retryMs } from './delivery-parts.ts'
import { type IssueRecord, letterIdOf, letterRecord } from './issue.ts'
import { addressOf, type ListRecord, readerOf, type SubscriberRecord, subscriberRecord } from './list.ts'
import { renderIssue } from './render.ts'
import { Subscribers } from './subscribers.ts'

/** Why a run ends before the list does. */
export type StopOfRun =
  | { readonly kind: 'wait'; readonly until: number; readonly failed: boolean; readonly reason: Text }
  | { readonly kind: 'refused'; readonly reason: Text }

/** Who was put off is tried again so long after everybody else, and after each other: greylisting takes minutes to an hour. */
export const deferMs: readonly number[] = [5, 15, 45, 120].map((minutes) => minutes * 60_000)
/** How often all of the sending waits at one copy before the others are tried without it. */
const maxWaits = 2
/** After so many, while others are taken, it is that copy's own: it is refused, and the issue does not wait for it. */
const maxWaitsInAll = 8
const recentMs = 10 * 60_000

interface Claimed {
  readonly subscriber: SubscriberRecord
  readonly waits: number
}

/** One run over one issue. */
export class IssueRun {
  readonly #parts: DeliveryParts
  readonly #postman: Postman
  readonly #issue: IssueRecord
  readonly #list: ListRecord
  readonly #domain: string
  readonly #leaseEnd: number
  readonly #id = randomUUID()
  /** When a copy was last decided. */
  #decidedAt: number | undefined

  /** `leaseEnd`: until then (ms) nobody else sends copies of this issue. */
  constructor(
    parts: DeliveryParts,
    postman: Postman,
    issue: IssueRecord,
    list: ListRecord,
    from: string,
    leaseEnd: number,
  ) {
    this.#parts = parts
    this.#leaseEnd = leaseEnd
    this.#postman = postman
    this.#issue = issue
    this.#list = list
    this.#domain = domainOf(from)
    const { sent, refused, unknown, progressAt } = issue
    this.#decidedAt = sent + refused + unknown === 0 || progressAt === undefined ? undefined : millis(progressAt)
  }

  /** `deferredToo`: also a copy that was put off before. */
  async one(id: string, { deferredToo = false } = {}): Promise<StopOfRun | undefined> {
    const { clock, channels } = this.#parts
    const { workspaceId, channelId } = this.#issue
    const claimed = await this.#claim(id, deferredToo)
    if (claimed === undefined) return undefined
    const { subscriber, waits } = claimed
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
      case 'bounced':
        return this.#refused(subscriber, posted.finding)
      case 'deferred':
        return this.#defer(subscriber, posted.finding)
      case 'limited':
        return this.#wait(subscriber, waits, { until: posted.until, failed: false, reason: posted.message })
      case 'transient':
        return this.#wait(subscriber, waits, { until: clock.now() + retryMs, failed: true, reason: posted.message })
      case 'reauthorize':
        await this.#release(subscriber)
        await channels.needsReconnect(workspaceId, channelId, posted.message)
        return { kind: 'wait', until: clock.now() + reconnectMs, failed: false, reason: posted.message }
      case 'rejected':
        await this.#release(subscriber)
        return { kind: 'refused', reason: posted.message }
    }
  }

  /** It surely did not leave, and is not tried again. Only proof that the mailbox is none takes somebody off at once. */
  async #refused(subscriber: SubscriberRecord, finding: AddressFinding): Promise<undefined> {
    const { workspaceId, number } = this.#issue
    await this.#decide(subscriber, 'refused')
    const subscribers = new Subscribers(this.#parts)
    if (finding === 'no_mailbox') await subscribers.goneEverywhere(workspaceId, subscriber.addressHash, 'bounced')
    if (finding === 'mailbox_unavailable') await subscribers.softBounce(workspaceId, subscriber.id, number)
  }

  /** This one waits until the others had theirs; after the last pass it is refused. */
  async #defer(subscriber: SubscriberRecord, finding: AddressFinding): Promise<undefined> {
    const { listed, passes } = this.#issue
    if (listed === true && passes >= deferMs.length - 1) return this.#refused(subscriber, finding)
    await this.#release(subscriber, true)
  }

  /** All of the sending waits. Where it waited at this copy before, the others are tried without it. */
  async #wait(
    subscriber: SubscriberRecord,
    waits: number,
    wait: { readonly until: number; readonly failed: boolean; readonly reason: Text },
  ): Promise<StopOfRun | undefined> {
    if (waits >= maxWaitsInAll && this.#othersGoOut()) return this.#refused(subscriber, 'none')
    await this.#release(subscriber, waits >= maxWaits)
    return { kind: 'wait', ...wait }
  }

  /** The person, if this copy is ours to send: it never left, and they are subscribed at this very moment. */
  async #claim(id: string, deferredToo: boolean): Promise<Claimed | undefined> {
    const { table } = this.#parts
    const { workspaceId, key } = this.#issue
    const letter = keys.letter(workspaceId, key, id)
    const subscribed = { check: keys.subscriber(workspaceId, id), if: ['state', '=', 'subscribed'] } as const
    const taken = await table.transact([
      { put: { ...letter, state: 'sending', run: this.#id, waits: 0 }, if: ['pk', 'absent'] },
      subscribed,
    ])
    if (taken.ok) return this.#claimed(id, 0)
    const there = taken.index === 0 ? letterRecord.safeParse(taken.item) : undefined
    if (there?.success !== true) return undefined
    const { state, run, deferred, waits } = there.data
    if (state === 'queued' && (deferred !== true || deferredToo)) {
      const again = await table.transact([
        { update: letter, set: { state: 'sending', run: this.#id }, if: ['state', '=', 'queued'] },
        subscribed,
      ])
      if (again.ok) return this.#claimed(id, waits)
      // who left in between gets none
      if (again.index === 1) await table.write({ delete: letter, if: ['state', '=', 'queued'] })
      return undefined
    }
    // A run before this one died with the letter in its hands: nobody can tell.
    if (state === 'sending' && run !== this.#id)
      await table.transact([
        {
          update: letter,
          set: { state: 'unknown' },
          if: {
            all: [
              ['state', '=', 'sending'],
              ['run', '=', run],
            ],
          },
        },
        { update: keys.issue(workspaceId, key), add: { unknown: 1 } },
      ])
    return undefined
  }

  async #claimed(id: string, waits: number): Promise<Claimed | undefined> {
    const subscriber = await this.#parts.table.get(keys.subscriber(this.#issue.workspaceId, id), subscriberRecord)
    return subscriber === undefined ? undefined : { subscriber, waits }
  }

  /** A server that takes nothing from anybody says nothing about this one. */
  #othersGoOut(): boolean {
    return this.#decidedAt !== undefined && this.#parts.clock.now() - this.#decidedAt < recentMs
  }

  #isOurs(): Condition {
    return {
      all: [
        ['state', '=', 'sending'],
        ['run', '=', this.#id],
      ],
    }
  }

  /** The copy and the issue's count of it are one write. */
  async #decide({ id }: SubscriberRecord, state: 'sent' | 'refused' | 'unknown'): Promise<undefined> {
    const { table } = this.#parts
    const { workspaceId, key } = this.#issue
    this.#decidedAt = this.#parts.clock.now()
    await table.transact(
      [
        {
          update: keys.letter(workspaceId, key, id),
          set: { state },
          if: this.#isOurs(),
        },
        {
          update: keys.issue(workspaceId, key),
          set: { progressAt: iso(this.#decidedAt) },
          add: { [state]: 1 },
        },
      ],
      { until: this.#leaseEnd },
    )
    return undefined
  }

  /** It surely did not leave. `deferred`: given where all of the sending waits at it; true where the others are tried before it. */
  async #release({ id }: SubscriberRecord, deferred?: boolean): Promise<void> {
    const { workspaceId, key } = this.#issue
    await this.#parts.table.transact(
      [
        {
          update: keys.letter(workspaceId, key, id),
          set: { state: 'queued', ...(deferred === true ? { deferred } : {}) },
          ...(deferred === undefined ? {} : { add: { waits: 1 } }),
          if: this.#isOurs(),
        },
        ...(deferred === true
          ? [{ update: keys.issue(workspaceId, key), set: { deferred }, if: ['pk', 'present'] } as const]
          : []),
      ],
      { until: this.#leaseEnd },
    )
  }

  #letterTo(subscriber: SubscriberRecord, email: string): Letter {
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
    const messageId = `${letterIdOf(issue.key, subscriber)}@${this.#domain}`
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
      leaveId: letterIdOf(issue.key, subscriber, 'leave'),
    }
  }
}
