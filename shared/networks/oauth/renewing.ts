import { AppError } from '../../kernel/errors.ts'
import type { CredentialsHolder, Refused } from '../network.ts'

/**
 * Sends; where the access turns out to have ended it is renewed, single flight, and sent once more. Where another call
 * renewed it meanwhile it is only sent again. What cannot be renewed is a refusal too: `reauthorize` if it is over,
 * `transient` if the platform could not be asked.
 */
export async function renewing<T extends { readonly refusal?: Refused | undefined }>(
  { credentials }: { readonly credentials: Pick<CredentialsHolder<unknown>, 'current' | 'refresh'> },
  send: () => Promise<T>,
): Promise<T | { readonly refusal: Refused }> {
  const used = credentials.current()
  const first = await send()
  if (first.refusal?.kind !== 'reauthorize') return first
  try {
    if (credentials.current() === used) await credentials.refresh()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const kind = error.kind === 'unauthenticated' ? 'reauthorize' : 'transient'
    return { refusal: { kind, message: error.text } }
  }
  return send()
}
