import { findChannels } from '../../shared/channels/index.ts'
import { Lists, Subscribers } from '../../shared/newsletters/index.ts'
import { clock, once, random, table } from '../container.ts'

export const lists = /* @__PURE__ */ once(
  () =>
    new Lists({
      table: table(),
      clock,
      random,
      networkOf: async (workspaceId, channelId) => (await findChannels(table(), workspaceId, [channelId]))[0]?.network,
    }),
)

export const subscribers = /* @__PURE__ */ once(() => new Subscribers({ table: table(), clock, random }))
