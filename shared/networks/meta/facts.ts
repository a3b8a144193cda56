/** What holds for all of Meta's networks: the Graph API's version, its addresses, and what its error codes mean. */

/**
 * Current since 2026-11-04. A version ends two years after its successor appears: v26.0 ends about 2028-11-04. On
 * 2026-12-01 v27.0 had no successor, so it works at least until 2028-12-01. After its end, requests to `/v27.0/…` are
 * answered by the oldest version that is still available.
 * Facebook, Instagram and WhatsApp use it; Threads has a version of its own.
 * https://developers.facebook.com/blog/post/2026/11/04/introducing-graph-api-v27-and-marketing-api-v27/
 */
export const graphVersion = { name: 'v27.0', worksAtLeastUntil: '2028-12-01' }
export const graphUrl = 'https://graph.facebook.com'
export const loginUrl = 'https://www.facebook.com'

/** Error codes by what they mean, on every network of Meta's. */
export const codes = {
  token: new Set([102, 190]),
  /**
   * 4: the app's limit; 17, 32: the user's and the Page's; 341, 613: of a feature; 80001 Pages, 80002 Instagram,
   * 80006 Messenger, 80007 WhatsApp: business use cases; 130429: WhatsApp's throughput.
   */
  limit: new Set([4, 17, 32, 341, 613, 80001, 80002, 80006, 80007, 130429]),
  appLimit: new Set([4]),
  policy: new Set([368]),
  duplicate: new Set([506]),
  permission: (code: number) => code === 3 || code === 10 || (code >= 200 && code <= 299),
  transient: new Set([1, 2]),
  invalidParameter: 100,
  /** Subcode of 100: the object does not exist, or this token may not see it. */
  missingObject: 33,
}

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** Where a limit does not say how long: limits are counted over a rolling hour. */
  limitWaitMs: 15 * 60 * 1000,
  /** A private reply is taken once per comment, this long after it. */
  privateReplyMs: 7 * 24 * 3600 * 1000,
  /** An answer to a message is taken this long after the person wrote; by a human agent, where Meta allowed it, longer. */
  messageWindowMs: 24 * 3600 * 1000,
  humanAgentMs: 7 * 24 * 3600 * 1000,
  /** Subcode of 10: the message is outside the window. Code: the comment has its private reply already. */
  outsideWindow: 2018278,
  alreadyReplied: 10900,
}
