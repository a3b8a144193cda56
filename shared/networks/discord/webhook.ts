/** Interactions that Discord sends to the application: a command with a text is a message to the brand. On `zod/mini`. */

import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import type { AppConfig, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'

const person = z.object({ id: z.string(), username: z.string(), global_name: z.nullish(z.string()) })
const interaction = z.object({
  id: z.string(),
  type: z.number(),
  channel_id: z.optional(z.string()),
  locale: z.optional(z.string()),
  user: z.optional(person),
  member: z.optional(z.object({ user: person })),
  data: z.optional(
    z.object({
      name: z.optional(z.string()),
      options: z.optional(z.array(z.object({ value: z.optional(z.unknown()) }))),
    }),
  ),
})
const ping = 1
const command = 2

/** A key of Ed25519 in its raw form, as DER begins it (RFC 8410). */
const prefix = Buffer.from('302a300506032b6570032100', 'hex')

function keyOf({ publicKey }: AppConfig): KeyObject | undefined {
  if (publicKey === undefined || !/^[0-9a-f]{64}$/i.test(publicKey)) return undefined
  try {
    return createPublicKey({ key: Buffer.concat([prefix, Buffer.from(publicKey, 'hex')]), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

export const discordWebhook: WebhookReceiver = {
  /** Discord tries the address with bad signatures too: those never come so far. */
  handshake(method, { body }) {
    const parsed = method === 'POST' ? interaction.safeParse(parseJson(body)) : undefined
    if (parsed === undefined || !parsed.success) return undefined
    const contentType = 'application/json'
    if (parsed.data.type === ping) return { status: 200, body: '{"type":1}', contentType }
    // whoever wrote sees at once that it arrived, and nobody else does
    const content = parsed.data.locale?.startsWith('fr')
      ? 'Merci, votre message est bien arrivé.'
      : 'Thank you, your message has arrived.'
    return { status: 200, body: JSON.stringify({ type: 4, data: { content, flags: 64 } }), contentType, keep: true }
  },

  /** Asymmetric: there is no secret whose comparison could tell anything. */
  verify({ headers, body }, app) {
    const key = keyOf(app)
    const [given, time] = [headers['x-signature-ed25519'] ?? '', headers['x-signature-timestamp'] ?? '']
    if (key === undefined || !/^[0-9a-f]{128}$/.test(given) || time === '') return false
    return verify(null, Buffer.concat([Buffer.from(time), body]), key, Buffer.from(given, 'hex'))
  },

  normalize(body) {
    const parsed = interaction.safeParse(parseJson(body))
    if (!parsed.success)
      throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'Discord' }))
    const { id, type, channel_id: accountId, member, user = member?.user, data } = parsed.data
    const text = data?.options?.map((one) => one.value).find((value) => typeof value === 'string')
    if (type !== command || accountId === undefined || user === undefined || typeof text !== 'string') return []
    return [
      {
        accountId,
        event: {
          kind: 'direct_message',
          action: 'created',
          externalId: `interaction/${id}`,
          at: Number((BigInt(id) >> 22n) + 1_420_070_400_000n),
          text,
          author: { externalId: user.id, handle: user.username, name: user.global_name || user.username },
        },
      },
    ]
  },
}
