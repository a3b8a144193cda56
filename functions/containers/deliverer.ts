import { createHttpClient } from '../../shared/networks/http/index.ts'
import { Deliverer } from '../../shared/notifying/deliverer.ts'
import { clock, log, once, optionalVariable, random, table } from '../container.ts'
import { cipher } from './secrets.ts'

export const deliverer = /* @__PURE__ */ once(
  () =>
    new Deliverer({
      table: table(),
      cipher: cipher(),
      http: createHttpClient({ allowPrivateHosts: optionalVariable('ALLOW_PRIVATE_HOSTS') === 'true', clock }),
      clock,
      random,
      log,
    }),
)
