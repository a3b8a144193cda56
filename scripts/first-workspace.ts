/**
 * Makes a workspace and its owner's API key on a deployed stage, where nobody has a key yet to do it through the API.
 *
 *   PARVIS_STAGE=prod npm run first-workspace -- --name "My brand" --owner-name Ada --owner-email ada@example.com
 *
 * Takes AWS credentials that may write the stage's table. The key is printed once and stored nowhere.
 */
import * as z from 'zod'
import { openTable } from '../shared/aws/table.ts'
import { systemClock } from '../shared/kernel/clock.ts'
import { systemRandom } from '../shared/kernel/ids.ts'
import { Workspaces } from '../shared/workspaces/index.ts'
import { readArguments, refuseArguments } from './arguments.ts'

const text = { type: 'string' } as const
const usage = `npm run first-workspace -- --name "My brand" --owner-name Ada --owner-email ada@example.com
  [--zone Europe/Paris] [--language fr] [--country FR]
  PARVIS_STAGE names the stage (dev), or TABLE_NAME its table.`
const { values } = readArguments({
  usage,
  options: { name: text, 'owner-name': text, 'owner-email': text, zone: text, language: text, country: text },
})
const wanted = z
  .object({
    name: z.string().min(1),
    'owner-name': z.string().min(1),
    'owner-email': z.email(),
    zone: z.string().optional(),
    language: z.string().optional(),
    country: z.string().optional(),
  })
  .safeParse(values)
if (!wanted.success) refuseArguments(z.prettifyError(wanted.error), usage)
const { 'owner-name': ownerName, 'owner-email': ownerEmail, ...rest } = wanted.data
const tableName = process.env.TABLE_NAME || `parvis-${process.env.PARVIS_STAGE || 'dev'}`
const table = openTable(tableName, systemClock, systemRandom)
const { workspace, apiKey } = await new Workspaces({ table, clock: systemClock, random: systemRandom }).create({
  ...rest,
  ownerName,
  ownerEmail,
})
console.log(JSON.stringify({ workspaceId: workspace.id, apiKey }))
