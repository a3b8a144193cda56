/** What comes in, in the product's words. */
import type { Text } from '../i18n/index.ts'
import type { Counters } from './counters.ts'
import type { Report } from './newsletter.ts'

export interface Author {
  readonly externalId: string
  readonly handle: string
  readonly name: string
  readonly picture?: string | undefined
}

export interface Attachment {
  readonly kind: 'image' | 'video' | 'audio' | 'file' | 'sticker' | 'place'
  readonly url?: string | undefined
  readonly name?: string | undefined
}

export interface Unreadable {
  /** In technical words. */
  readonly why: Text
  readonly raw: { readonly name: string; readonly contentType: string; readonly bytes: Uint8Array }
}

/** What an item is where it is no plain text; its text then says what of it can be said in words. */
export const messageTypes = [
  /** The account was mentioned in a person's story, or its own story was answered. */
  'story_mention',
  'story_reply',
  /** A person followed a link or an advertisement into the conversation. */
  'referral',
  /** A button was pressed. */
  'postback',
  'contact',
  'order',
  'form_answer',
  'poll',
  'dice',
  'game',
  'invoice',
  /** The network tells that it was said, not what. */
  'not_delivered',
  /** The network, or Parvis, has no form for it: it can be seen in the network's app. */
  'unsupported',
] as const
export type MessageType = (typeof messageTypes)[number]

/** Something that came in, in the product's words. Deduplicated on (channel, externalId); any order is tolerated. */
export interface InboundEvent {
  /** `post_state`, `message_state`: what became of something of ours. `deauthorized`: the account took its permission back. */
  readonly kind:
    | 'comment'
    | 'mention'
    | 'direct_message'
    | 'review'
    | 'question'
    | 'reaction'
    | 'post_state'
    | 'message_state'
    | 'deauthorized'
  readonly action: 'created' | 'edited' | 'deleted' | 'hidden' | 'unhidden'
  readonly externalId: string
  /** `outgoing`: the account wrote it, in the network's app or by a tool (an echo). It answers what came in. */
  readonly direction?: 'incoming' | 'outgoing' | undefined
  /** Of an outgoing direct message: to whom. */
  readonly recipient?: Author | undefined
  readonly messageType?: MessageType | undefined
  /** When it happened on the network (ms). Orders edits of the same thing. */
  readonly at: number
  readonly author?: Author | undefined
  readonly text?: string | undefined
  /** Where `text` is less than all of it (a letter without what it quotes): the whole. */
  readonly fullText?: string | undefined
  /** A machine wrote it by itself: no machine should answer. */
  readonly automatic?: boolean | undefined
  /** It came and could not be read: a person sees why, and may look at what came. */
  readonly unreadable?: Unreadable | undefined
  readonly url?: string | undefined
  readonly language?: string | undefined
  /** Of a review: 1 to 5. */
  readonly rating?: number | undefined
  /** The network holds it back until somebody approves it. */
  readonly held?: boolean | undefined
  readonly attachments?: readonly Attachment[] | undefined
  /** Counters of a post that are told and cannot be asked for, whole, as they stand now: kind `post_state`, state `counted`. */
  readonly counters?: Counters | undefined
  /** Of a letter to somebody on a list: kind `message_state`. */
  readonly report?: Report | undefined
  /** Of a `post_state` or `message_state`: `live`, `gone`, `failed`, `counted`, `sent`, `delivered`, `read`. */
  readonly state?: string | undefined
  /** What it answers, and the post of ours it is under, as external ids. */
  readonly parentExternalId?: string | undefined
  readonly postExternalId?: string | undefined
  /** What an answer will need besides the external id (a chat, a subject, a thread): kept with it, handed back in {@link Target}. */
  readonly context?: Readonly<Record<string, string>> | undefined
}

export interface Polled {
  readonly events: readonly InboundEvent[]
  /** Where to go on; stored as it is. */
  readonly cursor: string | undefined
  /** There is more now: poll again at once. */
  readonly more: boolean
}

/** What an action is about: as it came in. */
export interface Target {
  readonly kind: InboundEvent['kind']
  readonly externalId: string
  /** When it was written (ms): the window of a private reply to a comment runs from here. */
  readonly at: number
  /** Of a direct message: when this person last wrote to the channel (ms), at least `at`. The window of an answer runs from here. */
  readonly lastInboundAt?: number | undefined
  readonly author?: Author | undefined
  readonly parentExternalId?: string | undefined
  readonly postExternalId?: string | undefined
  readonly context?: Readonly<Record<string, string>> | undefined
}

export type Action =
  /** `private_reply`: to the author alone. `template` for networks that take nothing else outside their window (WhatsApp). */
  | {
      readonly name: 'reply' | 'private_reply'
      readonly text: string
      readonly template?: { readonly name: string; readonly language: string; readonly values: readonly string[] }
    }
  | { readonly name: 'hide' | 'unhide' | 'delete' | 'approve' | 'hold' | 'reject' | 'spam' | 'ban' }
