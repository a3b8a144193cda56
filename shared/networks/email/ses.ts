/** What SES tells of letters that left: as feedback of an identity, or as events of a configuration set. */
import * as z from 'zod/mini'
import type { AddressFinding, InboundEvent, Report } from '../network.ts'
import { findingOf } from './finding.ts'

const recipients = z.array(
  z.object({
    emailAddress: z.string(),
    status: z.optional(z.string()),
    diagnosticCode: z.optional(z.string()),
  }),
)
const told = z.object({
  notificationType: z.optional(z.string()),
  eventType: z.optional(z.string()),
  mail: z.object({
    source: z.string(),
    /** Of feedback only where the identity says “include original headers”. */
    headers: z.optional(z.array(z.object({ name: z.string(), value: z.string() }))),
  }),
  bounce: z.optional(
    z.object({
      bounceType: z.string(),
      bounceSubType: z.optional(z.string()),
      bouncedRecipients: recipients,
      timestamp: z.string(),
    }),
  ),
  complaint: z.optional(
    z.object({ complainedRecipients: recipients, complaintFeedbackType: z.nullish(z.string()), timestamp: z.string() }),
  ),
  delivery: z.optional(z.object({ timestamp: z.string() })),
})
type Told = z.infer<typeof told>
type Delivered = { readonly accountId: string; readonly event: InboundEvent }

/** What SES itself found out; of `General` and the others the server's reply says more. */
const bySubType: Readonly<Record<string, AddressFinding>> = {
  NoEmail: 'no_mailbox',
  MailboxFull: 'mailbox_unavailable',
  ContentRejected: 'none',
  AttachmentRejected: 'none',
  MessageTooLarge: 'none',
}

/** Nothing, where SES tells of something else: that a topic was connected, an opening, a letter put off. */
export function eventsOf(message: unknown): Delivered[] {
  const parsed = told.safeParse(message)
  if (!parsed.success) return []
  const { mail, notificationType, eventType, bounce, complaint, delivery } = parsed.data
  const accountId = addressIn(mail.source)
  const letter = idIn(mail, 'x-parvis-letter')
  // SES gives letters a Message-ID of its own; among the headers is ours
  const messageId = letter ?? idIn(mail, 'message-id')
  if (accountId === undefined || messageId === undefined) return []
  const event = (state: 'delivered' | 'failed', timestamp: string, report?: Report): Delivered => {
    const at = Date.parse(timestamp)
    return {
      accountId,
      event: {
        kind: 'message_state',
        action: 'edited',
        externalId: messageId,
        at: Number.isNaN(at) ? 0 : at,
        state,
        ...(report === undefined ? {} : { report }),
      },
    }
  }
  switch (notificationType ?? eventType) {
    case 'Bounce': {
      if (bounce === undefined) return []
      const permanent = bounce.bounceType === 'Permanent'
      // what is no newsletter may be an answer of ours, which has failed only for good
      if (letter === undefined) return permanent ? [event('failed', bounce.timestamp)] : []
      return bounce.bouncedRecipients.map(({ status = '', diagnosticCode = '' }) => {
        const words =
          `${status} ${diagnosticCode}`.trim() || `${bounce.bounceType} ${bounce.bounceSubType ?? ''}`.trim()
        const found = bySubType[bounce.bounceSubType ?? ''] ?? findingOf(status, diagnosticCode)
        // SES and the server must agree that there is no such mailbox
        const finding = found === 'no_mailbox' && !permanent ? 'mailbox_unavailable' : found
        return event('failed', bounce.timestamp, { kind: 'bounce', finding, messageId, words })
      })
    }
    case 'Complaint': {
      // somebody may also say that it is no spam after all
      if (complaint === undefined || letter === undefined || complaint.complaintFeedbackType === 'not-spam') return []
      const words = complaint.complaintFeedbackType ?? 'complaint'
      return [event('failed', complaint.timestamp, { kind: 'complaint', messageId, words })]
    }
    case 'Delivery':
      // a copy of an issue counts as delivered until the contrary is told
      return delivery === undefined || letter !== undefined ? [] : [event('delivered', delivery.timestamp)]
    default:
      return []
  }
}

function idIn({ headers = [] }: Told['mail'], name: string): string | undefined {
  const value = headers.find((one) => one.name.toLowerCase() === name)?.value
  return /<([^<>\s]+)>/.exec(value ?? '')?.[1]
}

/** `Léa <lea@example.org>` or only the address. */
const addressIn = (text: string) => /([^\s;<>]+@[^\s;<>]+)/.exec(text)?.[1]?.toLowerCase()
