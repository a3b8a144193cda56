/** Messages as Messenger and Instagram deliver them (`entry[].messaging[]`). On `zod/mini`: the receiver loads it. */
import * as z from 'zod/mini'
import type { Attachment, InboundEvent } from '../network.ts'
import { type Entry, milliseconds } from './webhook.ts'

const messaging = z.object({
  sender: z.object({ id: z.string() }),
  timestamp: z.number(),
  message: z.object({
    mid: z.string(),
    text: z.optional(z.string()),
    is_echo: z.optional(z.boolean()),
    is_deleted: z.optional(z.boolean()),
    attachments: z.optional(
      z.array(
        z.object({
          type: z.string(),
          payload: z.optional(z.object({ url: z.optional(z.string()), title: z.optional(z.string()) })),
        }),
      ),
    ),
  }),
})
type Message = z.infer<typeof messaging>['message']

const kinds: Readonly<Record<string, Attachment['kind']>> = {
  image: 'image',
  video: 'video',
  ig_reel: 'video',
  reel: 'video',
  audio: 'audio',
  location: 'place',
}

/** What people wrote to the account; deliveries name them by id only. What the account itself wrote is left out. */
export function messagesOf(entry: Entry): InboundEvent[] {
  return (entry.messaging ?? []).flatMap((value) => {
    const parsed = messaging.safeParse(value)
    if (!parsed.success) return []
    const { sender, timestamp, message } = parsed.data
    if (message.is_echo === true || sender.id === entry.id) return []
    return [
      {
        kind: 'direct_message' as const,
        action: message.is_deleted === true ? ('deleted' as const) : ('created' as const),
        externalId: message.mid,
        at: milliseconds(timestamp),
        author: { externalId: sender.id, handle: sender.id, name: sender.id },
        text: message.text,
        ...attached(message),
      },
    ]
  })
}

function attached({ attachments = [] }: Message): { readonly attachments?: readonly Attachment[] } {
  if (attachments.length === 0) return {}
  return {
    attachments: attachments.map(({ type, payload }) => ({
      kind: kinds[type] ?? 'file',
      url: payload?.url,
      name: payload?.title,
    })),
  }
}
