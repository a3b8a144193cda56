/** Bounces and complaints that SES tells by SNS. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */

import type { KeyObject } from 'node:crypto'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import type { WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { eventsOf } from './ses.ts'
import { addressOfSns, allowedTopics, certificateOf, isSigned, keyOf, readMessage } from './sns.ts'
import { emailTexts } from './texts.ts'

interface Parts {
  readonly clock: Clock
  /** Throws where there is no answer. */
  get(url: string): Promise<{ readonly status: number; text(): string }>
}

/** SNS tries for an hour at most. What is older is somebody's who kept it. */
const oldestMs = 24 * 3600_000
/** SNS changes its certificates about once a year. */
const maxKeys = 20

export function snsReceiver({ clock, get }: Parts): WebhookReceiver {
  const keys = new Map<string, KeyObject>()
  const keyAt = async (url: string): Promise<KeyObject> => {
    const known = keys.get(url)
    if (known !== undefined) return known
    const answer = await asked(url)
    const key = keyOf(answer.text(), clock.now())
    if (keys.size >= maxKeys) keys.clear()
    keys.set(url, key)
    return key
  }
  const asked = async (url: string) => {
    const answer = await get(url).catch((error: unknown) => {
      throw unreachable(error)
    })
    if (answer.status !== 200) throw unreachable(new Error(`It answered ${answer.status}.`))
    return answer
  }
  return {
    async verify({ body }, { topicArns }) {
      const topics = allowedTopics(topicArns)
      const message = readMessage(body)
      if (message === undefined) return false
      if (!topics.includes(message.TopicArn)) throw new AppError('forbidden', 'unknown_topic', emailTexts.otherTopic())
      const url = certificateOf(message)
      const age = clock.now() - Date.parse(message.Timestamp)
      if (url === undefined || Number.isNaN(age) || age > oldestMs) return false
      return isSigned(message, await keyAt(url))
    },

    /** Asked after `verify`. Who subscribes the topic is confirmed by opening the address that it sends. */
    async handshake(method, { body }) {
      const message = method === 'POST' ? readMessage(body) : undefined
      if (message === undefined || message.Type === 'Notification') return undefined
      if (message.Type === 'SubscriptionConfirmation') {
        const url = addressOfSns(message.SubscribeURL, message.TopicArn)
        if (url === undefined) return { status: 403, body: 'The address that would confirm is not one of SNS.' }
        await asked(url.href)
      }
      // a subscription that somebody ended is not taken up again
      return { status: 200, body: '' }
    },

    normalize(body) {
      const message = readMessage(body)
      if (message === undefined)
        throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'SNS' }))
      return eventsOf(parseJson(message.Message))
    },
  }
}

const unreachable = (cause: unknown) =>
  new AppError('unavailable', 'sns_unreachable', emailTexts.snsSilent(), { cause })

export const emailWebhook = snsReceiver({
  clock: systemClock,
  async get(url) {
    const { createHttpClient } = await import('../http/safe-client.ts')
    const client = createHttpClient({ allowPrivateHosts: false, clock: systemClock })
    return client.send({ method: 'GET', url, maxRedirects: 0, timeoutMs: 5000, maxBytes: 64 * 1024 })
  },
})
