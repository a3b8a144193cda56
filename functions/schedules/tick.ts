import { allDueShards } from '../../shared/scheduling/tick.ts'
import { wakeQueue } from '../container.ts'

/** One message per kind and shard of what waits, so that many functions read them side by side. */
export async function handler(): Promise<void> {
  await wakeQueue().send(allDueShards.map((shard) => ({ body: shard, groupId: `${shard.queue}#${shard.shard}` })))
}
