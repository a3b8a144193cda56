import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { idPattern } from '../kernel/ids.ts'
import { limitsSchema } from './limits.ts'

export const channelId = z.string().regex(idPattern('channel'))

/**
 * One connected account on a network, as stored and answered. Credentials are another item and never come back out.
 * `active`: sends; `paused`: a person stopped it; `reconnect_needed`: the network no longer takes its credentials.
 */
export const channelSchema = z.object({
  id: channelId,
  workspaceId: z.string(),
  network: z.string(),
  name: z.string(),
  account: z.object({
    externalId: z.string(),
    /** Other ids by which the network's deliveries name it. */
    alsoKnownAs: z.array(z.string()).max(10).readonly().optional(),
    handle: z.string(),
    name: z.string(),
    picture: z.string().optional(),
    url: z.string().optional(),
  }),
  settings: z.record(z.string(), z.unknown()),
  limits: limitsSchema.optional(),
  state: z.enum(['active', 'paused', 'reconnect_needed']),
  /** Why it is not active, in plain words. */
  stateReason: textSchema.optional(),
  /** A channel of `--demo`: its network is a simulator on this machine. */
  simulated: z.boolean().default(false),
  followers: z.number().optional(),
  version: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Channel = z.infer<typeof channelSchema>
