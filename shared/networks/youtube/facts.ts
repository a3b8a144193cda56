/** What the YouTube Data API v3 and its guides say, in one place. */
import type { Limits } from '../network.ts'

export const title = 'YouTube'
/** v3 has no announced end. */
export const apiVersion = { name: 'v3' }

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`
export const scopes = [
  scope('youtube.upload'),
  scope('youtube.force-ssl'),
  scope('youtube.readonly'),
  scope('yt-analytics.readonly'),
]

export const hosts = {
  api: 'www.googleapis.com',
  analytics: 'youtubeanalytics.googleapis.com',
  /** Google's WebSub hub. */
  hub: 'pubsubhubbub.appspot.com',
}

/** The topic of a channel's uploads at the hub; the same text is in every delivery and handshake. */
export const topicOf = (channelId: string) =>
  `https://www.youtube.com/feeds/videos.xml?channel_id=${encodeURIComponent(channelId)}`

/** Chunks of an upload are multiples of this. */
const chunkUnit = 256 * 1024

/**
 * Units of the project's 10,000 a day (since the rebuild of 2026; uploads and searches have own buckets of 100 calls):
 * a list costs 1, a write (update, thumbnail, comment, moderation, delete) 50.
 */
export const uploadsPerDay = 100

/** Why YouTube takes no video, by what that means. Unknown ones are `invalid`. */
export const policyReasons = new Set([
  'claim',
  'copyright',
  'inappropriate',
  'legal',
  'termsOfUse',
  'trademark',
  'uploaderAccountClosed',
  'uploaderAccountSuspended',
])

/** Errors of an upload that point at a field. */
export const pointers: Readonly<Record<string, string>> = {
  invalidTitle: '/options/title',
  invalidDescription: '/parts/0/text',
  invalidTags: '/options/tags',
  invalidCategoryId: '/options/categoryId',
  invalidImage: '/cover',
  mediaBodyRequired: '/parts/0/media/0',
  invalidFilename: '/parts/0/media/0',
}

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  descriptionBytes: 5000,
  titleCharacters: 100,
  tagsCharacters: 500,
  maxHashtags: 60,
  commentCharacters: 10_000,
  videoBytes: 256 * 1024 ** 3,
  videoSeconds: 12 * 3600,
  /** Longer ones need a channel verified by telephone. */
  unverifiedSeconds: 15 * 60,
  shortSeconds: 180,
  thumbnailBytes: 2_000_000,
  thumbnailWidth: 640,
  videoMimes: ['video/mp4', 'video/quicktime', 'video/webm', 'video/mpeg', 'video/x-msvideo', 'video/x-m4v'],
  /** Of our choice; a multiple of {@link chunkUnit}. */
  chunkBytes: 32 * chunkUnit,
  /** An upload's session answers about a week. */
  sessionLivesMs: 6 * 24 * 3600_000,
  /** How fast uploads go at least, and how long YouTube then needs. */
  bytesPerMs: 1_000,
  processingPerSecondMs: 2_000,
  leastAheadMs: 15 * 60_000,
  /** After that a video is shown even if YouTube still works on its higher resolutions. */
  processingWaitMs: 3600_000,
  lookEveryMs: 15_000,
  /** `uploadLimitExceeded` counts over a day. */
  uploadLimitMs: 24 * 3600_000,
  /** How long after its time a comment may appear in the lists. */
  overlapMs: 10 * 60_000,
  /** The hub's longest lease, and when it is renewed. */
  leaseSeconds: 10 * 24 * 3600,
  renewEveryMs: 4 * 24 * 3600_000,
  renewAgainMs: 3600_000,
}

export const limits: Limits = {
  text: { max: unconfirmed.descriptionBytes, unit: 'bytes' },
  title: { max: unconfirmed.titleCharacters, unit: 'characters' },
  media: {
    minCount: 1,
    maxCount: 1,
    video: {
      mimes: unconfirmed.videoMimes,
      maxBytes: unconfirmed.videoBytes,
      minSeconds: 1,
      maxSeconds: unconfirmed.videoSeconds,
    },
  },
  maxParts: 1,
  kinds: {
    short: {
      media: {
        minCount: 1,
        maxCount: 1,
        video: {
          mimes: unconfirmed.videoMimes,
          maxBytes: unconfirmed.videoBytes,
          minSeconds: 1,
          maxSeconds: unconfirmed.shortSeconds,
          maxRatio: 1,
        },
      },
    },
  },
}
