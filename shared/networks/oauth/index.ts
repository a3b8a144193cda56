/** What the connectors' OAuth flows share. */
export { required } from './app.ts'
export { oauthOnly } from './only.ts'
export { renewing } from './renewing.ts'
export { basic, endOf, refreshToken, type TokenAnswer, tokenAnswer, tokenFor } from './token.ts'
