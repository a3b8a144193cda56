/** What Mastodon's documentation, its OpenAPI description (4.7) and its source say, in one place. */

/** Seconds during which an `Idempotency-Key` is kept (PostStatusService: `setex(…, 3_600, …)`). */
export const keyWindowSeconds = 3600

/** Used until an instance said its own: the defaults of the software. */
export const defaults = {
  maxCharacters: 500,
  charactersPerUrl: 23,
  maxMedia: 4,
  imageBytes: 16 * 1024 * 1024,
  videoBytes: 99 * 1024 * 1024,
  /** Not told by instances before 4.4. */
  altMax: 1500,
  imageMimes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heic', 'image/heif', 'image/avif'],
  poll: { options: 4, characters: 50, minMinutes: 5, maxMinutes: 43_829 },
  videoMimes: ['video/webm', 'video/mp4', 'video/quicktime'],
}

/** Ours, not the network's: longer chains are refused when they are written. */
export const maxParts = 50

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /**
   * Statuses per account in three hours. The general limit (300 calls in five minutes) and that of media (30 in 30
   * minutes) are documented.
   */
  statusesPerHour: 100,
}

/** Page sizes: the most that each call takes. */
export const pageOf = { statuses: 40, notifications: 40, batch: 20 }

/** What Parvis does, and no more: `profile` would do for the account, but instances before 4.3 do not know it. */
export const scopes = ['read:accounts', 'read:statuses', 'read:notifications', 'write:statuses', 'write:media']
