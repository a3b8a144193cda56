/** Secrets are compared by the one function that takes the same time whatever differs: nothing else decides. */

/** Secrets are compared by the one function that takes the same time whatever differs: nothing else decides. */
import crypto, { createHmac } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterEach, describe, expect, it } from 'vitest'
import { openCursor, sealCursor } from '../../shared/http/cursor.ts'
import { facebookWebhook } from '../../shared/networks/facebook/webhook.ts'
import { isSecretOf, newToken, readToken } from '../../shared/workspaces/api-key.ts'

const original = crypto.timingSafeEqual

/** Replaces the comparison everywhere, as every module sees it. */
function compareBy(answer: (a: NodeJS.ArrayBufferView, b: NodeJS.ArrayBufferView) => boolean): void {
  crypto.timingSafeEqual = answer
  syncBuiltinESMExports()
}
afterEach(() => compareBy(original))

const body = Buffer.from('{"object":"page","entry":[]}')
const app = { appSecret: 'a-secret' }
const delivery = (signature: string) => ({ headers: { 'x-hub-signature-256': `sha256=${signature}` }, query: {}, body })
const signature = createHmac('sha256', 'a-secret').update(body).digest('hex')

describe('what decides over a secret', () => {
  it('is the constant-time comparison, for signatures of webhooks', () => {
    expect(facebookWebhook.verify(delivery(signature), app)).toBe(true)
    compareBy(() => false)
    expect(facebookWebhook.verify(delivery(signature), app)).toBe(false)
    compareBy(() => true)
    expect(facebookWebhook.verify(delivery('0'.repeat(64)), app)).toBe(true)
  })

  it('is the constant-time comparison, for API keys', () => {
    const { token, hash } = newToken('key_01J00000000000000000000000')
    const secret = readToken(token)?.secret ?? ''
    const stored = { hash } as Parameters<typeof isSecretOf>[0]
    expect(isSecretOf(stored, secret)).toBe(true)
    compareBy(() => false)
    expect(isSecretOf(stored, secret)).toBe(false)
  })

  it('is the constant-time comparison, for cursors', () => {
    const scope = { workspaceId: 'ws_1', operation: 'listPosts', filters: {} }
    const key = Buffer.alloc(32, 1)
    const cursor = sealCursor(key, scope, { pk: 'a' }, 0)
    expect(openCursor(key, scope, cursor, 1)).toEqual({ pk: 'a' })
    compareBy(() => false)
    expect(() => openCursor(key, scope, cursor, 1)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }))
  })
})
