/** What the RFCs and INN's documentation say, in one place. */

/** RFC 3977 (NNTP), 4643 (AUTHINFO), 4642 (STARTTLS); RFC 5536 and 5537 for articles. They do not end. */
export const apiVersion = { name: 'NNTP version 2 (RFC 3977)' } as const

export const ports = { plain: 119, tls: 563 }

/** Reply codes that mean something to us; RFC 3977 §3.2 and appendix C, RFC 4642, RFC 4643. */
export const codes = {
  unavailable: 400,
  internalFault: 403,
  noSuchGroup: 411,
  noSuchArticle: 430,
  noArticles: 423,
  postingNotPermitted: 440,
  postingFailed: 441,
  authenticationRequired: 480,
  authenticationFailed: 481,
  encryptionRequired: 483,
  unknownCommand: 500,
  denied: 502,
} as const

/**
 * Seconds during which a server surely refuses a Message-ID that it saw: INN remembers for 11 days by default
 * (`/remember/` in expire.ctl), the article itself included as long as it is kept.
 */
export const keyWindowSeconds = 10 * 24 * 3600

/** Ours: servers take about a megabyte (`maxartsize` of INN), readers much less. */
export const limits = { text: 32_000, title: 200 }

/** Columns of a line before it is folded (RFC 3676 §4.2 recommends 78 at most, 66 to 72 are customary). */
export const columns = 72
/** Octets of a line, without its end (RFC 5536 §2.2, RFC 3977 §3.1 leave 998). */
export const maxLineOctets = 990

/** Articles looked through in one call, and lookups of who wrote an answered article in one. */
export const page = { articles: 200, events: 50, parents: 50 }

/**
 * Background knowledge, not confirmed in the sources at hand: how a server words that one writes too fast differs from
 * server to server; posts per hour that public servers allow.
 */
export const unconfirmed = {
  limitWords: /too many|retry later|try (?:again )?later|try again|too (?:fast|often|quickly)|rate.?limit|quota/i,
  waitMs: 10 * 60_000,
  postsPerHour: 30,
} as const
