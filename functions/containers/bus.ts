import { openBus } from '../../shared/aws/bus.ts'
import { once, variable } from '../container.ts'

export const bus = /* @__PURE__ */ once(() => openBus(variable('BUS_NAME')))
