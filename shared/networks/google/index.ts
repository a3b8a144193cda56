/** What Google's networks share: consent and tokens, calls and what their errors mean, lists that come newest first. */
export {
  attemptAs,
  bearer,
  fresh,
  type GoogleAccess,
  googlePlatform,
  hostOf,
  readAs,
} from './api.ts'
export { appFields } from './facts.ts'
export { type ListedPage, place, readNewest } from './newest.ts'
export { authorizeUrl, type GoogleConsent, renewed, tokensOf } from './oauth.ts'
