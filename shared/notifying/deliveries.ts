import { keyInUse } from '../aws/idempotency.ts'
import { entityPartition, keys, listPartition, waking } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError, messageOf, notFound } from '../kernel/errors.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import type { Log } from '../kernel/log.ts'
import { type WakeMessage, wakeId } from '../kernel/wake.ts'
import {
  type Delivery,
  type DeliveryRecord,
  deliveryIdOf,
  deliveryRecord,
  deliverySchema,
  keptSeconds,
} from './delivery.ts'
import { endpointSchema, wants } from './endpoint.ts'

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
      const ids = [workspaceId, endpoint.id, id]
      const wakeAt = iso(now)
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
          ...waking('delivery', wakeAt, wakeId(...ids)),
          ...record,
          expiresAt: Math.floor(now / 1000) + keptSeconds,
        },
        if: ['pk', 'absent'],
      })
      if (result.ok) made.push({ ids, wakeAt })
    }
    await this.#hint(made)
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
      throw new AppError(
        'conflict',
        'endpoint_disabled',
        'The endpoint is disabled. Set its state to active, then replay.',
      )
    const key = keys.delivery(workspaceId, endpointId, deliveryId)
    const before = await table.get(key, deliveryRecord)
    if (before === undefined) throw notFound('delivery', deliveryId)
    const now = clock.now()
    // Waking later than its next try: it is leased to a function that is delivering it.
    const leased = before.wakeAt !== undefined && before.wakeAt !== before.nextAttemptAt && millis(before.wakeAt) > now
    if (leased) throw underWay()
    const wakeAt = iso(now)
    const ids = [workspaceId, endpointId, deliveryId]
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
          wakeAt,
          ...waking('delivery', wakeAt, wakeId(...ids)),
          expiresAt: Math.floor(now / 1000) + keptSeconds,
        },
        remove: ['reason'],
        if: before.wakeAt === undefined ? ['wakeAt', 'absent'] : ['wakeAt', '=', before.wakeAt],
      },
      ...extra(next),
    ])
    if (!result.ok) throw result.index === 0 ? underWay() : keyInUse()
    await this.#hint([{ ids, wakeAt }])
    return next
  }

  async #endpoint(workspaceId: string, endpointId: string) {
    const endpoint = await this.#parts.table.get(keys.endpoint(workspaceId, endpointId), endpointSchema)
    if (endpoint === undefined) throw notFound('webhook endpoint', endpointId)
    return endpoint
  }

  /** Best effort: what is not enqueued here is found by the next tick. */
  async #hint(messages: readonly WakeMessage[]): Promise<void> {
    if (messages.length === 0) return
    try {
      await this.#parts.queue.send(messages.map((body) => ({ body, groupId: body.ids[0] ?? '' })))
    } catch (error) {
      this.#parts.log.warn('deliveries wait for the next tick', {
        deliveries: messages.length,
        cause: messageOf(error),
      })
    }
  }
}

const underWay = () =>
  new AppError(
    'conflict',
    'delivery_under_way',
    'It is being delivered at this very moment. Look at its log in a minute.',
  )
