import { keys } from '../../shared/aws/keys.ts'
import { channelSchema } from '../../shared/channels/index.ts'
import { ByHand, Metrics } from '../../shared/measuring/index.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { findWorkspace } from '../../shared/workspaces/index.ts'
import { clock, once, table } from '../container.ts'

/** The zone in which a workspace's days begin. */
export const zoneOf = async (workspaceId: string): Promise<string> =>
  (await findWorkspace(table(), workspaceId))?.zone ?? 'UTC'

/** Apart from the collector, whose connectors the API does not need. */
export const metrics = /* @__PURE__ */ once(
  () =>
    new Metrics({
      table: table(),
      clock,
      zoneOf,
      channelExists: async (workspaceId, channelId) =>
        (await table().get(keys.channel(workspaceId, channelId), channelSchema)) !== undefined,
    }),
)

/** Of a network whose connector is loaded to see whether it measures by itself. */
export const byHand = /* @__PURE__ */ once(() => new ByHand({ table: table(), clock, zoneOf, connectorOf }))
