import * as z from 'zod'
import { keyInUse } from '../aws/idempotency.ts'
import { branched, branchPartition, keys } from '../aws/keys.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { commonTexts } from '../i18n/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId, type Random } from '../kernel/ids.ts'
import { due, notDue } from '../scheduling/index.ts'
import {
  hashOf,
  type Import,
  type LiftedBounce,
  type List,
  listRecord,
  type NewSubscriber,
  newToken,
  type Proof,
  readAddress,
  type Subscriber,
  type SubscriberRecord,
  sameToken,
  subscriberRecord,
  subscriberSchema,
} from './list.ts'
import { newsletterTexts } from './texts.ts'

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

const known = z.object({ subscriberId: z.string(), listId: z.string() })

/** How long after one letter that asks for confirmation the next may leave: nobody is pestered by a form. */
const askAgainMs = 24 * 3600_000
/** Who never confirmed is forgotten. */
const pendingDays = 30
/** Issues in a row that a mailbox did not take; then the address is given up. Older ones than these days are forgotten. */
const maxSoftBounces = 3
const softBounceDays = 180

export type Gone = 'left' | 'bounced' | 'complained' | 'inactive'

/** Who is on a list, how they got there, and how they leave. */
export class Subscribers {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Somebody asked to be on the list: a letter asks them to confirm (double opt-in). Who is on it already stays as they
   * are, and the answer does not tell: nobody learns by a form who reads what.
   */
  async ask(
    list: List & { readonly workspaceId: string },
    wanted: NewSubscriber,
    extra: (made: Subscriber) => readonly Write[],
  ): Promise<Subscriber> {
    const { clock } = this.#parts
    const now = clock.now()
    const proof: Proof = { at: iso(now), source: wanted.source, wording: list.wording }
    const before = await this.#byAddress(list.workspaceId, list.id, wanted.email)
    if (before?.state === 'subscribed') return this.#unchanged(before, extra)
    const asked = before?.askedAt === undefined ? 0 : millis(before.askedAt)
    if (before?.state === 'pending' && now - asked < askAgainMs) return this.#unchanged(before, extra)
    return this.#put(list, { ...wanted, proof }, before, 'pending', extra)
  }

  /** People whose consent was proved elsewhere. Who left, complained or bounced before is not taken back this way. */
  async import(
    list: List & { readonly workspaceId: string },
    { proof, subscribers }: Import,
    extra: () => readonly Write[] = () => [],
  ): Promise<{ imported: number; already: number; suppressed: number }> {
    const counts = { imported: 0, already: 0, suppressed: 0 }
    for (const { email, name, at } of subscribers) {
      const before = await this.#byAddress(list.workspaceId, list.id, email)
      if (before?.state === 'subscribed') counts.already += 1
      else if (before !== undefined && (before.state !== 'pending' || before.goneBefore !== undefined))
        counts.suppressed += 1
      else {
        const agreedAt = at ?? proof.at
        const { tracking, ...given } = proof
        const proved = {
          ...given,
          at: agreedAt,
          ...(tracking === undefined ? {} : { tracking: { ...tracking, at: agreedAt } }),
        }
        await this.#put(list, { email, name, proof: proved }, before, 'subscribed', () =>
          counts.imported === 0 ? extra() : [],
        )
        counts.imported += 1
      }
    }
    return counts
  }

  /**
   * The link of the confirmation was followed and its button pressed; `tracking` is what they agreed to besides, in the
   * words they saw. Undefined where the link is not (or no longer) good.
   */
  async confirm(
    address: string,
    userAgent: string | undefined,
    tracking?: string | undefined,
  ): Promise<Subscriber | undefined> {
    const { table, clock } = this.#parts
    const found = await this.#of(address, 'confirmToken')
    if (found === undefined) return undefined
    if (found.state === 'subscribed') return subscriberSchema.parse(found)
    if (found.state !== 'pending') return undefined
    const { workspaceId, id, listId } = found
    const at = iso(clock.now())
    const proof: Proof = {
      ...found.proof,
      confirmedAt: at,
      ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 300) }),
      ...(tracking === undefined ? {} : { tracking: { at, wording: tracking } }),
    }
    const done = await table.transact([
      {
        update: keys.subscriber(workspaceId, id),
        set: { state: 'subscribed', proof, lastSignAt: at, tracked: tracking !== undefined },
        remove: ['wakeAt', 'expiresAt', 'goneBefore', ...notDue],
        if: ['state', '=', 'pending'],
      },
      { update: keys.list(workspaceId, listId), add: { subscribers: 1 }, if: ['pk', 'present'] },
      { update: keys.subscriberAddress(workspaceId, found.addressHash, listId), set: {}, remove: ['expiresAt'] },
    ])
    // another press of the same button was first
    return done.ok ? this.get(workspaceId, id) : this.#whenSubscribed(workspaceId, id)
  }

  /**
   * Withdraws that what they open and follow is kept, by the link in a letter: what was kept is erased, and they stay on
   * the list. Undefined where the link is not ours.
   */
  async untrack(address: string): Promise<Subscriber | undefined> {
    const found = await this.#of(address, 'token')
    if (found === undefined) return undefined
    const { workspaceId, id, proof } = found
    if (proof.tracking !== undefined)
      await this.#parts.table.write({
        update: keys.subscriber(workspaceId, id),
        set: {
          tracked: false,
          proof: { ...proof, tracking: { ...proof.tracking, withdrawnAt: iso(this.#parts.clock.now()) } },
        },
        remove: ['activity'],
        if: ['tracked', '=', true],
      })
    return this.get(workspaceId, id)
  }

  /** By the link in a letter. Undefined where the link is not ours; who left before has left. */
  async leave(address: string): Promise<Subscriber | undefined> {
    const found = await this.#of(address, 'token')
    if (found === undefined) return undefined
    await this.gone(found.workspaceId, found.id, 'left')
    return this.get(found.workspaceId, found.id)
  }

  /** Who an address of a page is about, and their list's name; undefined where it is not ours. */
  async about(
    address: string,
    which: 'token' | 'confirmToken',
  ): Promise<{ readonly subscriber: Subscriber; readonly list: List | undefined } | undefined> {
    const found = await this.#of(address, which)
    if (found === undefined) return undefined
    const list = await this.#parts.table.get(keys.list(found.workspaceId, found.listId), listRecord)
    return { subscriber: subscriberSchema.parse(found), list }
  }

  /** Takes somebody off, for good: their address and name are erased, the proof and a hash stay. Done again, changes nothing. */
  async gone(workspaceId: string, id: string, how: Gone, extra: () => readonly Write[] = () => []): Promise<boolean> {
    const { table, clock } = this.#parts
    for (;;) {
      const before = await this.record(workspaceId, id)
      if (before.state !== 'subscribed' && before.state !== 'pending') return false
      const done = await table.transact([
        {
          update: keys.subscriber(workspaceId, id),
          set: { state: how, leftAt: iso(clock.now()), tracked: false, was: before.state },
          remove: ['email', 'name', 'activity', 'confirmToken', 'wakeAt', 'expiresAt', ...notDue],
          if: ['state', '=', before.state],
        },
        {
          update: keys.subscriberAddress(workspaceId, before.addressHash, before.listId),
          set: {},
          remove: ['expiresAt'],
        },
        ...(before.state === 'subscribed'
          ? [{ update: keys.list(workspaceId, before.listId), add: { subscribers: -1 } } as const]
          : []),
        ...extra(),
      ])
      if (done.ok) return true
      if (done.index > 1) throw keyInUse()
    }
  }

  /** The address is surely dead, or somebody complained: it is the same on every list of the workspace. */
  async goneEverywhere(workspaceId: string, addressHash: string, how: 'bounced' | 'complained'): Promise<void> {
    const { pk } = keys.subscriberAddress(workspaceId, addressHash, '')
    const { items } = await this.#parts.table.query({ pk, consistent: true, limit: 100 }, known)
    for (const { subscriberId } of items) await this.gone(workspaceId, subscriberId, how)
  }

  /**
   * A mailbox that exists did not take this issue. Only issues in a row count: one that was taken in between, or time,
   * makes it the first. Reported again, it changes nothing.
   */
  async softBounce(workspaceId: string, id: string, issue: number): Promise<void> {
    const { table, clock } = this.#parts
    const { softBounces, softIssue = 0, softAt, state, addressHash } = await this.record(workspaceId, id)
    if (state !== 'subscribed' || issue <= softIssue) return
    const old = softAt === undefined || clock.now() - millis(softAt) > softBounceDays * 86_400_000
    const count = !old && issue === softIssue + 1 ? softBounces + 1 : 1
    const counted = await table.write({
      update: keys.subscriber(workspaceId, id),
      set: { softBounces: count, softIssue: issue, softAt: iso(clock.now()) },
      if: {
        all: [
          ['state', '=', 'subscribed'],
          {
            any: [
              ['softIssue', 'absent'],
              ['softIssue', '<', issue],
            ],
          },
        ],
      },
    })
    if (counted.ok && count >= maxSoftBounces) await this.goneEverywhere(workspaceId, addressHash, 'bounced')
  }

  /**
   * Takes a bounce back that was a mistake. Nothing else is taken back this way: who left, complained or was erased comes
   * back only by asking and confirming themselves. Throws `not_bounced`, `other_address`.
   */
  async liftBounce(
    workspaceId: string,
    id: string,
    { email, reason }: LiftedBounce,
    by: string,
    extra: () => readonly Write[],
  ): Promise<Subscriber> {
    const { table, clock } = this.#parts
    const before = await this.record(workspaceId, id)
    if (before.state !== 'bounced')
      throw new AppError('conflict', 'not_bounced', newsletterTexts.notBounced({ state: before.state }))
    if (hashOf(workspaceId, email) !== before.addressHash)
      throw new AppError('unprocessable', 'other_address', newsletterTexts.otherAddress(), {
        problems: [{ pointer: '/email', code: 'other_address', message: newsletterTexts.typeAddress() }],
      })
    const at = iso(clock.now())
    const state = before.was ?? 'subscribed'
    const asking = state === 'pending' ? { confirmToken: newToken(), ...askNow(workspaceId, id, clock.now()) } : {}
    const done = await table.transact([
      {
        update: keys.subscriber(workspaceId, id),
        set: { state, email: email.trim(), lifted: { at, by, reason }, softBounces: 0, ...asking },
        remove: ['leftAt', 'was'],
        if: ['state', '=', 'bounced'],
      },
      state === 'subscribed'
        ? { update: keys.list(workspaceId, before.listId), add: { subscribers: 1 }, if: ['pk', 'present'] }
        : { check: keys.list(workspaceId, before.listId), if: ['pk', 'present'] },
      ...extra(),
    ])
    if (done.ok) return this.get(workspaceId, id)
    if (done.index > 1) throw keyInUse()
    throw changedMeanwhile()
  }

  async get(workspaceId: string, id: string): Promise<Subscriber> {
    return subscriberSchema.parse(await this.record(workspaceId, id))
  }

  async record(workspaceId: string, id: string): Promise<SubscriberRecord> {
    const found = await this.#parts.table.get(keys.subscriber(workspaceId, id), subscriberRecord)
    if (found === undefined) throw notFound('subscriber', id)
    return found
  }

  /** Newest first. */
  async list(
    workspaceId: string,
    listId: string,
    state: Subscriber['state'] | undefined,
    limit: number,
    start?: Position,
  ): Promise<Page<Subscriber>> {
    return this.#parts.table.query(
      {
        pk: branchPartition(workspaceId, listId, 'subscribers'),
        index: 'branch',
        newestFirst: true,
        limit,
        ...(state === undefined ? {} : { where: ['state', '=', state] as const }),
        ...(start === undefined ? {} : { start }),
      },
      subscriberSchema,
    )
  }

  async #put(
    list: List & { readonly workspaceId: string },
    { email, name, proof }: { email: string; name?: string | undefined; proof: Proof },
    before: SubscriberRecord | undefined,
    state: 'pending' | 'subscribed',
    extra: (made: Subscriber) => readonly Write[],
  ): Promise<Subscriber> {
    const { table, clock, random } = this.#parts
    const { workspaceId } = list
    const now = clock.now()
    const at = iso(now)
    const id = before?.id ?? newId('subscriber', now, random)
    const addressHash = hashOf(workspaceId, email)
    // What nobody confirms is forgotten, but for who left before: that they did is kept.
    const expiresAt =
      state === 'pending' && (before === undefined || before.state === 'pending')
        ? Math.floor(now / 1000) + pendingDays * 86_400
        : undefined
    const subscriber: SubscriberRecord = {
      workspaceId,
      id,
      listId: list.id,
      state,
      email: email.trim(),
      ...(name === undefined ? {} : { name }),
      proof,
      lastSignAt: at,
      tracked: state === 'subscribed' && proof.tracking !== undefined,
      createdAt: before?.createdAt ?? at,
      token: before?.token ?? newToken(),
      addressHash,
      softBounces: 0,
      ...(state === 'pending' && before !== undefined && before.state !== 'pending'
        ? { goneBefore: before.state }
        : before?.goneBefore === undefined || state !== 'pending'
          ? {}
          : { goneBefore: before.goneBefore }),
      ...(state === 'pending' ? { confirmToken: newToken(), wakeAt: at } : {}),
    }
    const forgotten = expiresAt === undefined ? {} : { expiresAt }
    const done = await table.transact([
      {
        put: {
          ...keys.subscriber(workspaceId, id),
          ...branched(workspaceId, list.id, 'subscribers', subscriber.createdAt, id),
          ...subscriber,
          ...forgotten,
          ...(state === 'pending' ? askNow(workspaceId, id, clock.now()) : {}),
        },
        if: before === undefined ? ['pk', 'absent'] : ['state', '=', before.state],
      },
      {
        put: {
          ...keys.subscriberAddress(workspaceId, addressHash, list.id),
          subscriberId: id,
          listId: list.id,
          ...forgotten,
        },
        if: {
          any: [
            ['pk', 'absent'],
            ['subscriberId', '=', id],
            ['expiresAt', '<', Math.floor(now / 1000)],
          ],
        },
      },
      state === 'subscribed'
        ? { update: keys.list(workspaceId, list.id), add: { subscribers: 1 }, if: ['pk', 'present'] }
        : { check: keys.list(workspaceId, list.id), if: ['pk', 'present'] },
      ...extra(withoutAddress(subscriber)),
    ])
    if (done.ok) return subscriberSchema.parse(subscriber)
    if (done.index > 2) throw keyInUse()
    throw changedMeanwhile()
  }

  async #unchanged(record: SubscriberRecord, extra: (made: Subscriber) => readonly Write[]): Promise<Subscriber> {
    const writes = extra(withoutAddress(record))
    if (writes.length > 0 && !(await this.#parts.table.transact(writes)).ok) throw keyInUse()
    return subscriberSchema.parse(record)
  }

  async #byAddress(workspaceId: string, listId: string, email: string): Promise<SubscriberRecord | undefined> {
    const { table } = this.#parts
    const found = await table.get(keys.subscriberAddress(workspaceId, hashOf(workspaceId, email), listId), known)
    return found === undefined
      ? undefined
      : table.get(keys.subscriber(workspaceId, found.subscriberId), subscriberRecord)
  }

  async #of(address: string, which: 'token' | 'confirmToken'): Promise<SubscriberRecord | undefined> {
    const read = readAddress(address)
    if (read === undefined) return undefined
    const found = await this.#parts.table.get(keys.subscriber(read.workspaceId, read.id), subscriberRecord)
    return found !== undefined && sameToken(read.token, found[which]) ? found : undefined
  }

  async #whenSubscribed(workspaceId: string, id: string): Promise<Subscriber | undefined> {
    const now = await this.get(workspaceId, id)
    return now.state === 'subscribed' ? now : undefined
  }
}

const changedMeanwhile = () => new AppError('conflict', 'subscriber_changed', commonTexts.changedMeanwhile())

/** What is kept elsewhere (the answer to a repeated call) must not outlive the person's leaving. */
function withoutAddress(record: SubscriberRecord): Subscriber {
  const { email: _, name: __, ...rest } = subscriberSchema.parse(record)
  return rest
}

/** A letter asks them to confirm, as soon as a tick finds it. */
const askNow = (workspaceId: string, subscriberId: string, now: number) =>
  due({ kind: 'confirmation', workspaceId, subscriberId }, now, now).set
