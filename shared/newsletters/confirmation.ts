import { keys } from '../aws/keys.ts'
import { iso, millis } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import type { Postman } from '../networks/network.ts'
import { due, notDue, readDue, type WakeMessageOf } from '../scheduling/index.ts'
import { type DeliveryParts, domainOf, reconnectMs, retryMs } from './delivery-parts.ts'
import { confirmationIdOf } from './issue.ts'
import { addressOf, listRecord, subscriberRecord } from './list.ts'
import { renderConfirmation } from './render.ts'
import { Subscribers } from './subscribers.ts'

/** A refusal that says nothing of the mailbox: tried again, as long as somebody who does not confirm is remembered. */
const refusedMs = 3 * 3600_000
const triedForMs = 30 * 24 * 3600_000
/** Within the function's own time. */
const keepTryingMs = 90_000

/** Sends the letter that asks somebody to confirm, at most once for each time they asked. */
export async function sendConfirmation(parts: DeliveryParts, message: WakeMessageOf<'confirmation'>): Promise<void> {
  const { table, clock, log, channels, publicUrl } = parts
  const { workspaceId, subscriberId: id, wakeAt } = message
  const subscriber = await readDue(parts, message, subscriberRecord)
  if (subscriber === undefined) return
  const askedAt = iso(clock.now())
  const claimed = await table.write({
    update: keys.subscriber(workspaceId, id),
    set: { askedAt },
    remove: ['wakeAt', ...notDue],
    if: {
      all: [
        ['wakeAt', '=', wakeAt],
        ['state', '=', 'pending'],
      ],
    },
  })
  if (!claimed.ok) return
  const { email, confirmToken, listId } = subscriber
  const list = await table.get(keys.list(workspaceId, listId), listRecord)
  if (email === undefined || confirmToken === undefined || list === undefined) return
  const startedAt = clock.now()
  const again = async (at: number) => {
    if (at - millis(subscriber.proof.at) > triedForMs) return
    const { set } = due(message, at, clock.now())
    // what the mail server answered: tried for as long as the function may run
    await table.write(
      {
        update: keys.subscriber(workspaceId, id),
        set,
        if: {
          all: [
            ['state', '=', 'pending'],
            ['wakeAt', 'absent'],
            // a later letter has its own claim
            ['askedAt', '=', askedAt],
          ],
        },
      },
      { until: startedAt + keepTryingMs },
    )
  }
  let postman: Postman | undefined
  try {
    const { connector, call } = await channels.open(workspaceId, list.channelId, AbortSignal.timeout(60_000))
    postman = await connector.postman?.(call)
    if (postman === undefined) return
    const url = `${publicUrl}/newsletters/${addressOf(subscriber, confirmToken)}/confirm`
    const messageId = `${confirmationIdOf(subscriber, clock.now())}@${domainOf(call.account.handle)}`
    const posted = await postman.send({
      to: email,
      ...renderConfirmation(list, email, url),
      messageId,
      headers: { 'X-Parvis-Letter': `<${messageId}>`, 'Auto-Submitted': 'auto-generated' },
    })
    if (posted.kind === 'limited') await again(posted.until)
    else if (posted.kind === 'transient') await again(clock.now() + retryMs)
    else if (posted.kind === 'reauthorize') {
      await channels.needsReconnect(workspaceId, list.channelId, posted.message)
      await again(clock.now() + reconnectMs)
    } else if (posted.kind === 'bounced' && posted.finding === 'no_mailbox')
      await new Subscribers(parts).gone(workspaceId, id, 'bounced')
    else if (posted.kind === 'bounced' || posted.kind === 'deferred' || posted.kind === 'rejected') {
      log.warn('a confirmation was refused', { subscriberId: id, error: posted.message })
      await again(clock.now() + refusedMs)
    }
  } catch (error) {
    log.warn('a confirmation could not be sent', { subscriberId: id, error: messageOf(error) })
    await again(clock.now() + reconnectMs)
  } finally {
    postman?.close()
  }
}
