/** What holds for every network of Google's: where consent and tokens are, what its error reasons mean. */
import type { AppField } from '../network.ts'

export const authUrl = 'https://accounts.google.com/o/oauth2/v2/auth'
export const tokenUrl = 'https://oauth2.googleapis.com/token'

export const appFields: readonly AppField[] = [
  {
    name: 'clientId',
    description: '“Client ID” of the OAuth client (type Web application) at console.cloud.google.com',
  },
  { name: 'clientSecret', description: '“Client secret” of the same client' },
]

/** `error.errors[0].reason`, or the `reason` of an ErrorInfo in `error.details`. */
export const reasons = {
  /** What the project may use of an API in a day is used up. */
  quota: new Set(['quotaExceeded', 'dailyLimitExceeded']),
  rate: new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED']),
  /** One person's, not the whole project's. */
  personal: new Set(['userRateLimitExceeded']),
  disabled: new Set(['accessNotConfigured', 'SERVICE_DISABLED']),
  scope: new Set(['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']),
}

/** Where quotas begin anew, at midnight. */
export const quotaZone = 'America/Los_Angeles'

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** Where a limit does not say how long. */
  limitWaitMs: 60_000,
}
