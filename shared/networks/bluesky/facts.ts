/** What the lexicons (bluesky-social/atproto, `lexicons/`) and the reference server say, in one place. */

export const defaultService = 'https://bsky.social'
export const postCollection = 'app.bsky.feed.post'
/** Who may answer a thread, and which answers are hidden; under the key of the thread's first post. */
export const gateCollection = 'app.bsky.feed.threadgate'
/** `app.bsky.feed.threadgate#hiddenReplies`. */
export const hiddenRepliesMax = 300

/** `app.bsky.feed.post#text`: maxGraphemes and maxLength (UTF-8 bytes). */
export const text = { graphemes: 300, bytes: 3000 }
/** `app.bsky.embed.images`. Animated GIFs stand still there, so they are not taken. */
export const images = { count: 4, bytes: 2_000_000, mimes: ['image/jpeg', 'image/png', 'image/webp'] }
/** `app.bsky.embed.gallery`: for more than `images.count`. The lexicon takes 20, and asks clients to stop at 10. */
export const galleryMax = 10
/**
 * `app.bsky.embed.video`, sent to the video service in one piece. The lexicon takes 300 MB; how the upload in parts that
 * it names is authorized is written nowhere, so a video is held whole, and more than this is not taken.
 */
export const video = { bytes: 100_000_000, mimes: ['video/mp4'] }
/** `app.bsky.embed.external#thumb`. */
export const thumbBytes = 1_000_000
/** `com.atproto.label.defs#labelValue`: those that an account puts on its own posts. */
export const warnings = ['sexual', 'nudity', 'porn', 'graphic-media'] as const

/** Where Bluesky's own apps send videos (docs.bsky.app, “Uploading Video”); whoever is asked for a service token names it so. */
export const videoService = 'https://video.bsky.app'
export const videoServiceDid = 'did:web:video.bsky.app'
/** `getServiceAuth` gives at most an hour; the tutorial recommends this for an upload. */
export const uploadTokenSeconds = 30 * 60

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** How long a video may be. */
  videoSeconds: 180,
  /** How soon the daily allowance of videos is looked at again: the service does not say when its day ends. */
  quotaWaitMs: 3_600_000,
}

/** Not in the lexicon: what the official app takes. */
export const altMax = 2000
/** `app.bsky.feed.post#tags` and `#langs`; a tag is limited in graphemes and bytes. */
export const tags = { count: 8, graphemes: 64, bytes: 640 }
export const langsMax = 3

/** Ours, not the network's: longer chains are refused when they are written. */
export const maxParts = 50

/** 5,000 points an hour and account; a record costs 3. */
export const createsPerHour = 1_600

export const pageOf = { notifications: 100, posts: 25 }

/** A record key is taken for as long as the record is there. */
export const keyWindowSeconds = 10 * 365 * 24 * 3600
