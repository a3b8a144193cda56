/**
 * What Snap's documentation says, in one place. Only excerpts of it were at hand (docs/networks/snapchat.md says which);
 * what they did not show is `unconfirmed`.
 */
import type { AppField, Limits, MediaRule } from '../network.ts'

export const title = 'Snapchat'
/** v1 of the Public Profile API has no announced end. */
export const apiVersion = { name: 'v1' }
/** Without the version: the paths that uploads are given begin elsewhere (`/us/v1/…`). */
export const apiUrl = 'https://businessapi.snapchat.com'
export const authUrl = 'https://accounts.snapchat.com/login/oauth2/authorize'
export const tokenUrl = 'https://accounts.snapchat.com/login/oauth2/access_token'
export const scopes = ['snapchat-profile-api']

export const appFields: readonly AppField[] = [
  { name: 'clientId', description: '“Client ID” of the OAuth app in Business Manager, under “Business Details”' },
  { name: 'clientSecret', description: '“Client secret” of the same app, shown once, when it is made' },
]

/** A file waits at Snapchat for its post this long (24 h), less what the post itself may take. */
export const mediaLivesMs = 23 * 3600_000

/**
 * Not confirmed in Snap's own words: from public code of others that calls the API, and from background knowledge. So are
 * the shapes that `api.ts`, `upload.ts`, `publish.ts` and `measure.ts` read and send after “create media”.
 */
export const unconfirmed = {
  /** Parts may have 32 MB, the form around them included, and number 35; these are also what a function holds at once. */
  partBytes: 16 * 1024 * 1024,
  imageBytes: 20_000_000,
  videoBytes: 500_000_000,
  seconds: { min: 5, max: 60 },
  /** Told as 5 and as 6: the stricter. */
  spotlightMinSeconds: 6,
  minWidth: 540,
  minHeight: 960,
  /** Upright, and nothing else: some say it is only recommended. */
  ratio: 9 / 16,
  /** Nobody says what a character is: UTF-16 units are never fewer than any other. */
  description: 160,
  savedTitle: 45,
  codes: {
    processing: 'MEDIA_PROCESSING',
    expired: 'MEDIA_EXPIRED',
    busy: 'MEDIA_POSTING_ALREADY_IN_PROGRESS',
    denied: 'AUTHORIZATION_PERMISSION_DENIED',
  },
  /** How long a file that was sent may be worked on before it counts as unreadable. */
  processingMs: 60 * 60_000,
  aheadMs: { image: 5 * 60_000, video: 15 * 60_000 },
  postsPerHour: 20,
  /** Where a limit does not say how long. */
  limitWaitMs: 60_000,
  /** Where a Spotlight is seen, by its id. */
  spotlightUrl: 'https://www.snapchat.com/spotlight/',
}

const shape = {
  minWidth: unconfirmed.minWidth,
  minHeight: unconfirmed.minHeight,
  minRatio: unconfirmed.ratio,
  maxRatio: unconfirmed.ratio,
}
const image: MediaRule = { mimes: ['image/jpeg', 'image/png'], maxBytes: unconfirmed.imageBytes, ...shape }
const video: MediaRule = {
  mimes: ['video/mp4'],
  maxBytes: unconfirmed.videoBytes,
  minSeconds: unconfirmed.seconds.min,
  maxSeconds: unconfirmed.seconds.max,
  ...shape,
}

export const limits: Limits = {
  text: { max: unconfirmed.description, unit: 'characters' },
  title: { max: unconfirmed.savedTitle, unit: 'characters' },
  media: { minCount: 1, maxCount: 1, image, video },
  maxParts: 1,
  kinds: {
    spotlight: {
      media: { minCount: 1, maxCount: 1, video: { ...video, minSeconds: unconfirmed.spotlightMinSeconds } },
    },
  },
}
