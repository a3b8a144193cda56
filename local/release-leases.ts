/** Run by the stage in a process of its own, since the SDK would stay in the stage's memory for good: ends every lease. */
import { clock, table } from '../functions/container.ts'
import { releaseLeases } from '../shared/scheduling/release-leases.ts'

process.stdout.write(String(await releaseLeases({ table: table(), clock })))
