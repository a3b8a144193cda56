import { versionLine } from '../../shared/aws/metric.ts'
import { soonDays, versionEnds } from '../../shared/channels/index.ts'
import { connectorOf, networkNames } from '../../shared/networks/registry.ts'
import { clock, log, variable } from '../container.ts'

/** Measures how long the platforms' API versions still answer; an alarm of the operations stack watches the shortest. */
export async function handler(): Promise<void> {
  const connectors = await Promise.all(networkNames.map(connectorOf))
  for (const end of versionEnds(connectors, clock.now())) {
    process.stdout.write(`${versionLine(end.daysLeft, variable('STAGE'), end.network, clock.now())}\n`)
    if (end.daysLeft < soonDays) log.warn('the API version of a network ends soon: move to the next', { ...end })
  }
}
