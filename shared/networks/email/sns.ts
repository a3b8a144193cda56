/** What SNS posts, and whether it is from SNS: its documentation, “Verifying the signatures of Amazon SNS messages”. */

import { createVerify, type KeyObject, X509Certificate } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import { emailTexts } from './texts.ts'

const message = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  Subject: z.optional(z.string()),
  Token: z.optional(z.string()),
  SubscribeURL: z.optional(z.string()),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
})
export type SnsMessage = z.infer<typeof message>

/** SNS posts JSON and calls it text/plain. Undefined for what is not of SNS. */
export function readMessage(body: Uint8Array): SnsMessage | undefined {
  const parsed = message.safeParse(parseJson(body))
  return parsed.success ? parsed.data : undefined
}

const arn = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2,4}(?:-[a-z]+)+-\d{1,2}):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/

/**
 * The topics that may speak, as configured. Throws `topics_not_configured` where none is: then nobody may, since
 * anybody can have a topic whose messages AWS signs.
 */
export function allowedTopics(configured: string | undefined): readonly string[] {
  const topics = (configured ?? '').split(',').flatMap((one) => {
    const topic = one.trim()
    return arn.test(topic) ? [topic] : []
  })
  if (topics.length > 0) return topics
  throw new AppError('unavailable', 'topics_not_configured', emailTexts.noTopics(), { retryAfterSeconds: 300 })
}

/** An https address of SNS itself, in the region of the topic: nobody else can put anything there. */
export function addressOfSns(text: string | undefined, topicArn: string): URL | undefined {
  const [, partition, region] = arn.exec(topicArn) ?? []
  const url = URL.parse(text ?? '')
  if (url === null || region === undefined) return undefined
  const host = `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`
  return url.protocol === 'https:' && url.host === host && url.username === '' && url.password === '' ? url : undefined
}

/** Where the certificate is that signed it; undefined where SNS keeps none. */
export function certificateOf({ SigningCertURL, TopicArn }: SnsMessage): string | undefined {
  const url = addressOfSns(SigningCertURL, TopicArn)
  return url !== undefined && /^\/[A-Za-z0-9._-]+\.pem$/.test(url.pathname) && url.search === '' ? url.href : undefined
}

/** The key of a certificate that is valid now; throws where it is none. */
export function keyOf(pem: string, now: number): KeyObject {
  const { publicKey, validFrom, validTo } = new X509Certificate(pem)
  if (now < Date.parse(validFrom) || now > Date.parse(validTo))
    throw new AppError('unavailable', 'certificate_expired', emailTexts.snsCertificate())
  return publicKey
}

const signed = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const

/** What SNS signs: name and value of these fields, each on a line of its own, without those that are not there. */
export const canonical = (of: SnsMessage): string =>
  signed[of.Type].map((name) => (of[name] === undefined ? '' : `${name}\n${of[name]}\n`)).join('')

export const isSigned = (of: SnsMessage, key: KeyObject): boolean =>
  key.asymmetricKeyType === 'rsa' &&
  createVerify(of.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1')
    .update(canonical(of), 'utf8')
    .verify(key, of.Signature, 'base64')
