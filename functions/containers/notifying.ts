import { DeliveryStore } from '../../shared/notifying/deliveries.ts'
import { clock, deliverQueue, log, once, table } from '../container.ts'

export const deliveries = /* @__PURE__ */ once(
  () => new DeliveryStore({ table: table(), queue: deliverQueue(), clock, log }),
)
