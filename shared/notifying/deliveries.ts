import { keyInUse } from '../aws/idempotency.ts'
import { entityPartition, keys, listPartition } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import type { Log } from '../kernel/log.ts'
import { due, enqueueSoon, type WakeMessage } from '../scheduling/index.ts'
import {
  type Delivery,
  type DeliveryRecord,
  deliveryIdOf,
  deliveryRecord,
  deliverySchema,
  keptSeconds,
} from './delivery.ts'
import { endpointSchema, wants } from './endpoint.ts'
import { notifyingTexts } from './texts.ts'

interface Parts {
  readonly table: Table
  readonly queue: Queue
  readonly clock: Clock
  readonly log: Log
}

/** The deliveries: made from events, listed, and sent once more. */
export class DeliveryStore {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * One delivery for every active endpoint that wants this event. An event that comes again, after whatever crash, finds
   * its deliveries there and makes only those that are missing.
   */
  async fanOut(event: EventEnvelope): Promise<void> {
    const { table, clock } = this.#parts
    const { workspaceId } = event
    const { items } = await table.query(
      { pk: listPartition(workspaceId, 'endpoints'), index: 'list', where: ['state', '=', 'active'] },
      endpointSchema,
    )
    const made: WakeMessage[] = []
    for (const endpoint of items.filter(({ events }) => wants(events, event.name))) {
      const now = clock.now()
      const id = deliveryIdOf(event.id)
      const wakeAt = iso(now)
      const target = { kind: 'delivery', workspaceId, endpointId: endpoint.id, deliveryId: id } as const
      const record: DeliveryRecord = {
        id,
        workspaceId,
        endpointId: endpoint.id,
        eventId: event.id,
        eventName: event.name,
        event,
        state: 'pending',
        attempts: 0,
        log: [],
        nextAttemptAt: wakeAt,
        replays: 0,
        wakeAt,
        createdAt: wakeAt,
        updatedAt: wakeAt,
      }
      const result = await table.write({
        put: {
          ...keys.delivery(workspaceId, endpoint.id, id),
          ...record,
          ...due(target, now, now, true).set,
          expiresAt: Math.floor(now / 1000) + keptSeconds,
        },
        if: ['pk', 'absent'],
      })
      if (result.ok) made.push({ ...target, wakeAt })
    }
    await enqueueSoon(this.#parts, made)
  }

  /** Newest event first. Throws `not_found` for an endpoint that is not of this workspace. */
  async list(
    workspaceId: string,
    endpointId: string,
    state: Delivery['state'] | undefined,
    limit: number,
    start?: Position,
  ): Promise<Page<Delivery>> {
    await this.#endpoint(workspaceId, endpointId)
    return this.#parts.table.query(
      {
        pk: entityPartition(workspaceId, endpointId),
        prefix: 'delivery#',
        newestFirst: true,
        limit,
        ...(state === undefined ? {} : { where: ['state', '=', state] }),
        ...(start === undefined ? {} : { start }),
      },
      deliverySchema,
    )
  }

  /** Sends it once more, now, with every try before it: the same event id, so that receivers recognize it. */
  async replay(
    workspaceId: string,
    endpointId: string,
    deliveryId: string,
    extra: (delivery: Delivery) => readonly Write[],
  ): Promise<Delivery> {
    const { table, clock } = this.#parts
    const endpoint = await this.#endpoint(workspaceId, endpointId)
    if (endpoint.state === 'disabled')
      throw new AppError('conflict', 'endpoint_disabled', notifyingTexts.replayDisabled())
    const key = keys.delivery(workspaceId, endpointId, deliveryId)
    const before = await table.get(key, deliveryRecord)
    if (before === undefined) throw notFound('delivery', deliveryId)
    const now = clock.now()
    // Waking later than its next try: it is leased to a function that is delivering it.
    const leased = before.wakeAt !== undefined && before.wakeAt !== before.nextAttemptAt && millis(before.wakeAt) > now
    if (leased) throw underWay()
    const wakeAt = iso(now)
    const target = { kind: 'delivery', workspaceId, endpointId, deliveryId } as const
    const { reason: _, ...rest } = deliverySchema.parse(before)
    const next: Delivery = {
      ...rest,
      state: 'pending',
      attempts: 0,
      nextAttemptAt: wakeAt,
      replays: before.replays + 1,
      updatedAt: wakeAt,
    }
    const result = await table.transact([
      {
        update: key,
        set: {
          ...next,
          ...due(target, now, now, true).set,
          expiresAt: Math.floor(now / 1000) + keptSeconds,
        },
        remove: ['reason'],
        if: before.wakeAt === undefined ? ['wakeAt', 'absent'] : ['wakeAt', '=', before.wakeAt],
      },
      ...extra(next),
    ])
    if (!result.ok) throw result.index === 0 ? underWay() : keyInUse()
    await enqueueSoon(this.#parts, [{ ...target, wakeAt }])
    return next
  }

  async #endpoint(workspaceId: string, endpointId: string) {
    const endpoint = await this.#parts.table.get(keys.endpoint(workspaceId, endpointId), endpointSchema)
    if (endpoint === undefined) throw notFound('webhook endpoint', endpointId)
    return endpoint
  }
}

const underWay = () => new AppError('conflict', 'delivery_under_way', notifyingTexts.underWay())
