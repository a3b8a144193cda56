import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'

/** Shows on the channel how many follow it, as the network last said; writes only if it is another number (1 WCU). */
export async function noteFollowers(
  table: Table,
  workspaceId: string,
  channelId: string,
  followers: number,
): Promise<void> {
  await table.write({
    update: keys.channel(workspaceId, channelId),
    set: { followers },
    add: { version: 1 },
    if: {
      all: [
        ['pk', 'present'],
        {
          any: [
            ['followers', 'absent'],
            ['followers', '<>', followers],
          ],
        },
      ],
    },
  })
}
