import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { idPattern } from '../kernel/ids.ts'

export const notificationId = z.string().regex(idPattern('notification'))

/** What makes a notification: the events somebody has to do something about. */
export const notificationKinds = [
  'publication.rejected',
  'publication.failed',
  'publication.partial',
  'publication.unconfirmed',
  'publication.missed',
  'publication.handed_over',
  'publication.handover_reminder',
  'channel.credentials_ending',
  'channel.reconnect_needed',
  'endpoint.failing',
  'mention.answer_failed',
] as const
export const notificationKind = z.enum(notificationKinds)
export type NotificationKind = z.infer<typeof notificationKind>

/** What needs somebody, as answered: its texts in the reader's language. `language`: of its mails, the workspace's. */
export const notificationSchema = z.object({
  id: notificationId,
  workspaceId: z.string(),
  kind: notificationKind,
  /** `critical`: nothing goes out until somebody acts; `warning`: one thing waits. */
  severity: z.enum(['critical', 'warning']),
  language: z.enum(['fr', 'en']),
  title: textSchema,
  /** What happened, what it means, and what settles it. */
  happened: textSchema,
  means: textSchema,
  settles: z.object({
    text: textSchema,
    method: z.enum(['GET', 'POST', 'PATCH']),
    /** Of this API, below its address. */
    path: z.string(),
  }),
  /** What it is about. */
  subjects: z.object({
    publicationId: z.string().optional(),
    postId: z.string().optional(),
    channelId: z.string().optional(),
    endpointId: z.string().optional(),
    mentionId: z.string().optional(),
  }),
  /**
   * `pending`: not sent yet; `sending`: under way; `sent`: taken for everybody whose address is not refused; `nobody`: no
   * owner or manager has an address; `settled`: its cause was settled before it was sent; `off`: this deployment sends no
   * mail (no `MAIL_FROM`).
   */
  mail: z.enum(['pending', 'sending', 'sent', 'nobody', 'settled', 'off']),
  /** When its cause was settled, and by which event: nobody needs to read it any more. */
  settledAt: z.string().optional(),
  settledBy: z.string().optional(),
  readAt: z.string().optional(),
  readBy: z.string().optional(),
  occurredAt: z.string(),
  createdAt: z.string(),
})
export type Notification = z.infer<typeof notificationSchema>

/** As stored: with how far the mail got. */
export const notificationRecord = notificationSchema.extend({
  /** The end of the lease of the function that is mailing. */
  mailUntil: z.string().optional(),
  /** The order of the change that it tells of among those of its subject; absent before version 2. */
  mark: z.string().optional(),
  /** Ids of the people whose letter was taken, and of those whose was refused. */
  mailed: z.array(z.string()),
  refused: z.array(z.string()),
})
export type NotificationRecord = z.infer<typeof notificationRecord>
