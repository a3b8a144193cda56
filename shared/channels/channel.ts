import * as z from 'zod'
import { idPattern } from '../kernel/ids.ts'

export const channelId = z.string().regex(idPattern('channel'))

const mediaRule = z.object({ mimes: z.array(z.string()), maxBytes: z.number() })

/** {@link Limits} of `networks/network.ts`, as stored when they were read live. */
export const limitsSchema = z.object({
  text: z.object({ max: z.number(), unit: z.string(), maxBytes: z.number().optional() }),
  media: z.object({
    maxCount: z.number(),
    image: mediaRule.optional(),
    video: mediaRule.optional(),
    altMax: z.number().optional(),
  }),
  maxParts: z.number(),
})

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
    handle: z.string(),
    name: z.string(),
    picture: z.string().optional(),
    url: z.string().optional(),
  }),
  settings: z.record(z.string(), z.unknown()),
  limits: limitsSchema.optional(),
  state: z.enum(['active', 'paused', 'reconnect_needed']),
  /** Why it is not active, in plain words. */
  stateReason: z.string().optional(),
  /** A channel of `--demo`: its network is a simulator on this machine. */
  simulated: z.boolean().default(false),
  followers: z.number().optional(),
  version: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Channel = z.infer<typeof channelSchema>
