/** What Meta delivers about a WhatsApp number. Apart from the connector and on `zod/mini`: the small receiver loads it. */
import * as z from 'zod/mini'
import { entriesOf, metaReceiver } from '../meta/webhook.ts'
import type { Attachment, InboundEvent, WebhookReceiver } from '../network.ts'

const media = z.object({ caption: z.optional(z.string()), filename: z.optional(z.string()) })
const message = z.object({
  from: z.string(),
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  text: z.optional(z.object({ body: z.string() })),
  button: z.optional(z.object({ text: z.string() })),
  interactive: z.optional(
    z.object({
      button_reply: z.optional(z.object({ title: z.string() })),
      list_reply: z.optional(z.object({ title: z.string() })),
    }),
  ),
  image: z.optional(media),
  video: z.optional(media),
  document: z.optional(media),
  location: z.optional(z.object({ name: z.optional(z.string()), address: z.optional(z.string()) })),
  context: z.optional(z.object({ id: z.optional(z.string()) })),
})
type Message = z.infer<typeof message>
const status = z.object({
  id: z.string(),
  status: z.string(),
  timestamp: z.string(),
  errors: z.optional(z.array(z.object({ code: z.number(), title: z.optional(z.string()) }))),
})
const value = z.object({
  metadata: z.object({ phone_number_id: z.string() }),
  contacts: z.optional(
    z.array(z.object({ wa_id: z.string(), profile: z.optional(z.object({ name: z.optional(z.string()) })) })),
  ),
  messages: z.optional(z.array(z.unknown())),
  statuses: z.optional(z.array(z.unknown())),
})
type Value = z.infer<typeof value>

const kinds: Readonly<Record<string, Attachment['kind']>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'audio',
  document: 'file',
  sticker: 'sticker',
  location: 'place',
}
const states = new Set(['sent', 'delivered', 'read', 'failed'])

/** A business account has several numbers: the number is the account, not the entry. */
export const whatsappWebhook: WebhookReceiver = {
  ...metaReceiver(['appSecret', 'previousAppSecret']),
  normalize: (body) =>
    entriesOf(body, 'whatsapp_business_account').flatMap(({ changes = [] }) =>
      changes.flatMap(({ field, value: given }) => {
        const parsed = field === 'messages' ? value.safeParse(given) : undefined
        if (parsed === undefined || !parsed.success) return []
        const accountId = parsed.data.metadata.phone_number_id
        return [...messagesOf(parsed.data), ...statesOf(parsed.data)].map((event) => ({ accountId, event }))
      }),
    ),
}

const at = (seconds: string) => Number(seconds) * 1000

function messagesOf({ messages = [], contacts = [] }: Value): InboundEvent[] {
  return messages.flatMap((one): InboundEvent[] => {
    const parsed = message.safeParse(one)
    // a reaction is no message, and a system's word is nobody's
    if (!parsed.success || parsed.data.type === 'reaction' || parsed.data.type === 'system') return []
    const said = parsed.data
    const name = contacts.find(({ wa_id }) => wa_id === said.from)?.profile?.name ?? `+${said.from}`
    return [
      {
        kind: 'direct_message',
        action: 'created',
        externalId: said.id,
        at: at(said.timestamp),
        author: { externalId: said.from, handle: `+${said.from}`, name },
        text: textOf(said),
        ...(said.context?.id === undefined ? {} : { parentExternalId: said.context.id }),
        ...attachmentOf(said),
      },
    ]
  })
}

function textOf({ text, button, interactive, image, video, document, location }: Message): string {
  const chosen = interactive?.button_reply?.title ?? interactive?.list_reply?.title
  const caption = image?.caption ?? video?.caption ?? document?.caption
  return (
    text?.body ?? button?.text ?? chosen ?? caption ?? [location?.name, location?.address].filter(Boolean).join(', ')
  )
}

/** Files are fetched with the account's token: they have no address that could be shown. */
function attachmentOf({ type, document }: Message): { readonly attachments?: readonly Attachment[] } {
  const kind = kinds[type]
  return kind === undefined ? {} : { attachments: [{ kind, name: document?.filename }] }
}

function statesOf({ statuses = [] }: Value): InboundEvent[] {
  return statuses.flatMap((one): InboundEvent[] => {
    const parsed = status.safeParse(one)
    if (!parsed.success || !states.has(parsed.data.status)) return []
    const { id, status: state, timestamp, errors } = parsed.data
    const why = errors?.map(({ code, title }) => `${title ?? 'error'} (${code})`).join(', ')
    return [
      {
        kind: 'message_state',
        action: 'created',
        externalId: id,
        at: at(timestamp),
        state,
        ...(why === undefined ? {} : { text: why }),
      },
    ]
  })
}
