/** What the handbook of WordPress' REST API says, in one place; what is marked was also seen with WordPress 6.5. */
import type { AppField, Limits } from '../network.ts'

export const title = 'WordPress'
/** `wp/v2` has no announced end. */
export const apiVersion = { name: 'wp/v2' }

/** Nothing of an app: each site is its own, and an application password is the channel's credential. */
export const appFields: readonly AppField[] = []

/** The most a page of a list holds. */
export const pageSize = 100
/** Comments have whole seconds, and are written down shortly after: what is this close to the last one is looked at again. */
export const overlapMs = 10_000
/** What a comment that comes too soon after another has to wait (`comment_flood`). */
export const floodMs = 15_000

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** WordPress knows no limit; a site's own (`upload_max_filesize`) is often lower, and is told when it is met. */
  imageBytes: 20_000_000,
  videoBytes: 50_000_000,
  /** Of a host in front of the site, where it limits at all. */
  callsPerHour: 500,
  /** The fields of the two plugins; sites take them only where these are open to the REST API. */
  seo: {
    yoast: { title: '_yoast_wpseo_title', description: '_yoast_wpseo_metadesc' },
    rankmath: { title: 'rank_math_title', description: 'rank_math_description' },
  },
} as const

/** Ours: WordPress itself has no limits of text. */
export const limits: Limits = {
  text: { max: 200_000, unit: 'characters' },
  title: { max: 300, unit: 'characters', foldsAt: 60 },
  media: {
    maxCount: 50,
    image: {
      mimes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
      // articles show the file itself, and browsers play it
      moving: ['image/png', 'image/webp', 'image/gif'],
      maxBytes: unconfirmed.imageBytes,
    },
    video: { mimes: ['video/mp4', 'video/webm'], maxBytes: unconfirmed.videoBytes },
    altMax: 1000,
  },
  maxParts: 1,
}
