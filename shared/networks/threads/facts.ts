/** What Threads' documentation says, in one place. */
import type { AppField, Limits } from '../network.ts'

export const title = 'Threads'
/** v1.0 has no announced end. */
export const apiVersion = { name: 'v1.0' }
export const apiUrl = 'https://graph.threads.net'
export const authUrl = 'https://threads.com/oauth/authorize'
export const scopes = [
  'threads_basic',
  'threads_content_publish',
  'threads_read_replies',
  'threads_manage_replies',
  'threads_manage_insights',
  'threads_manage_mentions',
  'threads_delete',
]

export const appFields: readonly AppField[] = [
  { name: 'appId', description: 'App Dashboard → Use cases → Threads → Settings → Threads app ID: not the app’s own' },
  { name: 'appSecret', description: 'The same page → Threads app secret; deliveries are signed with it' },
  { name: 'previousAppSecret', description: 'The secret before a reset', optional: true },
  { name: 'verifyToken', forWebhooks: true, description: 'A text of your own; the same in the webhook’s settings' },
]

/** A container lives a day; what is older is made anew. */
export const containerLivesMs = 20 * 3600_000

/**
 * Different links of a post, the card's counted with those of the text; more are refused since 2025-12-22
 * (THREADS_API__LINK_LIMIT_EXCEEDED). https://developers.facebook.com/documentation/threads/create-posts/text-attachments
 */
export const linksMax = 5
/** A topic has neither a full stop nor an ampersand. https://developers.facebook.com/documentation/threads/posts */
export const topic = { max: 50, refused: /[.&]/ }

/** Insights of a post by our names. */
export const insightMetrics = {
  views: 'views',
  likes: 'likes',
  replies: 'comments',
  reposts: 'shares',
  quotes: 'quotes',
} as const

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** A container should be looked at once a minute at most; text is ready at once. */
  firstLookMs: 5_000,
  lookMs: 30_000,
  aheadMs: 15 * 60_000,
  /** The quota is of any 24 hours: some of it is free again after an hour. */
  quotaWaitMs: 3600_000,
  postsPerHour: 50,
  pollAnswerMax: 25,
}

export const limits: Limits = {
  text: { max: 500, unit: 'characters (an emoji counts its UTF-8 bytes)' },
  media: {
    maxCount: 20,
    image: { mimes: ['image/jpeg', 'image/png'], maxBytes: 8_000_000, maxRatio: 10, minRatio: 0.1, minWidth: 320 },
    video: { mimes: ['video/mp4', 'video/quicktime'], maxBytes: 1_000_000_000, maxSeconds: 300 },
    altMax: 1000,
  },
  maxParts: 50,
}
