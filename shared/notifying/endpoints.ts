import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { fenceFailed, staleVersion } from '../aws/commit.ts'
import { keyInUse } from '../aws/idempotency.ts'
import { keys, listed, listPartition } from '../aws/keys.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId, type Random } from '../kernel/ids.ts'
import {
  type Endpoint,
  type EndpointRecord,
  endpointRecord,
  endpointSchema,
  eventFilter,
  secretContext,
} from './endpoint.ts'
import { endpointIsSettled } from './health.ts'
import { notifyingTexts } from './texts.ts'

const url = z.url().max(2048)
const events = z.array(eventFilter).min(1).max(50)
const description = z.string().trim().min(1).max(500)

export const newEndpoint = z.object({ url, events, description: description.optional() })
export type NewEndpoint = z.infer<typeof newEndpoint>

export const endpointChange = z.object({
  url: url.optional(),
  events: events.optional(),
  description: description.nullable().optional(),
  state: z.enum(['active', 'disabled']).optional(),
})
export type EndpointChange = z.infer<typeof endpointChange>

/** Encrypts what is stored; bound to its context. */
export interface Sealer {
  seal(text: string, context: readonly string[]): Promise<string>
}

interface Parts {
  readonly table: Table
  readonly cipher: Sealer
  readonly clock: Clock
  readonly random: Random
  /** Throws an AppError if Parvis would not connect to this address. */
  checkAddress(url: string): Promise<void>
}

/** Every event costs a write per endpoint that wants it. */
const maxEndpoints = 20
export const oldSecretMs = 24 * 3600_000

/** Not the injected randomness: whoever can tell a secret can sign. Standard Webhooks asks for 24 to 64 bytes. */
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`

/** The webhook endpoints of the workspaces. `extra` writes (audit, idempotency) go into the same transaction. */
export class EndpointStore {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The endpoint and its secret, which is never answered again. Throws `receiver_refused`, `too_many_endpoints`. */
  async create(
    workspaceId: string,
    wanted: NewEndpoint,
    extra: (endpoint: Endpoint) => readonly Write[],
  ): Promise<{ endpoint: Endpoint; secret: string }> {
    const { table, cipher, clock, random, checkAddress } = this.#parts
    await checkAddress(wanted.url)
    if ((await this.list(workspaceId, maxEndpoints)).items.length >= maxEndpoints)
      throw new AppError('conflict', 'too_many_endpoints', notifyingTexts.tooManyEndpoints({ max: maxEndpoints }))
    const now = clock.now()
    const id = newId('endpoint', now, random)
    const secret = newSecret()
    const endpoint: Endpoint = {
      id,
      workspaceId,
      url: wanted.url,
      events: wanted.events,
      ...(wanted.description === undefined ? {} : { description: wanted.description }),
      state: 'active',
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    }
    const sealed = await cipher.seal(secret, secretContext(workspaceId, id))
    const result = await table.transact([
      {
        put: {
          ...keys.endpoint(workspaceId, id),
          ...listed(workspaceId, 'endpoints', endpoint.createdAt, id),
          ...endpoint,
          secret: sealed,
          failures: 0,
        },
        if: ['pk', 'absent'],
      },
      ...extra(endpoint),
    ])
    if (!result.ok) throw keyInUse()
    return { endpoint, secret }
  }

  async get(workspaceId: string, id: string): Promise<Endpoint> {
    return viewOf(await this.#record(workspaceId, id))
  }

  /** Newest first. */
  list(workspaceId: string, limit: number, start?: Position): Promise<Page<Endpoint>> {
    return this.#parts.table.query(
      {
        pk: listPartition(workspaceId, 'endpoints'),
        index: 'list',
        newestFirst: true,
        limit,
        ...(start === undefined ? {} : { start }),
      },
      endpointSchema,
    )
  }

  /** `state: active` also forgets its failures. Throws `stale_version` if it is not at `ifMatch`. */
  async change(
    workspaceId: string,
    id: string,
    change: EndpointChange,
    ifMatch: number | undefined,
    extra: (endpoint: Endpoint) => readonly Write[],
  ): Promise<Endpoint> {
    const { clock, checkAddress } = this.#parts
    const before = await this.#record(workspaceId, id, ifMatch)
    if (change.url !== undefined && change.url !== before.url) await checkAddress(change.url)
    const { description: oldDescription, stateReason, failingSince, ...rest } = viewOf(before)
    const description = change.description === undefined ? oldDescription : (change.description ?? undefined)
    const revived = change.state === 'active' && before.state === 'disabled'
    const next: Endpoint = {
      ...rest,
      url: change.url ?? before.url,
      events: change.events ?? before.events,
      state: change.state ?? before.state,
      ...(description === undefined ? {} : { description }),
      ...(stateReason === undefined || change.state !== undefined ? {} : { stateReason }),
      ...(failingSince === undefined || revived ? {} : { failingSince }),
      version: before.version + 1,
      updatedAt: iso(clock.now()),
    }
    const settles = change.state !== undefined && wasTold(before)
    const writes = (endpoint: Endpoint) => [
      ...extra(endpoint),
      ...(settles ? [endpointIsSettled(this.#parts, before, next.version)] : []),
    ]
    const update = {
      set: { ...next, ...(revived ? { failures: 0 } : {}) },
      remove: [
        ...(next.description === undefined ? ['description'] : []),
        ...(next.stateReason === undefined ? ['stateReason'] : []),
        ...(revived ? ['failingSince', 'told'] : []),
      ],
    }
    return this.#write(before, next, writes, update, ifMatch)
  }

  /** A new secret, answered once. The one before it signs too for 24 hours, so that receivers can change over. */
  async rotate(
    workspaceId: string,
    id: string,
    extra: (endpoint: Endpoint) => readonly Write[],
  ): Promise<{ endpoint: Endpoint; secret: string }> {
    const { cipher, clock } = this.#parts
    const before = await this.#record(workspaceId, id)
    const secret = newSecret()
    const now = clock.now()
    const next: Endpoint = {
      ...viewOf(before),
      oldSecretUntil: iso(now + oldSecretMs),
      version: before.version + 1,
      updatedAt: iso(now),
    }
    const sealed = await cipher.seal(secret, secretContext(workspaceId, id))
    const endpoint = await this.#write(before, next, extra, {
      set: { ...next, secret: sealed, oldSecret: before.secret },
      remove: [],
    })
    return { endpoint, secret }
  }

  /** What was on its way to it is given up at its next try. */
  async remove(
    workspaceId: string,
    id: string,
    ifMatch: number | undefined,
    extra: () => readonly Write[],
  ): Promise<void> {
    const before = await this.#record(workspaceId, id, ifMatch)
    const result = await this.#parts.table.transact([
      { delete: keys.endpoint(workspaceId, id), if: ['version', '=', before.version] },
      ...(wasTold(before) ? [endpointIsSettled(this.#parts, before, before.version + 1)] : []),
      ...extra(),
    ])
    if (!result.ok) throw fenceFailed(ifMatch, result.item)
  }

  async #write(
    before: EndpointRecord,
    next: Endpoint,
    extra: (endpoint: Endpoint) => readonly Write[],
    update: { readonly set: Readonly<Record<string, unknown>>; readonly remove: readonly string[] },
    ifMatch?: number,
  ): Promise<Endpoint> {
    // `failingSince` belongs to the deliverer, which writes it without a version: it is removed here or left alone.
    const { failingSince: _, ...set } = update.set
    const result = await this.#parts.table.transact([
      {
        update: keys.endpoint(before.workspaceId, before.id),
        set,
        remove: update.remove,
        if: ['version', '=', before.version],
      },
      ...extra(next),
    ])
    if (!result.ok) throw fenceFailed(ifMatch, result.item)
    return next
  }

  async #record(workspaceId: string, id: string, ifMatch?: number): Promise<EndpointRecord> {
    const record = await this.#parts.table.get(keys.endpoint(workspaceId, id), endpointRecord)
    if (record === undefined) throw notFound('webhook endpoint', id)
    if (ifMatch !== undefined && ifMatch !== record.version) throw staleVersion(record.version)
    return record
  }
}

/** People may have been told that it fails, or was disabled for it. */
const wasTold = ({ told, state }: EndpointRecord) => told !== undefined || state === 'disabled'

const viewOf = (record: EndpointRecord): Endpoint => endpointSchema.parse(record)
