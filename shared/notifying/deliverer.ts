import { Webhook } from 'standardwebhooks'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { holdsMessage, type Text, textOf } from '../i18n/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import { type Log, redact } from '../kernel/log.ts'
import { type HttpAnswer, type HttpClient, retryAfter } from '../networks/http/index.ts'
import { claimRecord, type Lease, readDue, recordKey, type WakeMessageOf } from '../scheduling/index.ts'
import {
  type DeliveryAttempt,
  type DeliveryRecord,
  deliveryRecord,
  keptLog,
  payloadOf,
  type Reader,
  waitAfter,
} from './delivery.ts'
import { type EndpointRecord, endpointRecord, secretContext } from './endpoint.ts'
import { noteFailure, noteSuccess } from './health.ts'
import { notifyingTexts } from './texts.ts'

/** Decrypts what `endpoints.ts` sealed. */
export interface Opener {
  open(sealed: string, context: readonly string[]): Promise<string>
}

interface Parts {
  readonly table: Table
  readonly cipher: Opener
  readonly http: HttpClient
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  reader(workspaceId: string): Promise<Reader>
}

const timeoutMs = 15_000
/** Longer than the call may take: when it ends without an outcome, the function died and the delivery is tried again. */
const leaseMs = 60_000
/** Queues deliver whole seconds, up to two early; a message that is earlier belongs to another time. */
const earlyMs = 3_000
const maxAnswerBytes = 1024 * 1024
const keptCharacters = 500
const longestWaitMs = 24 * 3600_000

type Result =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly reason: Text; readonly notBefore?: number }

/**
 * Delivers what a message names, if it is still due: at least once, as every webhook. Receivers recognize what they had
 * by `webhook-id`, which is the event's id in every try.
 */
export class Deliverer {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async deliver(message: WakeMessageOf<'delivery'>): Promise<void> {
    const { table, clock } = this.#parts
    const { workspaceId, endpointId } = message
    const found = await readDue(this.#parts, message, deliveryRecord)
    if (found === undefined || millis(message.wakeAt) > clock.now() + earlyMs) return
    const endpoint = await table.get(keys.endpoint(workspaceId, endpointId), endpointRecord)
    if (endpoint === undefined)
      return void (await table.write({ delete: recordKey(message), if: ['wakeAt', '=', message.wakeAt] }))
    const claimed = await claimRecord(this.#parts, message, found, {
      leaseMs,
      set: ({ attempts }) => ({ attempts: endpoint.state === 'disabled' ? attempts : attempts + 1 }),
    })
    if (claimed === undefined) return
    if (endpoint.state === 'disabled')
      return this.#close(claimed.record, claimed.lease, 'failed', notifyingTexts.endpointDisabled())
    const { attempt, result } = await this.#post(claimed.record, endpoint)
    const record: DeliveryRecord = { ...claimed.record, log: [...claimed.record.log, attempt].slice(-keptLog) }
    await this.#conclude(record, claimed.lease, result)
    if (result.kind === 'delivered') await noteSuccess(this.#parts, endpoint)
    else await noteFailure(this.#parts, endpoint, result.kind === 'gone' ? 'gone' : 'failed')
  }

  async #post(
    delivery: DeliveryRecord,
    endpoint: EndpointRecord,
  ): Promise<{ attempt: DeliveryAttempt; result: Result }> {
    const { http, clock } = this.#parts
    const begun = clock.now()
    const body = payloadOf(delivery.event, await this.#reader(delivery))
    try {
      const headers = {
        'content-type': 'application/json',
        'webhook-id': delivery.eventId,
        'webhook-timestamp': String(Math.floor(begun / 1000)),
        'webhook-signature': await this.#signatures(endpoint, delivery.eventId, begun, body),
      }
      const answer = await http.send({
        method: 'POST',
        url: endpoint.url,
        headers,
        body,
        timeoutMs,
        maxBytes: maxAnswerBytes,
      })
      const text = String(redact(answer.text())).slice(0, keptCharacters)
      const attempt = {
        at: iso(begun),
        ms: clock.now() - begun,
        status: answer.status,
        ...(text === '' ? {} : { answer: text }),
      }
      return { attempt, result: resultOf(answer, clock.now()) }
    } catch (error) {
      const reason = textOf(error)
      return { attempt: { at: iso(begun), ms: clock.now() - begun, error: reason }, result: { kind: 'failed', reason } }
    }
  }

  /** Read only where the event holds a text: most hold none. 0.5 RCU. */
  #reader({ event, workspaceId }: DeliveryRecord): Promise<Reader> {
    return holdsMessage(event.data) ? this.#parts.reader(workspaceId) : Promise.resolve({ language: 'en', zone: 'UTC' })
  }

  async #signatures(endpoint: EndpointRecord, eventId: string, now: number, body: string): Promise<string> {
    const context = secretContext(endpoint.workspaceId, endpoint.id)
    const { oldSecret, oldSecretUntil } = endpoint
    const old =
      oldSecret !== undefined && oldSecretUntil !== undefined && now < millis(oldSecretUntil) ? [oldSecret] : []
    const secrets = await Promise.all(
      [endpoint.secret, ...old].map((sealed) => this.#parts.cipher.open(sealed, context)),
    )
    return secrets.map((secret) => new Webhook(secret).sign(eventId, new Date(now), body)).join(' ')
  }

  async #conclude(record: DeliveryRecord, lease: Lease, result: Result): Promise<void> {
    const { table, clock, random } = this.#parts
    if (result.kind === 'delivered') return this.#close(record, lease, 'delivered')
    if (result.kind === 'gone') return this.#close(record, lease, 'failed', notifyingTexts.goneDisabled())
    const wait = waitAfter(record.attempts, random)
    if (wait === undefined)
      return this.#close(
        record,
        lease,
        'failed',
        notifyingTexts.triesFailed({ attempts: record.attempts, why: result.reason }),
      )
    const now = clock.now()
    const next = Math.min(Math.max(now + wait, result.notBefore ?? 0), now + Math.max(wait, longestWaitMs))
    const set = { nextAttemptAt: iso(next), log: record.log, updatedAt: iso(now) }
    await table.write(lease.ending(next, { set }), { until: lease.untilMs })
  }

  async #close(record: DeliveryRecord, lease: Lease, state: 'delivered' | 'failed', reason?: Text): Promise<void> {
    const { table, clock } = this.#parts
    const set = { state, reason, log: record.log, updatedAt: iso(clock.now()) }
    await table.write(lease.ending(undefined, { set, remove: ['nextAttemptAt'] }), { until: lease.untilMs })
  }
}

function resultOf(answer: HttpAnswer, now: number): Result {
  const { status } = answer
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone' }
  const reason = notifyingTexts.answered({ status })
  const until = status === 429 || status === 503 ? retryAfter(answer.headers, now) : undefined
  return { kind: 'failed', reason, ...(until === undefined ? {} : { notBefore: until }) }
}
