import { AppError } from '../../kernel/errors.ts'

/** `connect` of a network whose accounts are opened on its own page alone. Never reached through the API, which says so first. */
export const oauthOnly = (title: string) => async (): Promise<never> => {
  throw new AppError('unprocessable', 'oauth_only', `${title} is connected by POST /v1/channels/connect.`)
}
