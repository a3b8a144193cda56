import type { Queue } from '../aws/queue.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { newId, type Random } from '../kernel/ids.ts'
import type { AppConfig, RawDelivery, WebhookReceiver } from '../networks/network.ts'
import type { DeliveryMessage } from './delivery.ts'
import { inboxTexts } from './texts.ts'

/** Bytes of a delivery. Networks send a few kilobytes; the queue takes 1 MiB. */
export const maxDeliveryBytes = 1024 * 1024
/** Base64 characters a message carries; a larger body goes to the bucket. */
const maxInMessage = 200_000
/** What the consumer may want to know; signatures and addresses of the sender are not kept. */
const keptHeaders = ['content-type', 'user-agent'] as const

interface ReceiveParts {
  readonly queue: Queue
  readonly clock: Clock
  readonly random: Random
  /** As `webhookOf` of the registry: throws `unknown_network`, undefined where a network has no webhooks. */
  receiverOf(network: string): Promise<WebhookReceiver> | undefined
  /** What the deployment knows of the network's app; empty where it knows nothing. */
  appOf(network: string): Promise<AppConfig>
  /** The secret of one account's own hook, for receivers that are `perSubject`. */
  hookSecretOf(network: string, subject: string): Promise<string>
  store(key: string, body: Uint8Array): Promise<void>
}

export interface Received {
  readonly status: number
  /** The answer to a handshake, else empty. */
  readonly body: string
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string
}

/**
 * The first half of coming in (DESIGN §6): checks who speaks, keeps the raw delivery, answers. It parses nothing but what
 * the signature needs. Throws AppErrors: `unknown_webhook`, `network_not_configured`, `payload_too_large`,
 * `invalid_signature`, `no_handshake`, `handshake_refused`, `method_not_allowed`, and the queue's `queue_busy`: then the network sends it again.
 */
export async function receive(
  parts: ReceiveParts,
  network: string,
  method: string,
  delivery: RawDelivery,
): Promise<Received> {
  if (method !== 'GET' && method !== 'POST')
    throw new AppError('method_not_allowed', 'method_not_allowed', inboxTexts.deliveryMethods())
  if (delivery.body.length > maxDeliveryBytes) throw tooLarge()
  const receiver = await receiverOf(parts, network)
  // With one hook per app nothing stands behind the network, and with a hook per account its name must.
  if ((receiver.perSubject === true) !== (delivery.subject !== undefined)) throw unknownWebhook()
  const app = await secretsOf(parts, network, delivery.subject)
  const handshake = async () => {
    const answer = await receiver.handshake?.(method, delivery, app)
    if (answer !== undefined && answer.status >= 400) throw new AppError('forbidden', 'handshake_refused', answer.body)
    return answer
  }
  if (method === 'GET') {
    const answer = await handshake()
    if (answer === undefined) throw new AppError('invalid', 'no_handshake', inboxTexts.noHandshake())
    return answer
  }
  if (!(await receiver.verify(delivery, app)))
    throw new AppError('unauthenticated', 'invalid_signature', inboxTexts.badSignature())
  const answer = await handshake()
  if (answer !== undefined && answer.keep !== true) return answer
  const groupId = delivery.subject === undefined ? network : `${network}#${delivery.subject}`
  await parts.queue.send([{ body: await messageOf(parts, network, delivery), groupId }])
  return answer ?? { status: 200, body: '' }
}

export const tooLarge = () =>
  new AppError('too_large', 'payload_too_large', inboxTexts.deliveryTooLarge({ max: maxDeliveryBytes }))

const unknownWebhook = () => new AppError('not_found', 'unknown_webhook', inboxTexts.unknownWebhook())

async function receiverOf({ receiverOf }: ReceiveParts, network: string): Promise<WebhookReceiver> {
  try {
    const receiver = await receiverOf(network)
    if (receiver !== undefined) return receiver
  } catch (error) {
    if (error instanceof AppError && error.code === 'unknown_network') throw unknownWebhook()
    throw error
  }
  throw unknownWebhook()
}

/** What a receiver checks with: the app's document, and the secret of the account's own hook, which needs no app. */
async function secretsOf(parts: ReceiveParts, network: string, subject: string | undefined): Promise<AppConfig> {
  const app = await parts.appOf(network)
  if (subject !== undefined) return { ...app, hookSecret: await parts.hookSecretOf(network, subject) }
  if (Object.keys(app).length > 0) return app
  throw new AppError('unavailable', 'network_not_configured', inboxTexts.appMissing({ network }), {
    retryAfterSeconds: 300,
  })
}

async function messageOf(
  parts: ReceiveParts,
  network: string,
  { headers, body, subject }: RawDelivery,
): Promise<DeliveryMessage> {
  const now = parts.clock.now()
  const kept = keptHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name].slice(0, 200)]]))
  const message = {
    network,
    ...(subject === undefined ? {} : { subject }),
    receivedAt: iso(now),
    headers: Object.fromEntries(kept),
  }
  const encoded = Buffer.from(body.buffer, body.byteOffset, body.length).toString('base64')
  if (encoded.length <= maxInMessage) return { ...message, body: encoded }
  const key = `ingest/${newId('event', now, parts.random)}`
  await parts.store(key, body)
  return { ...message, key }
}
