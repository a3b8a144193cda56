import { AppError } from '../../kernel/errors.ts'
import type { CredentialsHolder, Refused } from '../network.ts'

/**
 * Sends; where the access turns out to have ended it is renewed, single flight, and sent once more. What cannot be renewed
 * is a refusal too: `reauthorize` if it is over, `transient` if the platform could not be asked.
 */
export async function renewing<T extends { readonly refusal?: Refused | undefined }>(
  call: { readonly credentials: Pick<CredentialsHolder<unknown>, 'refresh'> },
  send: () => Promise<T>,
): Promise<T | { readonly refusal: Refused }> {
  const first = await send()
  if (first.refusal?.kind !== 'reauthorize') return first
  try {
    await call.credentials.refresh()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const kind = error.kind === 'unauthenticated' ? 'reauthorize' : 'transient'
    return { refusal: { kind, message: error.message } }
  }
  return send()
}
