/** The HTTP client that connectors, and whoever else calls hosts outside, are given. */

export { checkAddress } from './check-address.ts'
export type { Exchange, HttpAnswer, HttpClient, HttpRequest } from './client.ts'
export { HttpFailure } from './client.ts'
export { type Agents, createAgents } from './connect.ts'
export { createDialer, type Dialer } from './dial.ts'
export { outcomeOfFailure, outcomeOfStatus, retryAfter } from './outcome.ts'
export {
  ask,
  attempt,
  errorOf,
  isGone,
  type Meaning,
  type Platform,
  read,
  refusalOf,
  said,
  surelyNot,
  type Tried,
} from './platform.ts'
export { Recorder } from './recorder.ts'
export { createHttpClient } from './safe-client.ts'
export { byTheirClock } from './skew.ts'
