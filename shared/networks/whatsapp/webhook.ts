/** What Meta delivers about a WhatsApp number. Apart from the connector and on `zod/mini`: the small receiver loads it. */
import * as z from 'zod/mini'
import { entriesOf, metaReceiver } from '../meta/webhook.ts'
import type { Attachment, InboundEvent, MessageType, WebhookReceiver } from '../network.ts'

const text = z.optional(z.string())
const amount = z.optional(z.union([z.number(), z.string()]))
const media = z.object({ caption: z.optional(z.string()), filename: z.optional(z.string()) })
const message = z.object({
  from: z.string(),
  /** Of what was written in the WhatsApp Business app. */
  to: text,
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  text: z.optional(z.object({ body: z.string() })),
  button: z.optional(z.object({ text: z.string() })),
  interactive: z.optional(
    z.object({
      button_reply: z.optional(z.object({ title: z.string() })),
      list_reply: z.optional(z.object({ title: z.string() })),
      nfm_reply: z.optional(z.object({ body: text, response_json: text })),
    }),
  ),
  contacts: z.optional(
    z.array(
      z.object({
        name: z.optional(z.object({ formatted_name: text })),
        phones: z.optional(z.array(z.object({ phone: text }))),
      }),
    ),
  ),
  order: z.optional(
    z.object({
      text,
      product_items: z.optional(
        z.array(
          z.object({
            product_retailer_id: text,
            quantity: amount,
            item_price: amount,
            currency: text,
          }),
        ),
      ),
    }),
  ),
  /** An advertisement that led here. */
  referral: z.optional(z.object({ source_url: text })),
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
  message_echoes: z.optional(z.array(z.unknown())),
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
/** What came in and became of answers; what was written in the WhatsApp Business app on the same number. */
const fields = new Set(['messages', 'smb_message_echoes'])
const states = new Set(['sent', 'delivered', 'read', 'failed'])

/** A business account has several numbers: the number is the account, not the entry. */
export const whatsappWebhook: WebhookReceiver = {
  ...metaReceiver(['appSecret', 'previousAppSecret']),
  normalize: (body) =>
    entriesOf(body, 'whatsapp_business_account').flatMap(({ changes = [] }) =>
      changes.flatMap(({ field, value: given }) => {
        const parsed = fields.has(field) ? value.safeParse(given) : undefined
        if (parsed === undefined || !parsed.success) return []
        const accountId = parsed.data.metadata.phone_number_id
        return [...messagesOf(parsed.data), ...echoesOf(parsed.data), ...statesOf(parsed.data)].map((event) => ({
          accountId,
          event,
        }))
      }),
    ),
}

const at = (seconds: string) => Number(seconds) * 1000

function messagesOf({ messages = [], contacts = [] }: Value): InboundEvent[] {
  return messages.flatMap((one): InboundEvent[] => {
    const said = message.safeParse(one).data
    if (said === undefined || isNobodys(said)) return []
    const name = contacts.find(({ wa_id }) => wa_id === said.from)?.profile?.name ?? `+${said.from}`
    return [{ ...eventOf(said), author: { externalId: said.from, handle: `+${said.from}`, name } }]
  })
}

/** What a person at the brand wrote in the app; answers from here are told by their states alone. */
function echoesOf({ message_echoes: echoes = [] }: Value): InboundEvent[] {
  return echoes.flatMap((one): InboundEvent[] => {
    const said = message.safeParse(one).data
    if (said?.to === undefined || isNobodys(said)) return []
    const to = { externalId: said.to, handle: `+${said.to}`, name: `+${said.to}` }
    return [{ ...eventOf(said), direction: 'outgoing', recipient: to }]
  })
}

/** A reaction is no message, and a system's word is nobody's. */
const isNobodys = ({ type }: Message) => type === 'reaction' || type === 'system'

function eventOf(said: Message): InboundEvent {
  const words = textOf(said)
  const carried = attachmentOf(said)
  const messageType = typeOf(said) ?? (words === '' && carried.attachments === undefined ? 'unsupported' : undefined)
  const url = said.referral?.source_url
  return {
    kind: 'direct_message',
    action: 'created',
    externalId: said.id,
    at: at(said.timestamp),
    text: words,
    ...(messageType === undefined ? {} : { messageType }),
    ...(url === undefined ? {} : { url }),
    ...(said.context?.id === undefined ? {} : { parentExternalId: said.context.id }),
    ...carried,
  }
}

function typeOf({ type, interactive, referral }: Message): MessageType | undefined {
  if (type === 'contacts') return 'contact'
  if (type === 'order') return 'order'
  if (interactive?.nfm_reply !== undefined) return 'form_answer'
  if (type === 'button' || interactive !== undefined) return 'postback'
  return referral === undefined ? undefined : 'referral'
}

function textOf({ text: written, button, interactive, image, video, document, location, ...rest }: Message): string {
  const { button_reply: pressed, list_reply: listed, nfm_reply: form } = interactive ?? {}
  const caption = image?.caption ?? video?.caption ?? document?.caption
  const people = (rest.contacts ?? []).map(({ name, phones = [] }) =>
    [name?.formatted_name, ...phones.map(({ phone }) => phone)].filter(Boolean).join(', '),
  )
  const ordered = (rest.order?.product_items ?? []).map(
    ({ quantity, product_retailer_id: product, item_price: price, currency }) =>
      [quantity, '×', product, price === undefined ? undefined : `(${price} ${currency ?? ''})`]
        .filter((part) => part !== undefined)
        .join(' '),
  )
  return (
    written?.body ??
    button?.text ??
    pressed?.title ??
    listed?.title ??
    (form && [form.body, form.response_json].filter(Boolean).join('\n')) ??
    caption ??
    [rest.order?.text, ...people, ...ordered, [location?.name, location?.address].filter(Boolean).join(', ')]
      .filter(Boolean)
      .join('\n')
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
