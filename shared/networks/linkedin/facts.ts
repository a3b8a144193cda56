/**
 * What is known of LinkedIn's Community Management API. Its documentation was not at hand: digests of it, what others
 * observed, and background knowledge. What nobody could check stands in `unconfirmed`.
 */

/** A version answers for about a year after its month; then 426. */
export const apiVersion = { name: '202609', worksAtLeastUntil: '2027-09-01' }

export const apiUrl = 'https://api.linkedin.com'
export const authUrl = 'https://www.linkedin.com/oauth/v2/authorization'
export const tokenUrl = 'https://www.linkedin.com/oauth/v2/accessToken'

/** The app's “Auth” page shows which names an app got; where they differ, the app's document says so (`scopes`). */
export const scopes = [
  'w_organization_social',
  'r_organization_social',
  'w_organization_social_feed',
  'r_organization_social_feed',
  'rw_organization_admin',
]

export const maxCommentary = 3000
/** Where the feed folds a text behind “… more”. */
export const foldsAt = 210
export const maxComment = 1250
export const maxImages = 20
/** Width times height. */
export const maxPixels = 36_152_320

/** What came in may be kept this long: activities of members, and who they are. */
export const retention = { hours: 48, profileHours: 24 }

/** What somebody does to a page, as notifications name it. */
export const told = ['COMMENT', 'COMMENT_EDIT', 'COMMENT_DELETE', 'ADMIN_COMMENT', 'SHARE_MENTION', 'SHARE'] as const

export const pageOf = { posts: 50, notifications: 50, organizations: 100, statistics: 50 }

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** LinkedIn documents no window for `DUPLICATE_POST`. Users report a day or two, also after the first was deleted. */
  duplicates: { windowSeconds: 172_800, evenDeleted: true, source: 'observed' } as const,
  imageMimes: ['image/jpeg', 'image/png', 'image/gif'],
  imageBytes: 10_000_000,
  altMax: 4086,
  videoMimes: ['video/mp4'],
  videoBytes: 500_000_000,
  videoMinSeconds: 3,
  videoMaxSeconds: 1800,
  documentMimes: ['application/pdf'],
  documentBytes: 100_000_000,
  articleTitle: 400,
  articleDescription: 4086,
  poll: {
    maxQuestion: 140,
    maxOptions: 4,
    maxOptionLength: 30,
    /** Minutes → the name of the duration. */
    durations: { 1440: 'ONE_DAY', 4320: 'THREE_DAYS', 10080: 'SEVEN_DAYS', 20160: 'FOURTEEN_DAYS' },
  },
  /** How long an upload that no post uses can be used. */
  uploadLivesMs: 20 * 3600 * 1000,
  /** Where a throttle of less than a day does not say how long. */
  limitWaitMs: 5 * 60 * 1000,
  postsPerHour: 25,
}
