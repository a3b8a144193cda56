/**
 * Makes a workspace and its owner's API key on a deployed stage, where nobody has a key yet to do it through the API.
 *
 *   PARVIS_STAGE=prod npm run first-workspace -- --name "My brand" --owner-name Ada --owner-email ada@example.com
 *
 * Takes AWS credentials that may write the stage's table. The key is printed once and stored nowhere.
 *
 * `--recover` makes a new key that may do everything where every other is lost or revoked, with a record in the audit: on
 * one machine at the next `npm start`, on AWS (`--workspace ws_…`) at once.
 */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { recoveryFile } from '../local/bootstrap.ts'
import { readSettings } from '../local/settings.ts'
import { openTable } from '../shared/aws/table.ts'
import { systemClock } from '../shared/kernel/clock.ts'
import { systemRandom } from '../shared/kernel/ids.ts'
import { Workspaces } from '../shared/workspaces/index.ts'
import { readArguments, refuseArguments } from './arguments.ts'

const text = { type: 'string' } as const
const usage = `npm run first-workspace -- --name "My brand" --owner-name Ada --owner-email ada@example.com
  [--zone Europe/Paris] [--language fr] [--country FR]
npm run first-workspace -- --recover                    a new key on this machine, at the next npm start
npm run first-workspace -- --recover --workspace ws_…   a new key of a deployed workspace
  PARVIS_STAGE names the stage (dev), or TABLE_NAME its table.`
const { values } = readArguments({
  usage,
  options: {
    name: text,
    'owner-name': text,
    'owner-email': text,
    zone: text,
    language: text,
    country: text,
    recover: { type: 'boolean' },
    workspace: text,
  },
})
const tableName = process.env.TABLE_NAME || `parvis-${process.env.PARVIS_STAGE || 'dev'}`
const workspaces = () => {
  const table = openTable(tableName, systemClock, systemRandom)
  return new Workspaces({ table, clock: systemClock, random: systemRandom })
}
if (values.recover === true) {
  if (values.workspace !== undefined)
    console.log(JSON.stringify({ workspaceId: values.workspace, apiKey: await workspaces().recover(values.workspace) }))
  else {
    const { home } = readSettings(process.env)
    if (!existsSync(join(home, 'stage.json')))
      refuseArguments(`There is no workspace in ${home}. Set PARVIS_HOME, or give --workspace.`, usage)
    await writeFile(join(home, recoveryFile), '')
    console.log(
      `The next npm start makes a new key that may do everything, and prints it. Stop Parvis first if it runs.`,
    )
  }
  process.exit(0)
}
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
const { workspace, apiKey } = await workspaces().create({
  ...rest,
  ownerName,
  ownerEmail,
})
console.log(JSON.stringify({ workspaceId: workspace.id, apiKey }))
