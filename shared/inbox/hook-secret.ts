import { createHmac } from 'node:crypto'
import type { DocumentSchema, Secrets } from '../aws/secrets.ts'

/** `{"key":"…"}`, without zod: the receiver starts without it. */
const hookKeyDocument: DocumentSchema<{ readonly key: string }> = {
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
function deriveHookSecret(key: string, network: string, subject: string): string {
  return createHmac('sha256', key).update(`${network}\n${subject}`).digest('base64url')
}

/** The same, with the key from where the deployment keeps it. Throws if there is none: a wiring fault. */
export async function hookSecret(secrets: Secrets, id: string, network: string, subject: string): Promise<string> {
  const document = await secrets.get(id, hookKeyDocument)
  if (document === undefined) throw new Error(`There is no secret ${id}.`)
  return deriveHookSecret(document.key, network, subject)
}
