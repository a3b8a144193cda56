import { Actions, Mentions } from '../../shared/inbox/index.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { clock, log, once, random, table } from '../container.ts'
import { channels } from './channels.ts'

/** Of a network whose connector is loaded for the first mention of a channel, and remembered after it. */
const retentionOf = async (network: string) => (await connectorOf(network)).capabilities.retention

export const mentions = /* @__PURE__ */ once(() => new Mentions({ table: table(), clock, random, retentionOf }))

export const actions = /* @__PURE__ */ once(
  () => new Actions({ table: table(), clock, random, log, channels: channels(), connectorOf }),
)
