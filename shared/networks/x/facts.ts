/** What X's documentation and OpenAPI description (2.167, 2026-08-22) say, in one place. */

/** `/2/…`: v2 has no dated versions and no announced end. */
export const apiVersion = { name: '2' }

export const apiUrl = 'https://api.x.com'
export const authUrl = 'https://x.com/i/oauth2/authorize'
export const tokenUrl = 'https://api.x.com/2/oauth2/token'

/** `offline.access` brings the refresh token, `tweet.moderate.write` hides replies. */
export const scopes = [
  'tweet.read',
  'tweet.write',
  'tweet.moderate.write',
  'users.read',
  'media.write',
  'dm.read',
  'dm.write',
  'offline.access',
]

/** What is asked of the X Activity API, one subscription each. Every delivered event but `post.delete` is billed. */
export const activityEvents = [
  'post.mention.create',
  'post.reply.create',
  'post.quote.create',
  'dm.received',
  'post.delete',
] as const
/** Of anybody, whoever asks; the others need the token of the account they are about. */
export const publicEvents: ReadonlySet<string> = new Set(['post.delete'])

/** twitter-text, configuration v3. */
export const maxWeightedLength = 280
/** twitter-text, configuration v3: whatever its length. */
export const linkWeight = 23
export const emojiWeight = 2
/** Code units that weigh 1; all others weigh 2. */
export const weighsOne: readonly (readonly [number, number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
]

export const poll = { maxOptions: 4, maxOptionLength: 25, minMinutes: 5, maxMinutes: 10_080 }

export const media = {
  maxCount: 4,
  altMax: 1000,
  imageMimes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  imageBytes: 5_000_000,
  gifBytes: 15_000_000,
  videoMimes: ['video/mp4', 'video/quicktime', 'video/webm'],
  videoBytes: 512_000_000,
  videoMinSeconds: 0.5,
  videoMaxSeconds: 140,
  videoMinRatio: 1 / 3,
  videoMaxRatio: 3,
  maxSegments: 1000,
}

/** Millionths of a US dollar (price list of 2026-08-22). */
export const prices = { post: 15_000, postWithLink: 200_000, description: 5_000 }

/** Posts per user in 15 minutes: 100 on one page of the documentation, 200 on another. */
export const postsPer15Minutes = 100

/** Ours, not X's: longer threads are refused when they are written. */
export const maxParts = 25

/** The most a page of each list takes, and a look-up by ids. */
export const pageOf = { posts: 100, mentions: 100, messages: 100, lookup: 100 }

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** X documents no window. Its engineers said “a few hours” of an exact match (2010); up to a day was observed. */
  duplicates: { windowSeconds: 86_400, source: 'observed' } as const,
  /** Bytes of one `append`; 1 to 5 MB are seen to work. */
  chunkBytes: 4 * 1024 * 1024,
  /** Where `initialize` does not say how long an upload can be used. */
  mediaLivesMs: 23 * 3600 * 1000,
  /** Bodies of 403 that name no type of their own. */
  duplicate: /duplicate content/i,
  summoned: /summoned|(reply|replies) (to|are|is)\b.*\b(not allowed|not permitted|only permitted)|not been mentioned/i,
  policy: /spam|malicious|suspended|temporarily locked|automated/i,
  /** Credits are bought by a person: an hour is as good as any. */
  creditsWaitMs: 3600 * 1000,
  /** Where a 429 names no time. */
  limitWaitMs: 15 * 60 * 1000,
}
