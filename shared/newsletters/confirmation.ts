import { keys, notWaking, waking } from '../aws/keys.ts'
import { iso, millis } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { wakeId } from '../kernel/wake.ts'
import type { Postman } from '../networks/network.ts'
import { type DeliveryParts, domainOf, reconnectMs, retryMs } from './delivery-parts.ts'
import { confirmationIdOf } from './issue.ts'
import { addressOf, listRecord, subscriberRecord } from './list.ts'
import { renderConfirmation } from './render.ts'
import { Subscribers } from './subscribers.ts'

/** A refusal that says nothing of the mailbox: tried again, as long as somebody who does not confirm is remembered. */
const refusedMs = 3 * 3600_000
const triedForMs = 30 * 24 * 3600_000

/** Sends the letter that asks somebody to confirm, at most once for each time they asked. */
export async function sendConfirmation(
  parts: DeliveryParts,
  workspaceId: string,
  id: string,
  wakeAt: string,
): Promise<void> {
  const { table, clock, log, channels, publicUrl } = parts
  const claimed = await table.write({
    update: keys.subscriber(workspaceId, id),
    set: { askedAt: iso(clock.now()) },
    remove: ['wakeAt', ...notWaking],
    if: {
      all: [
        ['wakeAt', '=', wakeAt],
        ['state', '=', 'pending'],
      ],
    },
  })
  if (!claimed.ok) return
  const subscriber = await table.get(keys.subscriber(workspaceId, id), subscriberRecord)
  const { email, confirmToken, listId } = subscriber ?? {}
  const list = listId === undefined ? undefined : await table.get(keys.list(workspaceId, listId), listRecord)
  if (subscriber === undefined || email === undefined || confirmToken === undefined || list === undefined) return
  const again = async (at: number) => {
    if (at - millis(subscriber.proof.at) > triedForMs) return
    const next = iso(at)
    await table.write({
      update: keys.subscriber(workspaceId, id),
      set: { wakeAt: next, ...waking('letter', next, wakeId(workspaceId, id)) },
      if: {
        all: [
          ['state', '=', 'pending'],
          ['wakeAt', 'absent'],
        ],
      },
    })
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
      ...renderConfirmation(list, url),
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
