/** What Ghost's Admin API says of itself and its source shows, in one place; tried against Ghost 6.65. */
import type { AppField, Limits } from '../network.ts'

export const title = 'Ghost'
/** The version asked for. Ghost serves older ones too, and says so in `Content-Version`. */
export const apiVersion = { name: 'v6.0' }

/** Nothing of an app: each site is its own, and the key of its integration is the channel's credential. */
export const appFields: readonly AppField[] = []

/** Of a token. Ghost takes none that lives longer than five minutes. */
export const tokenSeconds = 300

/** What a site tells by webhook. Edits that change no state are of no concern here. */
export const hookEvents = ['post.published', 'post.unpublished', 'post.deleted'] as const

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** Ghost(Pro) has a limit of its own per plan; elsewhere it is the web server's. */
  imageBytes: 20_000_000,
  callsPerHour: 500,
}

export const limits: Limits = {
  // ours: Ghost has a limit of a thousand million
  text: { max: 200_000, unit: 'characters' },
  title: { max: 255, unit: 'characters', foldsAt: 60 },
  media: {
    maxCount: 50,
    image: { mimes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'], maxBytes: unconfirmed.imageBytes },
    altMax: 191,
  },
  maxParts: 1,
}
