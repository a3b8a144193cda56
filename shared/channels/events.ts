import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { defineEvent } from '../kernel/events.ts'

/** `cause` names what happened once: notifications are deduplicated on it. */
const data = z.object({
  channelId: z.string(),
  network: z.string(),
  reason: textSchema.optional(),
  cause: z.string().optional(),
  /** When credentials end that are not renewed by themselves. */
  endsAt: z.string().optional(),
})

export const channelConnected = defineEvent('channel.connected', 1, data)
export const channelPaused = defineEvent('channel.paused', 1, data)
export const channelResumed = defineEvent('channel.resumed', 1, data)
/** A person gave it new credentials, whatever its state was and is. */
export const channelReconnected = defineEvent('channel.reconnected', 1, data)
export const channelReconnectNeeded = defineEvent('channel.reconnect_needed', 1, data)
/** Told once, while they still serve: days ahead where the network says the end. */
export const channelCredentialsEnding = defineEvent('channel.credentials_ending', 1, data)
export const channelDeleted = defineEvent('channel.deleted', 1, data)
