import { discardDue } from '../../shared/publishing/leftover.ts'
import { clock, log, table } from '../container.ts'
import { channels } from '../containers/channels.ts'

/** Less than the function's own time, so that what is under way ends; the rest is found by the next run. */
const workMs = 240_000

/** Removes from the networks what was prepared for posts that were then edited or called off. */
export async function handler(): Promise<void> {
  const done = await discardDue({ table: table(), clock, log, channels: channels() }, AbortSignal.timeout(workMs))
  if (done > 0) log.info('what was prepared in vain was removed from its networks', { done })
}
