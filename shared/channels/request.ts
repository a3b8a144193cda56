import * as z from 'zod'
import { said } from '../i18n/index.ts'
import { channelsTexts } from './texts.ts'

const name = z.string().trim().min(1).max(200).meta({ description: 'How the workspace calls it' })
const wishes = z.record(z.string(), z.unknown())

/** What connecting an account takes. What is in `credentials` and `settings` is each network's own (`GET /v1/networks`). */
export const newChannel = z.object({
  network: z.string().trim().min(1).max(50).meta({ description: 'As `GET /v1/networks` names it', example: 'bluesky' }),
  credentials: wishes.default({}).meta({ description: 'What the network asks for. Stored encrypted; never answered.' }),
  settings: wishes.optional(),
  name: name.optional(),
  simulated: z
    .boolean()
    .optional()
    .meta({ description: 'Its network is a simulator: shown as such, wherever it is shown' }),
})
export type NewChannel = z.infer<typeof newChannel>

export const channelChange = z
  .object({ name: name.optional(), settings: wishes.optional() })
  .refine((change) => change.name !== undefined || change.settings !== undefined, {
    error: said(channelsTexts.nothingToChange()),
  })
export type ChannelChange = z.infer<typeof channelChange>

export const newCredentials = z.object({
  credentials: wishes.meta({ description: 'New credentials of the same account' }),
})
