/** What the RFCs and SES's documentation say, in one place. */

/** RFC 5321 (SMTP), 6409 (submission), 9051 and 3501 (IMAP), 5322 and 2045 (mail), 8058 (one-click unsubscribe). */
export const apiVersion = { name: 'SMTP and IMAP' } as const

export const ports = { smtp: { tls: 465, starttls: 587, none: 25 }, imap: { tls: 993, starttls: 143, none: 143 } }

/** Ours: a subject is cut by mail programs after 60 to 80 characters, and Gmail cuts a letter of more than 102 kB. */
export const limits = { text: 60_000, title: 200, titleShown: 60, preheader: 150 }

/** What is read of one letter that comes in; the rest are attachments, of which the name is enough. */
export const maxLetterBytes = 512 * 1024
/** Letters looked at in one poll. */
export const pageSize = 50
/** Characters kept of a letter. */
export const maxText = 20_000

/** An issue is an item of our own table: it is remembered as long as the publication. */
export const keyWindowSeconds = 10 * 365 * 24 * 3600

/**
 * Background knowledge, not confirmed in the sources at hand: how servers word a refusal (`refusal.ts`), how long one
 * waits where one sent too fast, and answers an hour nobody minds.
 */
export const unconfirmed = {
  waitMs: 60_000,
  quotaWaitMs: 60 * 60_000,
  answersPerHour: 500,
} as const
