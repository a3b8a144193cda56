/** What Discourse's OpenAPI description (6737ac2, 2026-08-20) says, in one place. */
import type { AppField, Limits } from '../network.ts'

export const title = 'Discourse'
/** Discourse's API has one version that is always current. */
export const apiVersion = { name: '2026-08' }

/** Nothing of an app: each forum is its own, and an API key is the channel's credential. */
export const appFields: readonly AppField[] = []

/** What every forum may change in its settings, as Discourse has it at first. */
export const defaults = { minTitle: 15, minTopic: 20 }

/** Of `post_actions`. */
export const actionTypes = { like: 2, inappropriate: 4 }

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** `max_post_length`, `max_image_size_kb`: settings of each forum. */
  postLength: 32_000,
  imageBytes: 4_000_000,
  /** Sixty calls a minute with an administrator's key. */
  callsPerHour: 600,
  /** Administrators' pages for webhooks, which their own console calls. */
  hooksPath: '/admin/api/web_hooks.json',
  /** `unique_posts_mins`: within it Discourse itself takes the same text once. */
  uniqueMs: 5 * 60_000,
  /** The same setting as a rule. Each site may change it, and moderators are exempt. */
  duplicates: { windowSeconds: 300, source: 'documented' } as const,
  /** With a flag of a moderator: hides at once. */
  takeAction: 'take_action',
  /** A topic that waits for a moderator is looked for this often. */
  queueLookMs: 15 * 60_000,
}

export const limits: Limits = {
  text: { max: unconfirmed.postLength, unit: 'characters' },
  title: { max: 255, unit: 'characters', foldsAt: 70 },
  media: {
    maxCount: 20,
    image: { mimes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'], maxBytes: unconfirmed.imageBytes },
    altMax: 500,
  },
  maxParts: 1,
}
