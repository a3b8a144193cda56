import { AppError } from '../kernel/errors.ts'
import { checkAddress, HttpFailure } from '../networks/http/index.ts'

/** Refuses at once what no delivery would ever reach: `receiver_refused`, with the reason, at `/url`. */
export function receiverCheck(allowPrivateHosts: boolean): (url: string) => Promise<void> {
  return async (url) => {
    try {
      await checkAddress(url, allowPrivateHosts)
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      throw new AppError('unprocessable', 'receiver_refused', error.text, {
        problems: [{ pointer: '/url', code: error.code, message: error.text }],
      })
    }
  }
}
