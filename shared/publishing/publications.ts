import { changedMeanwhile, commit, commitChange, staleVersion } from '../aws/commit.ts'
import type { Condition } from '../aws/expression.ts'
import { branchPartition, keys, listPartition } from '../aws/keys.ts'
import type { Page, Position } from '../aws/table.ts'
import { iso, millis } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { isPostAddress } from '../networks/post-address.ts'
import { type Attempt, attemptsOf } from './attempt.ts'
import { demandDraft } from './drafts-only.ts'
import {
  isInDoubt,
  letGo,
  refused,
  toCancel,
  toDone,
  toPublished,
  toRemove,
  toResend,
  toRetry,
  toUndone,
} from './edits.ts'
import { isKnown } from './known.ts'
import { droppingPrepared } from './leftover.ts'
import type { Author, PublishingParts } from './parts.ts'
import { type CheckedPublication, Posts } from './posts.ts'
import type { LatePolicy, Publication, PublicationState } from './publication.ts'
import {
  type Change,
  changed,
  changing,
  type PublicationRecord,
  publicationRecord,
  recordOf,
  viewOf,
} from './record.ts'
import type { ScheduleInput } from './schedule.ts'
import { publishingTexts } from './texts.ts'
import { mayBecome } from './transitions.ts'
import type { Resolution } from './view.ts'
import { enqueueWakeUps } from './wake-up.ts'
import { eventOf, ownLive, ownParts, settledOf } from './writer.ts'

export interface PublicationFilter {
  readonly state?: readonly PublicationState[] | undefined
  readonly channelId?: string | undefined
  /** Bounds of the due instant (UTC, inclusive). */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What a person says of what they published. */
interface Done {
  readonly url?: string | undefined
  readonly externalId?: string | undefined
  readonly contentVersion?: number | undefined
  readonly by?: string | undefined
  readonly ifMatch?: number | undefined
}

const maxTries = 4

/** What people do with single publications. */
export class Publications {
  readonly #parts: PublishingParts

  constructor(parts: PublishingParts) {
    this.#parts = parts
  }

  async get(workspaceId: string, id: string): Promise<{ publication: Publication; attempts: Attempt[] }> {
    const record = await recordOf(this.#parts.table, workspaceId, id)
    return { publication: viewOf(record), attempts: await attemptsOf(this.#parts.table, workspaceId, id) }
  }

  /** By due instant, earliest first unless `newestFirst`. */
  async list(
    workspaceId: string,
    filter: PublicationFilter,
    page: { limit: number; start?: Position; newestFirst?: boolean },
  ): Promise<Page<Publication>> {
    const where: Condition | undefined = filter.state === undefined ? undefined : ['state', 'in', filter.state]
    const found = await this.#parts.table.query(
      {
        ...(filter.channelId === undefined
          ? { index: 'list' as const, pk: listPartition(workspaceId, 'publications') }
          : { index: 'branch' as const, pk: branchPartition(workspaceId, filter.channelId, 'publications') }),
        ...(filter.from === undefined ? {} : { from: iso(millis(filter.from)) }),
        // a sort key is `<instant>#<id>`: the tilde sorts after every id
        ...(filter.to === undefined ? {} : { to: `${iso(millis(filter.to))}~` }),
        ...(where === undefined ? {} : { where }),
        ...page,
      },
      publicationRecord,
    )
    return { ...found, items: found.items.map(viewOf) }
  }

  /** Gives its variant a schedule of its own. */
  schedule(
    workspaceId: string,
    id: string,
    actor: Author,
    input: ScheduleInput,
    latePolicy?: LatePolicy,
    ifMatch?: number,
  ): Promise<CheckedPublication> {
    const by = { actor, action: 'publication.scheduled' }
    const patch = { schedule: input, ...(latePolicy === undefined ? {} : { latePolicy }) }
    return new Posts(this.#parts).editPublication(workspaceId, id, by, patch, ifMatch)
  }

  /**
   * Calls it off. While a call is out, or its answer is not known, this is a request: nothing more of it is sent, and what
   * became of it follows.
   */
  async cancel(workspaceId: string, id: string, actor: Author, ifMatch?: number): Promise<Publication> {
    for (let tries = 0; tries < maxTries; tries++) {
      const record = await recordOf(this.#parts.table, workspaceId, id)
      if (record.state !== 'sending') {
        try {
          return await this.#act(workspaceId, id, actor, 'publication.cancelled', ifMatch, toCancel)
        } catch (error) {
          // it was claimed in between
          if (error instanceof AppError && error.code === 'publication_sending') continue
          throw error
        }
      }
      if (ifMatch !== undefined && ifMatch !== record.version) throw staleVersion(record.version)
      if (await this.#requestStop(record, actor)) return viewOf(await recordOf(this.#parts.table, workspaceId, id))
    }
    throw changedMeanwhile()
  }

  /** False if somebody else wrote in between. The version stays: the attempt under way keeps its claim. */
  async #requestStop(record: PublicationRecord, actor: Author): Promise<boolean> {
    demandDraft(actor, record, record)
    const { clock } = this.#parts
    const { workspaceId, id } = record
    const now = clock.now()
    const requested = {
      update: keys.publication(workspaceId, id),
      set: { stopRequestedAt: record.stopRequestedAt ?? iso(now) },
      if: ['version', '=', record.version],
    } as const
    const about = { workspaceId, by: actor, action: 'publication.stop_requested', subject: id }
    return (await commit(this.#parts, { ...about, writes: [requested] })) === 'committed'
  }

  retry(workspaceId: string, id: string, actor: Author, ifMatch?: number): Promise<Publication> {
    return this.#act(workspaceId, id, actor, 'publication.retried', ifMatch, (record) =>
      toRetry(record, this.#parts.clock.now()),
    )
  }

  /** Removes it from its network; the answer is `deleting`, and `deleted` follows. */
  remove(workspaceId: string, id: string, actor: Author, ifMatch?: number): Promise<Publication> {
    return this.#act(workspaceId, id, actor, 'publication.removed', ifMatch, async (record) => {
      const change = toRemove(record, this.#parts.clock.now())
      const connector = await this.#parts.connectorOf(record.network)
      if (connector.remove === undefined || !isKnown(record))
        throw new AppError(
          'conflict',
          'network_cannot_delete',
          publishingTexts.deleteThere({ network: connector.title }),
        )
      return change
    })
  }

  /** Settles an unconfirmed one by what a person saw, or one that was handed over by what a person did. */
  async resolve(
    workspaceId: string,
    id: string,
    actor: Author,
    resolution: Resolution,
    ifMatch?: number,
  ): Promise<Publication> {
    const { clock } = this.#parts
    if ('published' in resolution && (await recordOf(this.#parts.table, workspaceId, id)).state === 'handed_over')
      return this.done(workspaceId, id, actor, { ...resolution.published, by: actor.name, ifMatch })
    const externalId = 'published' in resolution ? resolution.published.externalId : undefined
    const decide = (record: PublicationRecord): Change => {
      const byHand = record.state === 'handed_over' && 'cancel' in resolution
      if (!isInDoubt(record) && !byHand) throw refused(record, 'resolve')
      if ('resend' in resolution) return toResend(record, clock.now())
      if ('cancel' in resolution) return byHand ? toCancel(record) : letGo(record)
      return toPublished(record, resolution.published, clock.now())
    }
    return this.#act(workspaceId, id, actor, 'publication.resolved', ifMatch, decide, externalId)
  }

  /**
   * A person published what was handed over to them. Its id on the network is read off `url` where that can be done; then
   * it is measured and its comments are found like any other's. `contentVersion`: what they saw. Throws
   * `handover_outdated` where that was edited meanwhile, `live_elsewhere`, `not_a_post_address`, and `conflict` where it is no longer theirs.
   */
  async done(workspaceId: string, id: string, actor: Author, said: Done): Promise<Publication> {
    const { clock, connectorOf, channels } = this.#parts
    const { network, channelId } = await recordOf(this.#parts.table, workspaceId, id)
    const { url } = said
    const [connector, [channel]] = await Promise.all([
      connectorOf(network),
      channels.findMany(workspaceId, [channelId]),
    ])
    const address = url === undefined ? undefined : new URL(url)
    const { postAddress, title } = connector
    if (address !== undefined && channel !== undefined && postAddress !== undefined)
      if (!isPostAddress(address, postAddress, channel.account)) throw notOfNetwork(title, postAddress.example)
    const read =
      address === undefined || channel === undefined ? undefined : connector.externalIdOf?.(address, channel.account)
    const externalId = said.externalId ?? read
    return this.#act(
      workspaceId,
      id,
      actor,
      'publication.done_by_hand',
      said.ifMatch,
      (record) => {
        current(record, said.contentVersion)
        return toDone(record, { url, externalId }, said.by, clock.now())
      },
      externalId,
    )
  }

  /** A person could not publish what was handed over to them. */
  undone(
    workspaceId: string,
    id: string,
    actor: Author,
    said: { readonly why: string; readonly by?: string | undefined },
  ): Promise<Publication> {
    return this.#act(workspaceId, id, actor, 'publication.given_back', undefined, (record) =>
      toUndone(record, said.why, said.by, this.#parts.clock.now()),
    )
  }

  /**
   * One change of one publication, its event and its audit; read again if the machine wrote in between. `live`: the
   * network's post it is from now on.
   */
  async #act(
    workspaceId: string,
    id: string,
    actor: Author,
    action: string,
    ifMatch: number | undefined,
    decide: (record: PublicationRecord) => Change | Promise<Change>,
    live?: string,
  ): Promise<Publication> {
    const { clock, random } = this.#parts
    const read = () => recordOf(this.#parts.table, workspaceId, id)
    const next = await commitChange(
      this.#parts,
      { workspaceId, by: actor, action, subject: id, ifMatch },
      read,
      async (record) => {
        const asked = await decide(record)
        const now = clock.now()
        const connector = await this.#parts.connectorOf(record.network)
        const { change, writes: dropped } = droppingPrepared(record, asked, connector, now)
        if (change.state !== undefined && !mayBecome(record.state, change.state)) throw refused(record, 'change')
        const next = changed(record, change, iso(now))
        demandDraft(actor, record, next)
        return {
          answer: next,
          events: [eventOf(record, next, now, random), settledOf([[record, next]], now, random)],
          writes: [
            changing(record, change, iso(now)),
            ...dropped,
            ...ownParts(record, next),
            // only what is sent again becomes `scheduled` here
            ...(next.state === 'scheduled' ? [{ write: postIsThere(record), or: () => postGone(record) }] : []),
            ...(live === undefined ? [] : [{ write: ownLive(record, live), or: () => takenLive(live) }]),
          ],
        }
      },
    )
    await enqueueWakeUps(this.#parts, [next])
    return viewOf(next)
  }
}

function current({ contentVersion }: PublicationRecord, seen: number | undefined): void {
  if (seen !== undefined && seen !== contentVersion)
    throw new AppError('conflict', 'handover_outdated', publishingTexts.handoverOutdated())
}

const notOfNetwork = (network: string, example: string) =>
  new AppError('conflict', 'not_a_post_address', publishingTexts.notAPostAddress({ network, example }))

const postIsThere = ({ workspaceId, postId }: PublicationRecord) =>
  ({ check: keys.post(workspaceId, postId), if: ['state', '=', 'active'] }) as const

const postGone = ({ id }: PublicationRecord) =>
  new AppError('conflict', 'post_deleted', publishingTexts.postGone({ id }))

const takenLive = (externalId: string) =>
  new AppError('conflict', 'live_elsewhere', publishingTexts.liveElsewhere({ externalId }))
