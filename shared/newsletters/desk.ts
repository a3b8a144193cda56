/** What a connector hands issues over to, bound to one channel; and what becomes of them afterwards. */
import { keys } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Item, Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { notFound } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Counters, Issue, IssueProgress, Newsletters, Report } from '../networks/network.ts'
import { dueAttributes, enqueueSoon } from '../scheduling/index.ts'
import { count } from './counting.ts'
import { type IssueRecord, issueRecord, readLetterId } from './issue.ts'
import { listRecord, type SubscriberRecord, subscriberRecord } from './list.ts'
import { linksOf } from './render.ts'
import { Subscribers } from './subscribers.ts'
import { newsletterTexts } from './texts.ts'

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Told of an issue at once where there is one; else the next tick finds it. */
  readonly queue?: (() => Queue) | undefined
}

export class NewsletterDesk implements Newsletters {
  readonly #parts: Parts
  readonly #workspaceId: string
  readonly #channelId: string

  constructor(parts: Parts, workspaceId: string, channelId: string) {
    this.#parts = parts
    this.#workspaceId = workspaceId
    this.#channelId = channelId
  }

  async start(issue: Issue): Promise<void> {
    const { table, clock, queue, log } = this.#parts
    const [workspaceId, channelId] = [this.#workspaceId, this.#channelId]
    const list = await table.get(keys.list(workspaceId, issue.listId), listRecord)
    if (list === undefined || list.channelId !== channelId) throw notFound('list', issue.listId)
    const at = iso(clock.now())
    const key = keys.issue(workspaceId, issue.key)
    const record: IssueRecord = {
      workspaceId,
      channelId,
      ...issue,
      links: linksOf(issue.text),
      number: list.issues + 1,
      recipients: list.subscribers,
      state: 'sending',
      wakeAt: at,
      failures: 0,
      stops: 0,
      passes: 0,
      progressAt: at,
      createdAt: at,
      sent: 0,
      refused: 0,
      unknown: 0,
      bounces: 0,
      complaints: 0,
      unsubscribes: 0,
      clicks: 0,
      opens: 0,
    }
    const message = { kind: 'issue', workspaceId, issueKey: issue.key, wakeAt: at } as const
    const woken = dueAttributes(message, clock.now(), queue !== undefined)
    const begun = await table.transact([
      { put: { ...key, ...record, ...woken }, if: ['pk', 'absent'] },
      { update: keys.list(workspaceId, issue.listId), add: { issues: 1 }, if: ['pk', 'present'] },
    ])
    const started = begun.ok || (begun.index === 0 && (await this.#resumed(issue.key, at, woken)))
    if (started && queue !== undefined) await enqueueSoon({ queue: queue(), clock, log }, [message])
  }

  /** One that was stopped goes on: with the list from its beginning, where only those are left who have not had it. */
  async #resumed(key: string, at: string, woken: Item): Promise<boolean> {
    const resumed = await this.#parts.table.write({
      update: keys.issue(this.#workspaceId, key),
      set: { state: 'sending', wakeAt: at, progressAt: at, failures: 0, passes: 0, ...woken },
      remove: ['reason', 'position', 'listed'],
      if: ['state', '=', 'stopped'],
    })
    return resumed.ok
  }

  async progress(key: string): Promise<IssueProgress | undefined> {
    const issue = await this.#issue(key)
    if (issue === undefined) return undefined
    const done = issue.sent + issue.refused + issue.unknown
    const finished = issue.state !== 'sending'
    return {
      done,
      total: finished ? done : undefined,
      finished,
      ...(issue.state === 'stopped'
        ? {
            stopped: {
              reason: issue.reason ?? newsletterTexts.serverRefused(),
              sent: issue.sent,
              notSent: Math.max(0, (issue.recipients ?? done) - done),
              times: issue.stops,
            },
          }
        : {}),
      unknown: issue.unknown,
    }
  }

  async counters(key: string): Promise<Counters | undefined> {
    const issue = await this.#issue(key)
    if (issue === undefined) return undefined
    const { sent, bounces, refused, clicks, opens, complaints, unsubscribes, listId } = issue
    const list = await this.#parts.table.get(keys.list(this.#workspaceId, listId), listRecord)
    return {
      delivered: Math.max(0, sent - bounces),
      bounces: bounces + refused,
      complaints,
      unsubscribes,
      clicks,
      // not counted is not zero
      ...(list?.countOpens === true ? { opens } : {}),
    }
  }

  /** Only what names a letter of ours, signed, counts: anybody can send a report. */
  async reported(report: Report): Promise<void> {
    const { table } = this.#parts
    const found = await this.#letter(report.messageId, 'letter')
    if (found === undefined) return
    const { subscriber, key } = found
    const workspaceId = this.#workspaceId
    if (key !== undefined) {
      const name = report.kind === 'bounce' ? 'bounces' : 'complaints'
      // counted once for each letter, however often it is reported
      await table.transact([
        {
          update: keys.letter(workspaceId, key, subscriber.id),
          set: { [`${report.kind}Reported`]: true },
          if: {
            all: [
              ['state', 'in', ['sent', 'unknown']],
              [`${report.kind}Reported`, 'absent'],
            ],
          },
        },
        { update: keys.issue(workspaceId, key), add: { [name]: 1 }, if: ['pk', 'present'] },
      ])
    }
    // done again should it have died half way
    const subscribers = new Subscribers(this.#parts)
    if (report.kind === 'complaint')
      return subscribers.goneEverywhere(workspaceId, subscriber.addressHash, 'complained')
    if (report.finding === 'no_mailbox')
      return subscribers.goneEverywhere(workspaceId, subscriber.addressHash, 'bounced')
    const issue = key === undefined ? undefined : await this.#issue(key)
    if (report.finding === 'mailbox_unavailable' && issue !== undefined)
      await subscribers.softBounce(workspaceId, subscriber.id, issue.number)
  }

  async left(leaveId: string): Promise<boolean> {
    const found = await this.#letter(leaveId, 'leave')
    if (found === undefined) return false
    const gone = await new Subscribers(this.#parts).gone(this.#workspaceId, found.subscriber.id, 'left')
    if (gone && found.key !== undefined) await count(this.#parts.table, this.#workspaceId, found.key, 'unsubscribes')
    return true
  }

  /** Whose letter it is; undefined where it is not of this workspace, or not signed by us. */
  async #letter(
    text: string,
    purpose: 'letter' | 'leave',
  ): Promise<{ readonly subscriber: SubscriberRecord; readonly key: string | undefined } | undefined> {
    const read = readLetterId(text)
    if (read === undefined) return undefined
    const subscriber = await this.#parts.table.get(
      keys.subscriber(this.#workspaceId, read.subscriberId),
      subscriberRecord,
    )
    return subscriber?.addressHash !== undefined && read.isSignedBy(subscriber, purpose)
      ? { subscriber, key: read.key }
      : undefined
  }

  #issue(key: string): Promise<IssueRecord | undefined> {
    return this.#parts.table.get(keys.issue(this.#workspaceId, key), issueRecord)
  }
}
