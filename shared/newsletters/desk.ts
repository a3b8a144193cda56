/** What a connector hands issues over to, bound to one channel; and what becomes of them afterwards. */
import { keys, waking } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { messageOf, notFound } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { wakeId } from '../kernel/wake.ts'
import type { Counters, Issue, IssueProgress, Newsletters, Report } from '../networks/network.ts'
import { type IssueRecord, issueRecord, readLetterId } from './issue.ts'
import { listRecord, subscriberRecord } from './list.ts'
import { linksOf } from './render.ts'
import { Subscribers } from './subscribers.ts'

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
    const record: IssueRecord = {
      workspaceId,
      channelId,
      ...issue,
      links: linksOf(issue.text),
      state: 'sending',
      wakeAt: at,
      failures: 0,
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
    const started = await table.write({
      put: {
        ...keys.issue(workspaceId, issue.key),
        ...record,
        ...waking('letter', at, wakeId(workspaceId, issue.key)),
      },
      if: ['pk', 'absent'],
    })
    if (!started.ok || queue === undefined) return
    await queue()
      .send([{ body: { ids: [workspaceId, issue.key], wakeAt: at }, groupId: workspaceId }])
      .catch((error: unknown) =>
        log.warn('an issue waits for the next tick', { key: issue.key, error: messageOf(error) }),
      )
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
      ...(issue.state === 'stopped' ? { stopped: issue.reason ?? 'The mail server refused it.' } : {}),
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

  async reported(report: Report): Promise<void> {
    const { table } = this.#parts
    const letter = report.messageId === undefined ? undefined : readLetterId(report.messageId)
    const name = report.kind === 'bounce' ? 'bounces' : 'complaints'
    if (letter !== undefined) {
      // The address that sent it may be connected in several workspaces: a letter is of one.
      if ((await this.#issue(letter.key)) === undefined) return
      // counted once for each letter, however often it is reported
      const counted = await table.transact([
        {
          update: keys.letter(this.#workspaceId, letter.key, letter.subscriberId),
          set: { [`${report.kind}Reported`]: true },
          if: {
            all: [
              ['state', 'in', ['sent', 'unknown']],
              [`${report.kind}Reported`, 'absent'],
            ],
          },
        },
        { update: keys.issue(this.#workspaceId, letter.key), add: { [name]: 1 }, if: ['pk', 'present'] },
      ])
      // What takes somebody off is done again should it have died half way; a soft bounce only counts.
      if (!counted.ok && report.kind === 'bounce' && !report.permanent) return
    }
    // a letter that asked somebody to confirm is of one workspace as well
    const asked = /^(sub_[0-9A-Z]{26})\./.exec(report.messageId ?? '')?.[1]
    if (
      asked !== undefined &&
      (await table.get(keys.subscriber(this.#workspaceId, asked), subscriberRecord)) === undefined
    )
      return
    const id = report.messageId ?? `${report.words}`.slice(0, 100)
    await new Subscribers(this.#parts).reported(this.#workspaceId, { ...report, id })
  }

  #issue(key: string): Promise<IssueRecord | undefined> {
    return this.#parts.table.get(keys.issue(this.#workspaceId, key), issueRecord)
  }
}
