/** What the Graph API's documentation and its code generator's specification say, in one place. */

/**
 * Current since 2026-07-29. A version ends two years after its successor appears; v27 had not appeared on 2026-11-20, so
 * v26.0 works at least until 2028-11-20. `GET /v26.0/…` after its end is answered by the oldest version alive.
 */
export const graphVersion = { name: 'v26.0', worksAtLeastUntil: '2028-11-20' }
export const graphUrl = 'https://graph.facebook.com'

/** What a Page tells by webhook, as `subscribed_apps` names it. */
export const subscribedFields = ['feed', 'mention', 'messages']

/** Error codes by what they mean. */
export const codes = {
  token: new Set([102, 190]),
  /** 4: the app's limit; 17, 32: the user's and the Page's; 341, 613: of a feature; 80001, 80006: business use cases. */
  limit: new Set([4, 17, 32, 341, 613, 80001, 80006]),
  appLimit: new Set([4]),
  policy: new Set([368]),
  duplicate: new Set([506]),
  permission: (code: number) => code === 3 || code === 10 || (code >= 200 && code <= 299),
  transient: new Set([1, 2]),
  invalidParameter: 100,
  /** Subcode of 100: the object does not exist, or this token may not see it. */
  missingObject: 33,
}

/** Insights of a post and our names; asked one by one, for Pages differ in which they know. */
export const insightMetrics = [
  { metric: 'post_media_view', counter: 'views' },
  { metric: 'post_total_media_view_unique', counter: 'reach' },
  { metric: 'post_clicks', counter: 'clicks' },
] as const

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  maxCharacters: 63_206,
  maxPhotos: 10,
  photoBytes: 10 * 1024 * 1024,
  photoMimes: ['image/jpeg', 'image/png', 'image/gif', 'image/bmp', 'image/tiff'],
  /** Unpublished photos that nothing uses are deleted after a day. */
  photoLivesMs: 20 * 3600 * 1000,
  /** Where a limit does not say how long: limits are counted over a rolling hour. */
  limitWaitMs: 15 * 60 * 1000,
  postsPerHour: 50,
}
