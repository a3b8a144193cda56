/**
 * Copies leave one after the other: claimed before, decided after. Nobody gets an issue twice: a copy that was claimed
 * and not decided (the function died between the mail server's yes and our write) is in doubt, is counted as that, and is
 * never sent again. Nobody gets one after leaving: the claim is one transaction with “is subscribed”.
 */
import * as z from 'zod'
import { branchPartition, keys } from '../aws/keys.ts'
import type { Item, Position } from '../aws/table.ts'
import { textOf } from '../i18n/index.ts'
import { iso, millis } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Postman } from '../networks/network.ts'
import { claim, enqueueSoon, type Lease, type WakeMessageOf } from '../scheduling/index.ts'
import { sendConfirmation } from './confirmation.ts'
import { type DeliveryParts, reconnectMs, retryMs } from './delivery-parts.ts'
import { type IssueRecord, issueRecord } from './issue.ts'
import { deferMs, IssueRun, type StopOfRun } from './issue-run.ts'
import { listRecord, subscriberRecord } from './list.ts'
import { newsletterTexts } from './texts.ts'
import { tidy } from './tidy.ts'

/** One run sends for so long, and holds the issue for longer: its last letter is decided before another run begins. */
const runMs = 50_000
const leaseMs = 150_000
const pageSize = 25
/** An issue of which nothing could be decided for so long is stopped, and a person is told. */
const giveUpMs = 48 * 3600_000

type Stop = StopOfRun | { readonly kind: 'lost' }

export class Deliverer {
  readonly #parts: DeliveryParts

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  async wake(message: WakeMessageOf<'issue' | 'confirmation' | 'list_cleanup'>): Promise<void> {
    if (message.kind === 'confirmation') return sendConfirmation(this.#parts, message)
    if (message.kind === 'list_cleanup') return tidy(this.#parts, message)
    const claimed = await claim(this.#parts, message, issueRecord, { leaseMs, if: ['state', '=', 'sending'] })
    if (claimed === undefined) return
    const { record: issue, lease } = claimed
    await this.#end(issue, lease, await this.#run(issue, lease))
  }

  async #run(issue: IssueRecord, lease: Lease): Promise<Stop | undefined> {
    const { table, clock, log, channels } = this.#parts
    const { workspaceId, channelId } = issue
    const list = await table.get(keys.list(workspaceId, issue.listId), listRecord)
    if (list === undefined) return { kind: 'refused', reason: newsletterTexts.listGone() }
    let postman: Postman | undefined
    try {
      const { connector, call } = await channels.open(workspaceId, channelId, AbortSignal.timeout(runMs + 40_000))
      postman = await connector.postman?.(call)
      if (postman === undefined)
        return { kind: 'refused', reason: newsletterTexts.sendsNoMail({ network: connector.title }) }
      const run = new IssueRun(this.#parts, postman, issue, list, call.account.handle, lease.untilMs)
      const stop = issue.listed === true ? undefined : await this.#list(run, issue, lease)
      return stop ?? (await this.#deferred(run, issue, lease))
    } catch (error) {
      if (error instanceof AppError && error.code === 'reconnect_needed')
        return { kind: 'wait', until: clock.now() + reconnectMs, failed: false, reason: textOf(error) }
      log.warn('an issue could not go on', { key: issue.key, error: messageOf(error) })
      return { kind: 'wait', until: clock.now() + retryMs, failed: true, reason: textOf(error) }
    } finally {
      postman?.close()
    }
  }

  /** Everybody on the list, page by page. */
  async #list(run: IssueRun, issue: IssueRecord, lease: Lease): Promise<Stop | undefined> {
    const { table, clock } = this.#parts
    const { workspaceId, listId } = issue
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
      for (const { id } of page.items) {
        const stop = await run.one(id)
        if (stop !== undefined) return stop
        if (clock.now() > until) return moreNow(clock.now())
      }
      if (page.next === undefined) return undefined
      position = page.next
      if (!(await this.#keep(lease, { position }))) return { kind: 'lost' }
    }
  }

  /** Those that were put off: once more when all others had theirs, and so on until the tries are used up. */
  async #deferred(run: IssueRun, issue: IssueRecord, lease: Lease): Promise<Stop | undefined> {
    const { table, clock } = this.#parts
    const { workspaceId, key } = issue
    const now = await table.get(keys.issue(workspaceId, key), issueRecord)
    if (now?.deferred !== true) return undefined
    if (issue.listed === true) {
      const until = clock.now() + runMs
      let position: Position | undefined
      do {
        const page = await this.#queued(issue, position)
        for (const id of page.ids) {
          const stop = await run.one(id, { deferredToo: true })
          if (stop !== undefined) return stop
          if (clock.now() > until) return moreNow(clock.now())
        }
        position = page.next
      } while (position !== undefined)
    }
    const { ids } = await this.#queued(issue, undefined)
    if (ids.length === 0) return undefined
    const passes = issue.listed === true ? issue.passes + 1 : 0
    if (!(await this.#keep(lease, { listed: true, passes }))) return { kind: 'lost' }
    const wait = deferMs[Math.min(passes, deferMs.length - 1)] ?? 0
    return { kind: 'wait', until: clock.now() + wait, failed: false, reason: newsletterTexts.addressesDeferred() }
  }

  async #queued({ workspaceId, key }: IssueRecord, start: Position | undefined) {
    const page = await this.#parts.table.query(
      {
        pk: keys.issue(workspaceId, key).pk,
        consistent: true,
        limit: pageSize,
        where: ['state', '=', 'queued'],
        ...(start === undefined ? {} : { start }),
      },
      z.object({ sk: z.string() }),
    )
    return { ids: page.items.map(({ sk }) => sk.replace(/^letter#/, '')), next: page.next }
  }

  async #keep(lease: Lease, set: Item): Promise<boolean> {
    return (await this.#parts.table.write(lease.keeping({ set }))).ok
  }

  /** Undefined: everybody's copy is decided. */
  async #end(issue: IssueRecord, lease: Lease, ended: Stop | undefined): Promise<void> {
    const { table, clock } = this.#parts
    const { workspaceId, key } = issue
    if (ended?.kind === 'lost') return
    const stop = ended?.kind === 'wait' ? await this.#orGivenUp(issue, ended) : ended
    if (stop?.kind !== 'wait') {
      const set =
        stop === undefined ? { state: 'finished' } : { state: 'stopped', reason: stop.reason, stops: issue.stops + 1 }
      await table.write(lease.ending(undefined, { set, remove: ['position'] }), { until: lease.untilMs })
      return
    }
    const failures = stop.failed ? issue.failures + 1 : 0
    const at = Math.max(stop.until, clock.now() + (stop.failed ? Math.min(3600_000, retryMs * failures) : 0))
    const released = await table.write(lease.ending(at, { set: { failures } }), { until: lease.untilMs })
    if (released.ok) await enqueueSoon(this.#parts, [{ kind: 'issue', workspaceId, issueKey: key, wakeAt: iso(at) }])
  }

  /** Waiting has an end: what nothing came of for two days is a person's to mend. */
  async #orGivenUp(
    { workspaceId, key, createdAt }: IssueRecord,
    wait: Extract<StopOfRun, { kind: 'wait' }>,
  ): Promise<StopOfRun> {
    const { table, clock } = this.#parts
    const now = await table.get(keys.issue(workspaceId, key), issueRecord)
    const since = millis(now?.progressAt ?? createdAt)
    return clock.now() - since < giveUpMs
      ? wait
      : { kind: 'refused', reason: newsletterTexts.nothingForTwoDays({ why: wait.reason }) }
  }
}

const moreNow = (now: number): Stop => ({
  kind: 'wait',
  until: now,
  failed: false,
  reason: newsletterTexts.moreToSend(),
})
