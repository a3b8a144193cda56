import { EndpointStore } from '../../shared/notifying/endpoints.ts'
import { receiverCheck } from '../../shared/notifying/receiver.ts'
import { clock, once, optionalVariable, random, table } from '../container.ts'
import { cipher } from './secrets.ts'

export const endpoints = /* @__PURE__ */ once(
  () =>
    new EndpointStore({
      table: table(),
      cipher: cipher(),
      clock,
      random,
      checkAddress: receiverCheck(optionalVariable('ALLOW_PRIVATE_HOSTS') === 'true'),
    }),
)
