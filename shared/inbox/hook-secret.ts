import { createHmac } from 'node:crypto'
import type { DocumentSchema } from '../aws/secrets.ts'

/** `{"key":"…"}`, without zod: the receiver starts without it. */
export const hookKeyDocument: DocumentSchema<{ readonly key: string }> = {
  safeParse(document) {
    if (typeof document === 'object' && document !== null && 'key' in document && typeof document.key === 'string')
      return { success: true, data: { key: document.key } }
    return { success: false, error: { issues: [{ path: ['key'] }] } }
  },
}

/**
 * The secret of one account's own hook: HMAC-SHA256 over network and subject with a key of the deployment, so that nothing
 * is stored, and whoever knows one secret knows no other. 43 characters of `A-Za-z0-9_-`.
 */
export function deriveHookSecret(key: string, network: string, subject: string): string {
  return createHmac('sha256', key).update(`${network}\n${subject}`).digest('base64url')
}
