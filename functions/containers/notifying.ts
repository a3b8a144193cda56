import { createHttpClient } from '../../shared/networks/http/index.ts'
import { Deliverer } from '../../shared/notifying/deliverer.ts'
import { DeliveryStore } from '../../shared/notifying/deliveries.ts'
import { EndpointStore } from '../../shared/notifying/endpoints.ts'
import { receiverCheck } from '../../shared/notifying/receiver.ts'
import { clock, deliverQueue, log, once, optionalVariable, random, table } from '../container.ts'
import { cipher } from './secrets.ts'

const allowPrivateHosts = () => optionalVariable('ALLOW_PRIVATE_HOSTS') === 'true'

export const endpoints = /* @__PURE__ */ once(
  () =>
    new EndpointStore({ table: table(), cipher: cipher(), clock, random, checkAddress: receiverCheck(allowPrivateHosts()) }),
)

export const deliveries = /* @__PURE__ */ once(
  () => new DeliveryStore({ table: table(), queue: deliverQueue(), clock, log }),
)

export const deliverer = /* @__PURE__ */ once(
  () =>
    new Deliverer({
      table: table(),
      cipher: cipher(),
      http: createHttpClient({ allowPrivateHosts: allowPrivateHosts(), clock }),
      clock,
      random,
      log,
    }),
)
