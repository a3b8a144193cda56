import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { linkedinWebhook } from '../../../shared/networks/linkedin/webhook.ts'

/** As one was seen, but for its names. */
const seen = {
  subscriber: 'urn:li:person:zLqTygBP8S',
  lastModifiedAt: 1691574506310,
  decoratedSourcePost: {
    owner: 'urn:li:organization:96072893',
    mediaCategory: 'NONE',
    text: 'Bonjour',
    entity: 'urn:li:share:7094637247487995904',
  },
  sourcePost: 'urn:li:activity:7094637247890620418',
  decoratedGeneratedActivity: {
    comment: {
      owner: 'urn:li:person:b7Kq0aM3Xt',
      text: 'Merci',
      entity: 'urn:li:comment:(urn:li:activity:7094637247890620418,7094977717598625792)',
      object: 'urn:li:activity:7094637247890620418',
    },
  },
  action: 'COMMENT',
  notificationId: 5603453321,
  organizationalEntity: 'urn:li:organization:96072893',
  generatedActivity: 'urn:li:comment:(activity:7094637247890620418,7094977717598625792)',
}
const told = (...notifications: unknown[]) =>
  linkedinWebhook.normalize(
    Buffer.from(JSON.stringify({ type: 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS', notifications })),
  )
const { decoratedGeneratedActivity: _, ...bare } = seen

it('takes a signature with and without the prefix that some receivers see', () => {
  const body = Buffer.from('{"notifications":[]}')
  const hex = createHmac('sha256', 's').update(`hmacsha256=${body}`).digest('hex')
  for (const value of [hex, `hmacsha256=${hex}`])
    expect(
      linkedinWebhook.verify({ headers: { 'x-li-signature': value }, query: {}, body }, { clientSecret: 's' }),
    ).toBe(true)
  const plain = createHmac('sha256', 's').update(body).digest('hex')
  expect(linkedinWebhook.verify({ headers: { 'x-li-signature': plain }, query: {}, body }, { clientSecret: 's' })).toBe(
    false,
  )
})

it('hangs a comment on the post, not on its activity', () => {
  expect(told(seen)).toMatchObject([
    {
      accountId: 'urn:li:organization:96072893',
      event: {
        kind: 'comment',
        action: 'created',
        externalId: 'urn:li:comment:(urn:li:activity:7094637247890620418,7094977717598625792)',
        at: 1691574506310,
        text: 'Merci',
        postExternalId: 'urn:li:share:7094637247487995904',
      },
    },
  ])
})

it('knows the same comment by its short name, when nothing else is told', () => {
  const [created] = told(seen)
  const [deleted] = told({ ...bare, action: 'COMMENT_DELETE' })
  expect(deleted?.event).toMatchObject({ action: 'deleted', externalId: created?.event.externalId })
})

it('tells what the page wrote itself as outgoing, and leaves out one strange notification among others', () => {
  const own = { owner: seen.organizationalEntity, text: 'a', entity: seen.decoratedGeneratedActivity.comment.entity }
  expect(told({ ...seen, action: 'ADMIN_COMMENT', decoratedGeneratedActivity: { comment: own } })).toMatchObject([
    { event: { kind: 'comment', direction: 'outgoing', text: 'a' } },
  ])
  expect(told(seen)[0]?.event.direction).toBeUndefined()
  expect(told(7, { action: 'COMMENT' }, { ...seen, action: 'NEW_THING' }, seen)).toHaveLength(1)
})

it('reads a share with words as a mention, one without as nothing, a like as a reaction', () => {
  const share = (text: string) => ({
    ...bare,
    action: 'SHARE',
    generatedActivity: 'urn:li:share:8',
    decoratedGeneratedActivity: { share: { owner: 'urn:li:person:b', text, entity: 'urn:li:share:8' } },
  })
  expect(told(share('À lire'))).toMatchObject([
    { event: { kind: 'mention', externalId: 'urn:li:share:8', text: 'À lire' } },
  ])
  expect(told(share(''))).toEqual([])
  expect(told({ ...bare, action: 'LIKE', generatedActivity: 'urn:li:like:9' })).toMatchObject([
    { event: { kind: 'reaction', postExternalId: 'urn:li:share:7094637247487995904' } },
  ])
})
