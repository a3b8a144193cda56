import { renewDue } from '../../shared/channels/index.ts'
import { clock, log, table } from '../container.ts'
import { channels } from '../containers/channels.ts'

/** Less than the function's own time, so that what is under way ends; the rest is found by the next run. */
const workMs = 200_000

/** Renews credentials ahead of their end, whether anything is sent with them or not. */
export async function handler(): Promise<void> {
  const parts = { table: table(), clock, log, renew: channels().renew.bind(channels()) }
  const renewed = await renewDue(parts, AbortSignal.timeout(workMs))
  if (renewed > 0) log.info('credentials were renewed ahead of their end', { renewed })
}
