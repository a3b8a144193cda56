import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Channel, channelSchema } from './channel.ts'

/** The channels of this workspace, in the order of the ids; undefined where there is none. Needs no secrets. */
export function findChannels(
  table: Table,
  workspaceId: string,
  ids: readonly string[],
): Promise<(Channel | undefined)[]> {
  return table.getMany(
    ids.map((id) => keys.channel(workspaceId, id)),
    channelSchema,
  )
}
