/** What TikTok's documentation says, in one place. */
import type { AppField, Limits } from '../network.ts'

export const title = 'TikTok'
/** v2 has no announced end. */
export const apiVersion = { name: 'v2' }
export const apiUrl = 'https://open.tiktokapis.com/v2'
export const authUrl = 'https://www.tiktok.com/v2/auth/authorize/'
/** Comments are another product with an approval of its own. */
export const businessUrl = 'https://business-api.tiktok.com/open_api/v1.3'
export const scopes = ['user.info.basic', 'user.info.profile', 'user.info.stats', 'video.publish', 'video.list']

export const appFields: readonly AppField[] = [
  { name: 'clientKey', description: '“Client key” of the app at developers.tiktok.com' },
  { name: 'clientSecret', description: '“Client secret” of the same app; deliveries are signed with it' },
  { name: 'previousClientSecret', description: 'The secret before, while it is being replaced', optional: true },
  { name: 'businessClientId', description: '“App ID” at business-api.tiktok.com, for comments', optional: true },
  { name: 'businessClientSecret', description: '“Secret” of that app', optional: true },
]

/** Chunks of 5 to 64 MB, the last up to 128 MB, one after the other. */
export const chunk = { bytes: 10_000_000, minBytes: 5_000_000 }

/** `publicaly_available_post_id` is empty while a post is moderated, and stays so for posts that only the author sees. */
export const publicIdWaitMs = 30 * 60_000

export const privacyLevels = {
  public: 'PUBLIC_TO_EVERYONE',
  friends: 'MUTUAL_FOLLOW_FRIENDS',
  followers: 'FOLLOWER_OF_CREATOR',
  private: 'SELF_ONLY',
} as const

/** Error codes by what they mean. */
export const codes = {
  token: new Set(['access_token_invalid', 'access_token_expired']),
  permission: new Set([
    'scope_not_authorized',
    'unaudited_client_can_only_post_to_private_accounts',
    'url_ownership_unverified',
    'privacy_level_option_mismatch',
    'scope_permission_missed',
  ]),
  rate: new Set(['rate_limit_exceeded']),
  quota: new Set(['spam_risk_too_many_posts', 'reached_active_user_cap', 'spam_risk_too_many_pending_share']),
  policy: new Set(['spam_risk_user_banned_from_posting', 'spam_risk', 'app_version_check_failed']),
  transient: new Set(['internal_error']),
}

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  titleUnits: 2200,
  photoTitleUnits: 90,
  photoTextUnits: 4000,
  commentUnits: 150,
  videoBytes: 4_000_000_000,
  videoSeconds: { min: 3, max: 600 },
  imageBytes: 20_000_000,
  /** An upload address works for an hour; what was begun longer ago is begun anew. */
  uploadLivesMs: 50 * 60_000,
  aheadMs: 20 * 60_000,
  rateWaitMs: 60_000,
  quotaWaitMs: 24 * 3600_000,
  postsPerHour: 20,
  /** Access for a day by a refresh token of a year, which may rotate: from public digests, not from TikTok's own pages. */
  businessRefreshPath: '/tt_user/oauth2/refresh_token/',
}

const video = {
  mimes: ['video/mp4', 'video/quicktime', 'video/webm'],
  maxBytes: unconfirmed.videoBytes,
  minSeconds: unconfirmed.videoSeconds.min,
  maxSeconds: unconfirmed.videoSeconds.max,
  minWidth: 360,
  minHeight: 360,
}
const image = { mimes: ['image/jpeg', 'image/webp'], maxBytes: unconfirmed.imageBytes, maxWidth: 1080, maxHeight: 1920 }

export const limits: Limits = {
  text: { max: unconfirmed.titleUnits, unit: 'UTF-16 units', foldsAt: 100 },
  media: { minCount: 1, maxCount: 35, image, video },
  maxParts: 1,
  kinds: {
    images: {
      text: { max: unconfirmed.photoTextUnits, unit: 'UTF-16 units', foldsAt: 100 },
      title: { max: unconfirmed.photoTitleUnits, unit: 'UTF-16 units' },
    },
  },
}
