/** What a message of Telegram says and carries, by the Bot API 10.1. On `zod/mini`, for the small receiver. */
import * as z from 'zod/mini'
import type { Attachment, MessageType } from '../network.ts'

const text = z.optional(z.string())
const file = z.object({ file_name: text })
const thing = z.optional(z.unknown())

/** The fields of a message that hold what it says. */
export const contentFields = {
  text,
  caption: text,
  photo: z.optional(z.array(z.unknown())),
  live_photo: thing,
  video: z.optional(file),
  video_note: thing,
  animation: thing,
  voice: thing,
  audio: z.optional(file),
  document: z.optional(file),
  paid_media: thing,
  sticker: z.optional(z.object({ emoji: text })),
  location: thing,
  venue: z.optional(z.object({ title: text, address: text })),
  contact: z.optional(z.object({ phone_number: text, first_name: text, last_name: text })),
  poll: z.optional(z.object({ question: text, options: z.optional(z.array(z.object({ text }))) })),
  checklist: z.optional(z.object({ title: text, tasks: z.optional(z.array(z.object({ text }))) })),
  dice: z.optional(z.object({ emoji: text, value: z.optional(z.number()) })),
  game: z.optional(z.object({ title: text, description: text })),
  invoice: z.optional(z.object({ title: text, description: text })),
  reply_to_story: thing,
}
const content = z.object(contentFields)
type Content = z.infer<typeof content>

/** The chat itself tells these: nobody said anything. */
const serviceFields = new Set([
  'new_chat_members',
  'left_chat_member',
  'chat_owner_left',
  'chat_owner_changed',
  'new_chat_title',
  'new_chat_photo',
  'delete_chat_photo',
  'group_chat_created',
  'supergroup_chat_created',
  'channel_chat_created',
  'message_auto_delete_timer_changed',
  'migrate_to_chat_id',
  'migrate_from_chat_id',
  'pinned_message',
  'successful_payment',
  'refunded_payment',
  'users_shared',
  'chat_shared',
  'gift',
  'unique_gift',
  'gift_upgrade_sent',
  'connected_website',
  'write_access_allowed',
  'passport_data',
  'proximity_alert_triggered',
  'boost_added',
  'chat_background_set',
  'checklist_tasks_done',
  'checklist_tasks_added',
  'direct_message_price_changed',
  'forum_topic_created',
  'forum_topic_edited',
  'forum_topic_closed',
  'forum_topic_reopened',
  'general_forum_topic_hidden',
  'general_forum_topic_unhidden',
  'giveaway_created',
  'giveaway_completed',
  'managed_bot_created',
  'paid_message_price_changed',
  'poll_option_added',
  'poll_option_deleted',
  'suggested_post_approved',
  'suggested_post_approval_failed',
  'suggested_post_declined',
  'suggested_post_paid',
  'suggested_post_refunded',
  'video_chat_scheduled',
  'video_chat_started',
  'video_chat_ended',
  'video_chat_participants_invited',
  'web_app_data',
])

export const isService = (message: object): boolean => Object.keys(message).some((field) => serviceFields.has(field))

export interface Said {
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly messageType?: MessageType
}

/** What it says in words, what it carries, and what it is where that is no plain text. */
export function saidIn(one: Content): Said {
  const words = wordsOf(one)
  const attachments = attachmentsOf(one)
  const messageType = typeOf(one) ?? (words === '' && attachments.length === 0 ? 'unsupported' : undefined)
  return { text: words, attachments, ...(messageType === undefined ? {} : { messageType }) }
}

function wordsOf({ text: written, caption, ...one }: Content): string {
  const joined = (by: string, ...parts: readonly (string | number | undefined)[]) =>
    parts.filter((part) => part !== undefined && part !== '').join(by)
  const { sticker, venue, contact, poll, checklist, dice, game, invoice } = one
  const title = game ?? invoice
  return (
    written ??
    caption ??
    sticker?.emoji ??
    (contact && joined(', ', joined(' ', contact.first_name, contact.last_name), contact.phone_number)) ??
    (poll && joined('\n', poll.question, ...(poll.options ?? []).map((option) => `- ${option.text}`))) ??
    (checklist && joined('\n', checklist.title, ...(checklist.tasks ?? []).map((task) => `- ${task.text}`))) ??
    (dice && joined(' ', dice.emoji, dice.value)) ??
    (title && joined('\n', title.title, title.description)) ??
    (venue && joined(', ', venue.title, venue.address)) ??
    ''
  )
}

function typeOf({ contact, poll, dice, game, invoice, reply_to_story: story }: Content): MessageType | undefined {
  if (contact !== undefined) return 'contact'
  if (poll !== undefined) return 'poll'
  if (dice !== undefined) return 'dice'
  if (game !== undefined) return 'game'
  if (invoice !== undefined) return 'invoice'
  return story === undefined ? undefined : 'story_reply'
}

function attachmentsOf(one: Content): Attachment[] {
  const found: Attachment[] = []
  if (one.photo !== undefined || one.live_photo !== undefined || one.paid_media !== undefined)
    found.push({ kind: 'image' })
  if (one.video !== undefined || one.video_note !== undefined || one.animation !== undefined)
    found.push({ kind: 'video', name: one.video?.file_name })
  if (one.voice !== undefined || one.audio !== undefined) found.push({ kind: 'audio', name: one.audio?.file_name })
  // an animation is said to be a document too
  if (one.document !== undefined && one.animation === undefined)
    found.push({ kind: 'file', name: one.document.file_name })
  if (one.sticker !== undefined) found.push({ kind: 'sticker' })
  if (one.location !== undefined || one.venue !== undefined) found.push({ kind: 'place' })
  return found
}
