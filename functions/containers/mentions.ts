import { Mentions } from '../../shared/inbox/index.ts'
import { clock, once, random, table } from '../container.ts'

/** Apart from the rest of the inbox, whose connectors the API does not need. */
export const mentions = /* @__PURE__ */ once(() => new Mentions({ table: table(), clock, random }))
