import { AppError } from '../../kernel/errors.ts'
import { oauthTexts } from './texts.ts'

/** `connect` of a network whose accounts are opened on its own page alone. Never reached through the API, which says so first. */
export const oauthOnly = (title: string) => async (): Promise<never> => {
  throw new AppError('unprocessable', 'oauth_only', oauthTexts.oauthOnly({ network: title }))
}
