/** What a network can do, and what it takes: data, shown at GET /v1/networks and in docs/networks, used by validation. */
import type { ChannelCounterName, CounterName } from './counters.ts'

/** The shapes a post can have. The first five follow from what is in it; the others are asked for by `options.kind`. */
export const postKinds = [
  'text',
  'link',
  'image',
  'images',
  'video',
  'gallery',
  'carousel',
  'reel',
  'short',
  'story',
  'saved_story',
  'spotlight',
  'pin',
  'video_pin',
  'document',
  'poll',
  'article',
  'topic',
  'event',
  'offer',
  'newsletter',
  'thread',
  'first_comment',
] as const
export type PostKind = (typeof postKinds)[number]

/** What can be done with something that came in. */
export const actionNames = [
  'reply',
  'private_reply',
  'hide',
  'unhide',
  'delete',
  'approve',
  'hold',
  'reject',
  'spam',
  'ban',
] as const
export type ActionName = (typeof actionNames)[number]

/** When a network refuses a text because the account posted the same before. */
export interface DuplicateRule {
  /** Two posts closer than this are compared. */
  readonly windowSeconds: number
  /** Only the post just before counts. */
  readonly consecutiveOnly?: boolean | undefined
  /** A post that was deleted still counts. */
  readonly evenDeleted?: boolean | undefined
  /** `documented` by the platform, or `observed` by others: the window may be longer or shorter. */
  readonly source: 'documented' | 'observed'
}

export interface Capabilities {
  /** How the network finds a publication again whose answer was lost, and whether "not there" can be believed. */
  readonly reconcile: {
    /** `own key`: sending again with the same key cannot double; `lookup`: recent posts are read; `none`: a person decides. */
    readonly means: 'own key' | 'lookup' | 'none'
    /** For `own key`: seconds during which the network remembers the key. */
    readonly keyWindowSeconds?: number | undefined
    /** For `lookup`: whether absence proves that the post is not there … */
    readonly authoritative: boolean
    /** … once this many seconds have passed since the attempt. */
    readonly settleSeconds: number
  }
  /** No program may post here: every publication is handed over to a person. `publish` is never called. */
  readonly byHand?: boolean
  /** What can be published; empty for a network that only exchanges messages. */
  readonly publishes: readonly PostKind[]
  readonly delete: boolean
  readonly threads: boolean
  /** How things come in; both where polling makes up for webhooks that are not to be had. Empty: nothing comes in. */
  readonly comesIn: readonly ('webhook' | 'poll')[]
  /** With both: polling brings what webhooks never do, so it is as frequent as without them; else it is hourly. */
  readonly pollBringsMore?: boolean
  /** What `act` does. */
  readonly actions: readonly ActionName[]
  /** What `measure` can return; what is not named here is never invented. */
  readonly counters: readonly CounterName[]
  /** The same for `measureChannel`. */
  readonly channelCounters: readonly ChannelCounterName[]
  /** Whether the network fetches media from a public address of ours instead of taking bytes. */
  readonly fetchesMedia: boolean
  /** Sends allowed per channel: a token bucket of `burst`, refilled by `perHour`. */
  readonly rate: { readonly burst: number; readonly perHour: number }
  /** The same text again on one account is refused. Absent where no such rule is known. */
  readonly duplicates?: DuplicateRule
  /** How long the platform's terms let what came in be kept, in hours: the whole, and who wrote it. Absent: no limit. */
  readonly retention?: { readonly hours: number; readonly profileHours: number }
}

/** What the network takes of one sort of file. Ratios are width divided by height. */
export interface MediaRule {
  readonly mimes: readonly string[]
  readonly maxBytes: number
  readonly minWidth?: number | undefined
  readonly minHeight?: number | undefined
  readonly maxWidth?: number | undefined
  readonly maxHeight?: number | undefined
  readonly minRatio?: number | undefined
  readonly maxRatio?: number | undefined
  readonly maxPixels?: number | undefined
  /** Types of images that move there, where they are animated; default GIF. Of all others the first picture is shown. */
  readonly moving?: readonly string[] | undefined
  /** Of a video. */
  readonly minSeconds?: number | undefined
  readonly maxSeconds?: number | undefined
}

/** Whether an animation of this type moves where this rule holds. */
export const movesThere = ({ moving = ['image/gif'] }: MediaRule, mime: string): boolean => moving.includes(mime)

export interface TextLimits {
  readonly max: number
  readonly unit: string
  readonly maxBytes?: number | undefined
  /** Where the feed folds the text behind "more", in the same unit, for the preview. */
  readonly foldsAt?: number | undefined
}

export interface MediaLimits {
  readonly maxCount: number
  /** Fewer are refused. Default 0. */
  readonly minCount?: number | undefined
  readonly image?: MediaRule | undefined
  readonly video?: MediaRule | undefined
  readonly document?: MediaRule | undefined
  readonly altMax?: number | undefined
}

/** Limits of text and media: static for most networks, read live and kept in the channel's `limits` where they vary. */
export interface Limits {
  readonly text: TextLimits
  readonly media: MediaLimits
  /** Of a title, where posts of this network have one (`options.title`). */
  readonly title?: TextLimits | undefined
  /** Parts of a thread, 1 where the network has no threads. */
  readonly maxParts: number
  /** Limits of a kind that differ: what is named here replaces what stands above. */
  readonly kinds?:
    | Readonly<
        Partial<
          Record<
            PostKind,
            {
              readonly text?: TextLimits | undefined
              readonly media?: MediaLimits | undefined
              readonly title?: TextLimits | undefined
            }
          >
        >
      >
    | undefined
}

/** The limits that hold for one kind of post. */
export function limitsOf(limits: Limits, kind: PostKind | undefined): Limits {
  const own = kind === undefined ? undefined : limits.kinds?.[kind]
  if (own === undefined) return limits
  return {
    ...limits,
    text: own.text ?? limits.text,
    media: own.media ?? limits.media,
    title: own.title ?? limits.title,
  }
}

/** One field of the document that the deployment keeps of a network's app. */
export interface AppField {
  readonly name: string
  /** Where it is found, in words for who sets it up. */
  readonly description: string
  readonly optional?: boolean
  /** Without it no webhook can come in: accounts are then polled as often as if there were none. */
  readonly forWebhooks?: boolean
}
