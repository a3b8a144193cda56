/** What Pinterest's OpenAPI description (5.23.0) says, in one place. */
import type { AppField, Limits } from '../network.ts'

export const title = 'Pinterest'
/** v5 has no announced end. */
export const apiVersion = { name: 'v5' }
export const apiUrl = 'https://api.pinterest.com/v5'
export const authUrl = 'https://www.pinterest.com/oauth/'
export const scopes = ['boards:read', 'boards:write', 'pins:read', 'pins:write', 'user_accounts:read']

export const appFields: readonly AppField[] = [
  { name: 'clientId', description: '“App ID” of the app at developers.pinterest.com' },
  { name: 'clientSecret', description: '“App secret key” of the same app' },
]

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  imageBytes: 20_000_000,
  /** Ours: the file goes out in one form, so it must fit in memory. Pinterest itself takes 2 GB. */
  videoBytes: 100_000_000,
  videoSeconds: { min: 4, max: 900 },
  /** A video is transcoded in about its own duration. */
  aheadMs: 15 * 60_000,
  pinsPerHour: 50,
  /** Where a limit does not say how long. */
  limitWaitMs: 60_000,
  /** Registered uploads that nothing uses. */
  uploadLivesMs: 20 * 3600_000,
}

const image = { mimes: ['image/jpeg', 'image/png'], maxBytes: unconfirmed.imageBytes, minWidth: 100, minHeight: 100 }
const video = {
  mimes: ['video/mp4', 'video/quicktime'],
  maxBytes: unconfirmed.videoBytes,
  minSeconds: unconfirmed.videoSeconds.min,
  maxSeconds: unconfirmed.videoSeconds.max,
}

export const limits: Limits = {
  text: { max: 800, unit: 'characters', foldsAt: 50 },
  title: { max: 100, unit: 'characters', foldsAt: 40 },
  // several images are a carousel
  media: { minCount: 1, maxCount: 5, image, video, altMax: 500 },
  maxParts: 1,
}
