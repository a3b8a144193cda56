/** Run by `bootstrap.ts` in a process of its own: makes a workspace and prints its id and key. */
import * as z from 'zod'
import { clock, random, table } from '../functions/container.ts'
import { Workspaces } from '../shared/workspaces/index.ts'

const word = z.string().optional()
const wanted = z.object({ name: z.string().default('My workspace'), zone: word, language: word, country: word })

const { workspace, apiKey } = await new Workspaces({ table: table(), clock, random }).create({
  ...wanted.parse(JSON.parse(process.argv[2] ?? '{}')),
  ownerName: 'Owner',
  // Of this machine, whatever mail server is set: nobody else's address.
  ownerEmail: 'owner@parvis.localhost',
})
process.stdout.write(JSON.stringify({ workspaceId: workspace.id, apiKey }))
