import * as z from 'zod'
import { operation } from '../../shared/http/operation.ts'
import { deliveryId, deliverySchema } from '../../shared/notifying/delivery.ts'
import { type Endpoint, endpointId, endpointSchema } from '../../shared/notifying/endpoint.ts'
import { endpointChange, newEndpoint } from '../../shared/notifying/endpoints.ts'
import { resourceHandler } from '../containers/api.ts'
import { endpoints } from '../containers/endpoints.ts'
import { deliveries } from '../containers/notifying.ts'
import { audited, created } from './recorded.ts'

const params = z.object({ endpointId })
const withSecret = endpointSchema.extend({
  /** Absent when an `Idempotency-Key` is repeated: what was shown once is not kept. */
  secret: z.string().optional(),
})

export const operations = {
  createEndpoint: operation({
    body: newEndpoint,
    answer: withSecret,
    status: 201,
    creates: true,
    description:
      'Events are sent as Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature). The secret `whsec_…` is shown here and never again; a repeat of the call with the same Idempotency-Key answers without it.',
    handle: async (call) => {
      const made = await endpoints().create(call.caller.workspaceId, call.body, (endpoint) =>
        created(call, 'endpoint.created', endpoint.id, 201, endpoint),
      )
      return { status: 201, body: { ...made.endpoint, secret: made.secret }, version: made.endpoint.version }
    },
  }),
  listEndpoints: operation({
    answer: endpointSchema,
    list: true,
    handle: ({ caller, page }) => endpoints().list(caller.workspaceId, page.limit, page.start),
  }),
  getEndpoint: operation({
    params,
    answer: endpointSchema,
    handle: async ({ caller, params: { endpointId: id } }) => shown(await endpoints().get(caller.workspaceId, id)),
  }),
  updateEndpoint: operation({
    params,
    body: endpointChange,
    answer: endpointSchema,
    updates: true,
    description: '`state: active` revives an endpoint that was disabled; replay what it missed from its delivery log.',
    handle: async (call) => {
      const {
        caller,
        params: { endpointId: id },
        body,
        ifMatch,
      } = call
      const writes = () => [audited(call, 'endpoint.updated', id)]
      return shown(await endpoints().change(caller.workspaceId, id, body, ifMatch, writes))
    },
  }),
  deleteEndpoint: operation({
    params,
    status: 204,
    updates: true,
    handle: async (call) => {
      const {
        caller,
        params: { endpointId: id },
        ifMatch,
      } = call
      await endpoints().remove(caller.workspaceId, id, ifMatch, () => [audited(call, 'endpoint.deleted', id)])
      return { status: 204 }
    },
  }),
  rotateEndpointSecret: operation({
    params,
    answer: withSecret,
    description: 'Shows the new secret once. For 24 hours every webhook carries two signatures, the new and the old.',
    handle: async (call) => {
      const {
        caller,
        params: { endpointId: id },
      } = call
      const { endpoint, secret } = await endpoints().rotate(caller.workspaceId, id, () => [
        audited(call, 'endpoint.secret_rotated', id),
      ])
      return { body: { ...endpoint, secret }, version: endpoint.version }
    },
  }),
  listDeliveries: operation({
    params,
    query: z.object({ state: deliverySchema.shape.state.optional() }),
    answer: deliverySchema,
    list: true,
    description: 'Newest event first, with every try: when, how long, and what came back. Kept for 30 days.',
    handle: ({ caller, params: { endpointId: id }, query, page }) =>
      deliveries().list(caller.workspaceId, id, query.state, page.limit, page.start),
  }),
  replayDelivery: operation({
    params: params.extend({ deliveryId }),
    answer: deliverySchema,
    status: 202,
    creates: true,
    handle: async (call) => {
      const {
        caller,
        params: { endpointId: id, deliveryId: delivery },
      } = call
      const replayed = await deliveries().replay(caller.workspaceId, id, delivery, (next) =>
        created(call, 'delivery.replayed', delivery, 202, next),
      )
      return { status: 202, body: replayed }
    },
  }),
}

const shown = (endpoint: Endpoint) => ({ body: endpoint, version: endpoint.version })

export const handler = resourceHandler('endpoints', operations)
