import { afterAll, beforeAll, expect, it } from 'vitest'
import { handler } from '../../functions/api/notifications.ts'
import { handler as notify } from '../../functions/consumers/notify.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { publicationEvents } from '../../shared/publishing/events.ts'
import { SesEndpoint } from '../support/ses.ts'
import { type Answered, type Asked, startTelling } from './telling.ts'

let stage: Awaited<ReturnType<typeof startTelling>>
let ses: SesEndpoint
let call: (method: string, path: string, asked?: Asked) => Promise<Answered>

beforeAll(async () => {
  ses = await SesEndpoint.start()
  Object.assign(process.env, { AWS_ENDPOINT_URL_SESV2: ses.url, MAIL_FROM: 'Parvis <parvis@example.org>' })
  stage = await startTelling('api-notifications')
  call = stage.client(handler)
})
afterAll(async () => {
  await stage.stop()
  await ses.stop()
})

/** Events as the bus and the queue hand them over. */
async function happen(name: string, sequences: readonly number[]) {
  const { id: workspaceId } = await stage.workspace(name)
  const Records = sequences.map((sequence) => {
    const detail = publicationEvents.missed.create(
      { now: Date.now(), random: systemRandom },
      { workspaceId, subject: 'pub_1', sequence },
      { publicationId: 'pub_1', postId: 'post_1', channelId: 'chan_1', network: 'feed', state: 'missed' },
    )
    return { messageId: `m${sequence}`, body: JSON.stringify({ source: 'parvis', detail }) }
  })
  return notify({ Records })
}

it('come from the bus, and by mail to the owner, once however often the message comes', async () => {
  expect(await happen('mailed', [4])).toEqual({ batchItemFailures: [] })
  expect(await happen('mailed', [4])).toEqual({ batchItemFailures: [] })
  expect(ses.sent).toMatchObject([
    { to: 'mailed@example.org', subject: expect.stringContaining('Publication manquée') },
  ])
  expect(ses.sent[0]?.text).toContain('POST https://api.example.org/v1/publications/pub_1/schedule')
  const { body } = await call('GET', '/v1/notifications', { as: 'mailed' })
  expect(body.items).toMatchObject([{ mail: 'sent', language: 'fr' }])
})

it('are listed, read once, and unknown to other workspaces', async () => {
  await happen('one', [1, 2, 3])
  const first = await call('GET', '/v1/notifications', { query: 'limit=2&unread=true' })
  expect(first.body.items[0]).toMatchObject({
    kind: 'publication.missed',
    severity: 'warning',
    mail: 'sent',
    settles: { method: 'POST', path: '/v1/publications/pub_1/schedule' },
  })
  const { id } = first.body.items[0]
  const second = await call('GET', '/v1/notifications', { query: `limit=2&unread=true&cursor=${first.body.next}` })
  expect([first.body.items.length, second.body.items.length]).toEqual([2, 1])
  expect(await call('POST', `/v1/notifications/${id}/read`, { as: 'two' })).toMatchObject({ status: 404 })
  const read = await call('POST', `/v1/notifications/${id}/read`)
  expect(read).toMatchObject({
    status: 200,
    body: { id, readBy: expect.stringMatching(/^key_/), readAt: expect.any(String) },
  })
  expect((await call('POST', `/v1/notifications/${id}/read`)).body).toEqual(read.body)
  const unread = await call('GET', '/v1/notifications', { query: 'unread=true' })
  expect(unread.body.items.map((item: { id: string }) => item.id)).not.toContain(id)
  expect(unread.body.items).toHaveLength(2)
  expect((await call('GET', '/v1/notifications', { as: 'two' })).body).toMatchObject({ items: [] })
  expect(await call('GET', '/v1/notifications', { query: 'unread=perhaps' })).toMatchObject({ status: 422 })
  expect((await stage.stored()).filter(({ action }) => action === 'notification.read')).toHaveLength(1)
})
