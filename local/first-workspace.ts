/** Run by `bootstrap.ts` in a process of its own: makes a workspace, or a new key of one, and prints its id and key. */
import * as z from 'zod'
import { clock, random, table } from '../functions/container.ts'
import { Workspaces } from '../shared/workspaces/index.ts'

const word = z.string().optional()
const wanted = z.object({
  recover: word,
  name: z.string().default('My workspace'),
  zone: word,
  language: word,
  country: word,
})

const { recover, ...workspace } = wanted.parse(JSON.parse(process.argv[2] ?? '{}'))
const workspaces = new Workspaces({ table: table(), clock, random })
// Of this machine, whatever mail server is set: nobody else's address.
const owner = { ownerName: 'Owner', ownerEmail: 'owner@parvis.localhost' }
const made =
  recover === undefined
    ? await workspaces
        .create({ ...workspace, ...owner })
        .then(({ workspace: { id }, apiKey }) => ({ workspaceId: id, apiKey }))
    : { workspaceId: recover, apiKey: await workspaces.recover(recover) }
process.stdout.write(JSON.stringify(made))
