/**
 * What the Business Profile APIs say, in one place: the reference of v4 (posts, reviews), the types of
 * `@googleapis/mybusinessaccountmanagement` 7, `mybusinessbusinessinformation` 8 and `businessprofileperformance` 9.
 */
import type { Limits } from '../network.ts'

export const title = 'Google Business Profile'
/** v4 is what posts and reviews still live in; the rest moved to APIs of their own in 2021. No end is announced. */
export const apiVersion = { name: 'v4' }

export const scopes = ['https://www.googleapis.com/auth/business.manage']

export const hosts = {
  accounts: 'mybusinessaccountmanagement.googleapis.com',
  locations: 'mybusinessbusinessinformation.googleapis.com',
  /** Posts and reviews. */
  posts: 'mybusiness.googleapis.com',
  performance: 'businessprofileperformance.googleapis.com',
}

/**
 * The API of questions and answers ended on 2025-11-03 (its change log), and so did the insights of single posts
 * (`localPosts:reportInsights`, removed with the Performance API). Neither is declared.
 */

export const pageOf = { accounts: 20, locations: 100, reviews: 50 }

/** Buttons under a post. */
export const buttons = ['book', 'order', 'shop', 'learn_more', 'sign_up', 'call'] as const

/** Daily metrics, by what they are to us. */
export const metrics = {
  views: [
    'BUSINESS_IMPRESSIONS_DESKTOP_MAPS',
    'BUSINESS_IMPRESSIONS_DESKTOP_SEARCH',
    'BUSINESS_IMPRESSIONS_MOBILE_MAPS',
    'BUSINESS_IMPRESSIONS_MOBILE_SEARCH',
  ],
  clicks: ['WEBSITE_CLICKS'],
  calls: ['CALL_CLICKS'],
  directions: ['BUSINESS_DIRECTION_REQUESTS'],
} as const

/** Background knowledge or third parties' words, not confirmed in Google's own. */
export const unconfirmed = {
  summaryCharacters: 1500,
  eventTitleCharacters: 58,
  couponCharacters: 58,
  termsCharacters: 5000,
  replyBytes: 4096,
  photo: { mimes: ['image/jpeg', 'image/png'], maxBytes: 5_000_000, minWidth: 400, minHeight: 300 },
  /** Edits of one profile in a minute. */
  editsPerMinute: 10,
  lookEveryMs: 10_000,
  /** How long after its time a review may appear in the list. */
  overlapMs: 10 * 60_000,
  /** Figures come some days late. */
  lateDays: 10,
}

export const limits: Limits = {
  text: { max: unconfirmed.summaryCharacters, unit: 'characters' },
  title: { max: unconfirmed.eventTitleCharacters, unit: 'characters' },
  media: { maxCount: 1, image: unconfirmed.photo },
  maxParts: 1,
}
