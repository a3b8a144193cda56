import { keys } from '../../../shared/aws/keys.ts'
import { iso } from '../../../shared/kernel/clock.ts'
import type { HttpClient } from '../../../shared/networks/http/index.ts'
import { Deliverer } from '../../../shared/notifying/deliverer.ts'
import { type DeliveryRecord, deliveryIdOf, deliveryRecord } from '../../../shared/notifying/delivery.ts'
import { EndpointStore } from '../../../shared/notifying/endpoints.ts'
import { publicationEvents } from '../../../shared/publishing/events.ts'
import { due } from '../../../shared/scheduling/index.ts'
import type { Protocol } from './stand.ts'

/** One event on its way to an endpoint. */
export const deliveries: Protocol = {
  name: 'webhook deliveries',
  async open(stand) {
    const { clock, table, log, cipher, random } = stand
    const workspaceId = 'ws_1'
    let state: DeliveryRecord['state'] | undefined
    const http: HttpClient = {
      send: async ({ url }) => {
        if (state !== 'pending') stand.violations.add(`it is sent again once it is ${state}`)
        const status = await stand.call(() => 200)
        const text = ''
        return {
          status,
          headers: {},
          bytes: new Uint8Array(),
          url: String(url),
          text: () => text,
          json: () => undefined,
        }
      },
    }
    const endpoints = new EndpointStore({ table, cipher, clock, random, checkAddress: async () => {} })
    const { endpoint } = await endpoints.create(workspaceId, { url: 'https://r.example/', events: ['*'] }, () => [])
    const now = clock.now()
    const event = publicationEvents.published.create(
      { now, random },
      { workspaceId, subject: 'pub_1', sequence: 1 },
      { publicationId: 'pub_1', postId: 'post_1', channelId: 'chan_1', network: 'feed', state: 'published' },
    )
    const deliveryId = deliveryIdOf(event.id)
    const target = { kind: 'delivery', workspaceId, endpointId: endpoint.id, deliveryId } as const
    const key = keys.delivery(workspaceId, endpoint.id, deliveryId)
    const record: DeliveryRecord = {
      id: deliveryId,
      workspaceId,
      endpointId: endpoint.id,
      eventId: event.id,
      eventName: event.name,
      event,
      state: 'pending',
      attempts: 0,
      log: [],
      replays: 0,
      createdAt: iso(now),
      updatedAt: iso(now),
    }
    await table.write({ put: { ...key, ...record, ...due(target, now, now).set } })
    state = 'pending'
    const deliverer = () =>
      new Deliverer({ table, cipher, http, clock, random, log, reader: async () => ({ language: 'fr', zone: 'UTC' }) })
    return {
      targets: [target],
      wake: async (message) => (message.kind === 'delivery' ? deliverer().deliver(message) : undefined),
      check: async () => {
        const before = state
        state = (await table.get(key, deliveryRecord))?.state
        return before !== 'pending' && state !== before ? [`it was ${before}, and is ${state}`] : []
      },
      atEnd: async () => (state === 'delivered' ? [] : [`it ended ${state}`]),
    }
  },
}
