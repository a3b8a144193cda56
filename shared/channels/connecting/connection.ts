import * as z from 'zod'
import { textSchema } from '../../i18n/index.ts'
import { idPattern } from '../../kernel/ids.ts'
import { channelId, channelSchema } from '../channel.ts'
import { limitsSchema } from '../limits.ts'
import { newChannel } from '../request.ts'
import { returnUrl } from './return-url.ts'

export const connectionId = z.string().regex(idPattern('connection'))

/** What `POST /v1/channels/connect` takes. */
export const newConnection = z.object({
  network: z
    .string()
    .trim()
    .min(1)
    .max(50)
    .meta({ description: 'As `GET /v1/networks` names it', example: 'facebook' }),
  input: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ description: 'What the network wants to know before: `oauthInput` of `GET /v1/networks`' }),
  returnUrl: returnUrl
    .optional()
    .meta({ description: 'Where the person is sent in the end, with `?connection=conn_…`. Default: a page of ours' }),
  channelId: channelId.optional().meta({ description: 'A channel to reconnect: the account must be the same' }),
})
export type NewConnection = z.infer<typeof newConnection>

/** What it answers. */
export const startedSchema = z.object({
  id: connectionId,
  authorizeUrl: z.string().meta({ description: 'Send the person there' }),
  expiresAt: z.string().meta({ description: 'Until when they may come back: ten minutes, once' }),
})
export type Started = z.infer<typeof startedSchema>

/** A person on the way to a network and back, as answered. No credential is ever in it. */
export const connectionSchema = z.object({
  id: connectionId,
  network: z.string(),
  channelId: channelId.optional(),
  state: z.enum(['waiting', 'ready', 'failed', 'done']).meta({
    description:
      '`waiting` for the person to come back; `ready`: choose among `accounts`; `done`: at least one became a channel, others still may; `failed`: see `reason`',
  }),
  reason: textSchema.optional(),
  accounts: z.array(
    z.object({
      externalId: z.string(),
      handle: z.string(),
      name: z.string(),
      picture: z.string().optional(),
      channelId: channelId.optional().meta({ description: 'The channel that it is, in this workspace' }),
    }),
  ),
  createdAt: z.string(),
  expiresAt: z.string(),
})
export type Connection = z.infer<typeof connectionSchema>

/** What `POST /v1/channels/connections/{connectionId}` takes. */
export const choice = z.object({
  accounts: z
    .array(z.string().min(1).max(400))
    .min(1)
    .max(25)
    .optional()
    .meta({ description: 'Their `externalId`s; may be left out where there is only one to choose' }),
  name: z.string().trim().min(1).max(200).optional().meta({ description: 'How the workspace calls it, if it is one' }),
  simulated: newChannel.shape.simulated,
})
export type Choice = z.infer<typeof choice>

/** What it answers: an account that failed can be chosen again. */
export const chosenSchema = z.object({
  items: z.array(channelSchema),
  failed: z.array(z.object({ externalId: z.string(), code: z.string(), message: textSchema })),
})
export type Chosen = z.infer<typeof chosenSchema>

// ---- as stored ----------------------------------------------------------------------------------------------------

/** Found by the hash of `state`. `sealed` holds the code verifier and what the connector asked to keep. */
export const storedState = z.object({
  workspaceId: z.string(),
  connectionId: z.string(),
  network: z.string(),
  sealed: z.string(),
})
export const secrets = z.object({ codeVerifier: z.string(), kept: z.record(z.string(), z.string()) })

/** `until` (ms): till when the person may come back, then till when accounts may be chosen. */
export const storedConnection = z.object({
  id: z.string(),
  workspaceId: z.string(),
  network: z.string(),
  actor: z.object({ kind: z.enum(['api_key', 'user']), id: z.string() }),
  channelId: z.string().optional(),
  returnUrl: z.string().optional(),
  state: z.enum(['waiting', 'ready', 'failed']),
  reason: textSchema.optional(),
  createdAt: z.string(),
  until: z.number(),
})
export type StoredConnection = z.infer<typeof storedConnection>

/** Some of the accounts, sealed together: a person may manage a thousand Pages, and an item holds 400 KB. */
export const storedPart = z.object({ sk: z.string(), sealed: z.string() })
export const storedTaken = z.object({ externalId: z.string(), channelId: z.string() })

/** An account as a connector answered it, sealed until it is chosen. */
export const opened = z.object({
  account: channelSchema.shape.account,
  credentials: z.unknown(),
  settings: z.unknown(),
  limits: limitsSchema.optional(),
  expiresAt: z.number().optional(),
})
export type OpenedAccount = z.infer<typeof opened>
