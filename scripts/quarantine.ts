/**
 * Lists the records that could not be parsed and were taken out of the due index, and puts a repaired one back.
 *
 *   npm run quarantine
 *   npm run quarantine -- --release '<pk>' '<sk>'
 *
 * `TABLE_NAME` names the stage's table; on one machine `AWS_ENDPOINT_URL_DYNAMODB` says where it is.
 */
import { parseArgs } from 'node:util'
import { openTable } from '../shared/aws/table.ts'
import { systemClock } from '../shared/kernel/clock.ts'
import { systemRandom } from '../shared/kernel/ids.ts'
import { listQuarantined, releaseQuarantined } from '../shared/scheduling/quarantine.ts'

const { values, positionals } = parseArgs({
  options: { release: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const name = process.env.TABLE_NAME
const [pk, sk] = positionals
if (name === undefined || (values.release && (pk === undefined || sk === undefined))) {
  console.error(name === undefined ? 'Set TABLE_NAME.' : "npm run quarantine -- --release '<pk>' '<sk>'")
  process.exit(2)
}
const table = openTable(name, systemClock, systemRandom)
if (values.release && pk !== undefined && sk !== undefined) {
  const released = await releaseQuarantined(table, { pk, sk })
  console.log(released ? 'It is back where it was due.' : 'It is not in quarantine.')
  process.exitCode = released ? 0 : 1
} else {
  const records = await listQuarantined(table)
  for (const { at, pk, sk, reason } of records) console.log(`${at}  ${pk}  ${sk}  ${reason}`)
  console.log(`${records.length} in quarantine.`)
}
