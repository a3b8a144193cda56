/**
 * A new workspace, with its first owner and its first API key (shown once):
 *
 *   npm run workspace -- --name "Chez Camille" --owner "Camille Durand" --email camille@example.fr
 *                        [--zone Europe/Paris] [--language fr] [--country FR]
 *
 * `TABLE_NAME` names the stage's table; credentials and region are those of the AWS SDK. On one machine
 * `AWS_ENDPOINT_URL_DYNAMODB` says where the engine is.
 */
import { parseArgs } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { Table } from '../shared/aws/table.ts'
import { systemClock } from '../shared/kernel/clock.ts'
import { systemRandom } from '../shared/kernel/ids.ts'
import { Workspaces } from '../shared/workspaces/index.ts'

const usage =
  'npm run workspace -- --name NAME --owner NAME --email ADDRESS [--zone ZONE] [--language fr] [--country FR]'
const text = { type: 'string' } as const
const { values } = parseArgs({
  options: { name: text, owner: text, email: text, zone: text, language: text, country: text },
})
const { TABLE_NAME } = process.env
const { name, owner, email, ...rest } = values
if (name === undefined || owner === undefined || email === undefined || TABLE_NAME === undefined) {
  console.error(TABLE_NAME === undefined ? 'Set TABLE_NAME to the stage’s table.' : `Say whose it is:\n  ${usage}`)
  process.exit(2)
}

const table = new Table(new DynamoDBClient({}), TABLE_NAME, systemClock, systemRandom)
try {
  const made = await new Workspaces({ table, clock: systemClock, random: systemRandom }).create({
    name,
    ownerName: owner,
    ownerEmail: email,
    ...rest,
  })
  console.log(`Workspace  ${made.workspace.id}  ${made.workspace.name}, ${made.workspace.zone}`)
  console.log(`Owner      ${made.owner.id}  ${made.owner.email} (signs in with this address)`)
  console.log(`API key    ${made.apiKey}`)
  console.log('The key is shown once: keep it now.')
} catch (error) {
  if (!(error instanceof z.ZodError)) throw error
  console.error(`No workspace takes this:\n${z.prettifyError(error)}`)
  process.exit(2)
}
