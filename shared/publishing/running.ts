import { keys } from '../aws/keys.ts'
import type { Patience } from '../aws/table.ts'
import type { Channel, OpenChannel } from '../channels/index.ts'
import { type Text, textOf } from '../i18n/index.ts'
import { iso, millis } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import {
  type AnyConnector,
  type Checkpoint,
  type Content,
  type Found,
  LeaseLost,
  type Live,
  type Outcome,
  type Prepared,
  type Progress,
  type Removal,
} from '../networks/network.ts'
import { blockedUntil, takeToken } from './bucket.ts'
import { loadMedia, mediaIdsOf } from './compose.ts'
import { storedLive } from './decide/decision.ts'
import type { OwnLimit } from './decide/send.ts'
import { publicationOfLive } from './find.ts'
import { fittedContent, type Unfit } from './fitting.ts'
import type { Change, PublicationRecord } from './record.ts'
import type { SenderParts } from './sender.ts'
import { costOf, monthlyCapOf, nextMonth, overCap, reserve } from './spending.ts'
import { publishingTexts } from './texts.ts'
import type { Writer } from './writer.ts'

/** What ends a call from outside: its time was up, its credentials are dead, or it threw what it should not. */
export type Interrupted = Extract<Outcome, { kind: 'reauthorize' | 'unknown' }>

type Limited = Extract<Outcome, { kind: 'limited' }>

/** The call is aborted this long before the lease ends, so that its outcome can still be written. */
const abortMarginMs = 10_000

/** A person asked to stop it before its call was made. */
export class Stopped extends Error {}

/** One claimed attempt: does the work ahead, or holds until the instant and calls; answers what came of it. */
export class Running {
  /** As the attempt's own writes have left it. */
  record: PublicationRecord
  /** When the first visible call started, if it was in this attempt. */
  startedAt: string | undefined
  open: OpenChannel | undefined
  /** Its time was up after it had saved a checkpoint: there is more to do of something long. */
  cutOff = false
  #saved = false
  readonly #parts: SenderParts
  readonly #writer: Writer
  readonly #connector: AnyConnector
  readonly #abort = new AbortController()

  constructor(parts: SenderParts, writer: Writer, connector: AnyConnector, claimed: PublicationRecord) {
    this.#parts = parts
    this.#writer = writer
    this.#connector = connector
    this.record = claimed
  }

  /** Does ahead what can be done without anything being visible. Throws {@link LeaseLost} like every attempt. */
  prepare(channel: Channel | undefined): Promise<Prepared | Interrupted> {
    const prepare = this.#connector.prepare?.bind(this.#connector)
    if (channel === undefined) return Promise.resolve(rejected('permission', publishingTexts.channelGone()))
    if (prepare === undefined)
      return Promise.resolve({
        kind: 'transient',
        message: publishingTexts.nothingToPrepare({ network: this.#connector.title }),
      })
    return this.#bounded(async () => {
      const blocked = await this.#blocked()
      if (blocked !== undefined) return blocked
      const [open, content] = await Promise.all([this.#opened(), this.#content(channel)])
      if ('cannot' in content) return rejected('invalid', content.cannot)
      return prepare(this.#working(open, content))
    })
  }

  /** Sends it. Throws {@link LeaseLost} when another attempt has taken over. */
  send(channel: Channel | undefined): Promise<Outcome | OwnLimit> {
    if (channel === undefined) return Promise.resolve(rejected('permission', publishingTexts.channelGone()))
    return this.#bounded(async () => {
      const limited = await this.#limited()
      if (limited !== undefined) return limited
      const [open, content] = await Promise.all([this.#opened(), this.#content(channel)])
      if ('cannot' in content) return rejected('invalid', content.cannot)
      const unpaid = await this.#reserved(channel, content)
      if (unpaid !== undefined) return unpaid
      return this.#connector.publish({
        ...this.#working(open, content),
        begin: (step: string) => this.#begin(step),
      })
    })
  }

  /** Looks a lost publication up. */
  find(channel: Channel | undefined): Promise<Found | Interrupted> {
    const find = this.#connector.find?.bind(this.#connector)
    if (channel === undefined) return Promise.resolve({ kind: 'unable', message: publishingTexts.channelGone() })
    // without a look-up of its own, sending again under the same key is the look-up
    if (find === undefined) return Promise.resolve({ kind: 'absent' })
    return this.#bounded(async () => {
      const [open, content] = await Promise.all([this.#opened(), this.#content(channel)])
      if ('cannot' in content) return { kind: 'unable', message: content.cannot } as const
      return find({
        ...this.#about(open, content),
        since: millis(this.record.unknown?.since ?? this.record.createdAt),
        taken: async (externalId: string) => {
          const { workspaceId, channelId, id } = this.record
          const owner = await publicationOfLive(this.#parts.table, workspaceId, channelId, externalId)
          return owner !== undefined && owner !== id
        },
      })
    })
  }

  /** Removes it from the network. */
  remove(channel: Channel | undefined): Promise<Removal> {
    const remove = this.#connector.remove?.bind(this.#connector)
    const { live } = this.record
    // a part of it may be there, and nobody knows which
    if (live === undefined && this.record.before === 'partial')
      return Promise.resolve(rejected('permission', publishingTexts.deleteThere({ network: this.#connector.title })))
    if (live === undefined) return Promise.resolve({ kind: 'deleted' })
    if (channel === undefined) return Promise.resolve(rejected('permission', publishingTexts.channelGone()))
    if (remove === undefined)
      return Promise.resolve(rejected('permission', publishingTexts.deleteThere({ network: this.#connector.title })))
    return this.#bounded(async () => remove((await this.#opened()).call, live))
  }

  /** What a call knows of the publication. */
  #about(open: OpenChannel, content: Content) {
    return {
      ...open.call,
      content,
      // stable per publication and content, never per attempt
      key: `${this.record.id}.${this.record.contentVersion}`,
      dueAt: millis(this.record.dueAt ?? this.record.createdAt),
      checkpoint: this.record.checkpoint,
    }
  }

  /** … and, of one that does something, how it keeps where it stands. */
  #working(open: OpenChannel, content: Content) {
    return {
      ...this.#about(open, content),
      saveCheckpoint: (checkpoint: Checkpoint, progress?: Progress, live?: Live) =>
        this.#save(checkpoint, progress, live),
    }
  }

  async #save(checkpoint: Checkpoint, progress?: Progress, live?: Live): Promise<void> {
    const at = iso(this.#parts.clock.now())
    // a checkpoint is what a network answered
    const until = millis(this.record.leaseUntil ?? '')
    await this.#change(
      {
        checkpoint,
        visible: this.record.visible || this.record.run?.step !== undefined,
        run: settled(this.record.run),
        ...(progress === undefined ? {} : { progress: { ...progress, at } }),
        ...(live === undefined ? {} : { live: storedLive(live) }),
      },
      { until },
    )
    this.#saved = true
  }

  async #opened(): Promise<OpenChannel> {
    const { workspaceId, channelId } = this.record
    this.open = await this.#parts.channels.open(workspaceId, channelId, this.#abort.signal)
    return this.open
  }

  /** The content with its media, or why it cannot be had. */
  async #content(channel: Channel): Promise<Content | Unfit> {
    const { workspaceId, content } = this.record
    const ids = mediaIdsOf(content)
    const media = await loadMedia(this.#parts.media, workspaceId, ids)
    const missing = ids.find((id) => !media.has(id))
    if (missing !== undefined) return { cannot: publishingTexts.mediumGone({ id: missing }) }
    return fittedContent(content, media, channel.limits ?? this.#connector.limits)
  }

  /** What a send may not do yet. It takes a token of the channel's bucket. */
  async #limited(): Promise<Limited | undefined> {
    const { table, clock } = this.#parts
    const { workspaceId, channelId, network } = this.record
    const app = await blockedUntil(table, keys.appBucket(network), clock.now())
    if (app !== undefined) return this.#fullUntil('app', app)
    const rate = this.#connector.capabilities.rate
    const taken = await takeToken(table, keys.channelBucket(workspaceId, channelId), rate, clock.now())
    return taken.ok ? undefined : this.#fullUntil('channel', taken.until)
  }

  /** Reserves what it costs, or says why the channel's cap does not allow it. */
  async #reserved({ settings }: Channel, content: Content): Promise<OwnLimit | undefined> {
    const cost = costOf(this.#connector, settings, content)
    if (cost === undefined) return undefined
    const now = this.#parts.clock.now()
    const cap = monthlyCapOf(settings)
    const reserved = await reserve(this.#parts.table, this.record, cost, cap, now)
    if (reserved === 'lost') throw new LeaseLost()
    if ('spent' in reserved) {
      const message = overCap(cost, cap ?? 0, reserved.spent)
      return { kind: 'limited', scope: 'channel', reason: 'quota', until: nextMonth(now), message, own: true }
    }
    this.record = reserved.record
    return undefined
  }

  /** Whether the network asked for silence. Takes no token: only sends are counted. */
  async #blocked(): Promise<Limited | undefined> {
    const { table, clock } = this.#parts
    const { workspaceId, channelId, network } = this.record
    const [app, channel] = await Promise.all([
      blockedUntil(table, keys.appBucket(network), clock.now()),
      blockedUntil(table, keys.channelBucket(workspaceId, channelId), clock.now()),
    ])
    if (app !== undefined) return this.#fullUntil('app', app)
    return channel === undefined ? undefined : this.#fullUntil('channel', channel)
  }

  #fullUntil(scope: 'app' | 'channel', until: number): Limited {
    const message = publishingTexts.full({ network: this.#connector.title, scope, until })
    return { kind: 'limited', until, scope, message }
  }

  async #begin(step: string): Promise<void> {
    const { clock } = this.#parts
    const early = millis(this.record.dueAt ?? '') - clock.now()
    if (early > 0) await clock.sleep(early, this.#abort.signal)
    const { run } = this.record
    if (run === undefined) throw new LeaseLost()
    const first = this.record.startedAt === undefined
    const at = iso(clock.now())
    await this.#change(
      {
        run: { ...run, step, stepAt: at },
        startedAt: this.record.startedAt ?? at,
        firstCallAt: this.record.firstCallAt ?? at,
      },
      { unlessStopped: true },
    )
    // the call starts only now, after the write: the outcome's write says so to the millisecond
    if (first) this.startedAt = iso(clock.now())
    if (!this.record.visible && this.record.retries === 0 && this.record.unknown === undefined)
      this.#parts.lateness?.(clock.now() - millis(this.record.dueAt ?? ''))
  }

  async #change(change: Change, options: Patience & { readonly unlessStopped?: boolean } = {}): Promise<void> {
    if (this.#parts.clock.now() >= millis(this.record.leaseUntil ?? '')) throw new LeaseLost()
    const written = await this.#writer.change(this.record, change, options)
    if (written === undefined) throw new LeaseLost()
    if (written === 'stopped') throw new Stopped()
    this.record = written
  }

  /** Ends before the lease does, and turns whatever is thrown into an outcome. */
  async #bounded<T>(call: () => Promise<T>): Promise<T | Interrupted> {
    const { clock } = this.#parts
    const done = new AbortController()
    const end = millis(this.record.leaseUntil ?? '') - abortMarginMs
    const timeUp = clock.sleep(end - clock.now(), done.signal).then(
      (): Interrupted => {
        this.cutOff = this.#saved
        this.#abort.abort(new Error('the time of this attempt is up'))
        return { kind: 'unknown', message: publishingTexts.noAnswerInTime() }
      },
      () => new Promise<never>(() => {}),
    )
    try {
      return await Promise.race([call(), timeUp])
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof Stopped) throw error
      if (error instanceof AppError && error.code === 'reconnect_needed')
        return { kind: 'reauthorize', message: error.text }
      this.#parts.log.error('an attempt failed unexpectedly', { publicationId: this.record.id, error })
      return { kind: 'unknown', message: textOf(error) }
    } finally {
      done.abort()
    }
  }
}

const settled = (run: PublicationRecord['run']) =>
  run === undefined
    ? undefined
    : { attempt: run.attempt, claimedAt: run.claimedAt, contentVersion: run.contentVersion, purpose: run.purpose }

const rejected = (reason: 'permission' | 'invalid', message: Text) => ({ kind: 'rejected', reason, message }) as const
