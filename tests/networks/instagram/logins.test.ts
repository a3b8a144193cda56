/** Instagram Login beside Facebook Login: other hosts, other tokens, other rights. */

import { afterAll, afterEach, expect, it } from 'vitest'
import { instagram } from '../../../shared/networks/instagram/index.ts'
import { instagramWebhook } from '../../../shared/networks/instagram/webhook.ts'
import type { Action, InboundEvent } from '../../../shared/networks/network.ts'
import { closeConnections, connect, content, image, newText, Session, tools } from '../../conformance/session.ts'
import { InstagramSimulator } from '../../simulators/instagram.ts'
import { english } from '../../support/english.ts'

let simulator: InstagramSimulator
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

async function open(flavour: 'facebook' | 'instagram') {
  simulator = await new InstagramSimulator(flavour).start()
  return Session.open(instagram, simulator, simulator.access())
}
const post = (options: Record<string, unknown> = {}) =>
  content([newText()], { options }, [image({ mime: 'image/jpeg', width: 1080, height: 1350 })])
const act = (session: Session, { kind, externalId, at, author, context }: InboundEvent, action: Action) =>
  instagram.act!({ ...session.call(), target: { kind, externalId, at, author, context }, action, key: 'k' } as never)

it('connects on Instagram itself, by the id that webhooks use', async () => {
  const { connected } = await open('instagram')
  expect(connected.account).toMatchObject({
    externalId: '17841400000000001',
    alsoKnownAs: ['9000000000000001'],
    handle: '@boulangerieduport',
  })
  expect(connected.credentials).toMatchObject({ flavour: 'instagram', userId: '17841400000000001' })
  expect((connected.expiresAt ?? 0) - Date.now()).toBeGreaterThan(59 * 24 * 3_600_000)
  expect(simulator.subscribed).toEqual([
    'comments',
    'live_comments',
    'mentions',
    'messages',
    'message_edit',
    'messaging_postbacks',
    'messaging_referral',
  ])
})

it('connects through the Page, whose token has no end', async () => {
  const { connected } = await open('facebook')
  expect(connected.credentials).toMatchObject({ flavour: 'facebook', pageId: '104857600000009' })
  expect(connected.expiresAt).toBeUndefined()
})

it('subscribes the Page by Facebook Login, keeps what the Page was subscribed to, and asks nothing of the account', async () => {
  const { connected } = await open('facebook')
  expect(simulator.subscriptions.ours).toEqual(['feed'])
  simulator.subscriptions.set(simulator.login.appId, ['mention', 'messages'])
  await instagram.attach?.(tools(simulator.access().app), connected as never)
  expect(simulator.subscriptions.ours).toEqual(['mention', 'messages', 'feed'])
  expect(simulator.subscribed).toEqual([])
})

it('says so where the Page of an account is not known, instead of leaving it without webhooks', async () => {
  const { connected } = await open('facebook')
  const { pageId: _, ...credentials } = connected.credentials as Record<string, string>
  const attached = instagram.attach?.(tools(simulator.access().app), { ...connected, credentials } as never)
  await expect(attached).rejects.toMatchObject({ code: 'page_unknown', message: expect.stringContaining('Page') })
})

it('publishes, answers and measures by Instagram Login as by the other', async () => {
  const session = await open('instagram')
  const live = await session.publish(session.run(post({ firstComment: newText('Premier') })))
  expect(live).toMatchObject({ kind: 'accepted', parts: simulator.live().map(({ externalId }) => externalId) })
  const first = await instagram.poll!(session.call() as never, undefined)
  const [media] = simulator.live()
  const comment = await simulator.comment(media?.externalId ?? '', 'Bravo !')
  await simulator.comment(comment.externalId, 'Oui, bravo')
  await simulator.directMessage('Ouvert ?')
  const { events } = await instagram.poll!(session.call() as never, first.cursor)
  expect(events.map(({ kind, text }) => [kind, text])).toEqual([
    ['comment', 'Bravo !'],
    ['comment', 'Oui, bravo'],
    ['direct_message', 'Ouvert ?'],
  ])
  expect(events[1]).toMatchObject({ parentExternalId: comment.externalId, postExternalId: media?.externalId })
  for (const event of events) {
    expect(await act(session, event, { name: 'reply', text: 'Merci !' })).toMatchObject({ kind: 'done' })
    expect(simulator.answersTo(event.externalId)).toEqual(['Merci !'])
  }
  // what the account itself wrote is told as outgoing, with what it answers
  const rest = await instagram.poll!(session.call() as never, first.cursor)
  const answers = rest.events.filter(({ direction }) => direction === 'outgoing')
  expect(rest.events.length - answers.length).toBe(3)
  expect(answers).toMatchObject([
    { kind: 'comment', text: 'Merci !', parentExternalId: comment.externalId },
    { kind: 'comment', text: 'Merci !', parentExternalId: comment.externalId },
    { kind: 'direct_message', text: 'Merci !', recipient: { externalId: events[2]?.author?.externalId } },
  ])
  expect((await instagram.measure!(session.call() as never, [media?.externalId ?? ''])).size).toBe(1)
})

it('cannot delete a post by Instagram Login, and says what to do', async () => {
  const session = await open('instagram')
  await session.publish(session.run(post()))
  expect(await session.remove({ externalId: simulator.live()[0]?.externalId ?? '' })).toMatchObject({
    kind: 'rejected',
    reason: 'permission',
    message: english(expect.stringContaining('Page')),
  })
  expect(simulator.live().length).toBe(1)
})

it('renews a token of Instagram Login once it is a day old, and leaves a younger one as it is', async () => {
  const session = await open('instagram')
  const young = await instagram.refresh!(tools(simulator.access().app), session.credentials as never)
  expect(young.credentials).toEqual(session.credentials)
  expect(young.expiresAt).toBe(session.connected.expiresAt)
  const day = 25 * 3_600_000
  simulator.tokenAt -= day
  const old = { ...young.credentials, renewedAt: (young.credentials.renewedAt ?? 0) - day }
  const renewed = await instagram.refresh!(tools(simulator.access().app), old)
  expect(renewed.credentials.accessToken).not.toBe(old.accessToken)
  expect((renewed.expiresAt ?? 0) - Date.now()).toBeGreaterThan(59 * 24 * 3_600_000)
  // the one before works no more
  await expect(instagram.refresh!(tools(simulator.access().app), old)).rejects.toMatchObject({
    code: 'reconnect_needed',
  })
})

it.each(['facebook', 'instagram'] as const)('says so when the secret is wrong: %s', async (flavour) => {
  await open(flavour)
  const error = await connect(instagram, simulator.access({ bad: true }), simulator).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'credentials_refused' })
})

it('says which login is not set up', async () => {
  await open('facebook')
  const start = { redirectUri: 'https://a.example/', state: 's', codeChallenge: 'c' }
  const asked = (flavour: string) => instagram.oauth!.authorize(tools({}), { ...start, input: { flavour } })
  await expect(asked('facebook')).rejects.toMatchObject({ message: english(expect.stringContaining('appId')) })
  await expect(asked('instagram')).rejects.toMatchObject({
    message: english(expect.stringContaining('instagramAppId')),
  })
})

it('answers under the post of somebody who tags the account, where it was mentioned', async () => {
  const session = await open('facebook')
  const { cursor } = await instagram.poll!(session.call() as never, undefined)
  const tagged = await simulator.mention('Le meilleur pain @boulangerieduport')
  const { events } = await instagram.poll!(session.call() as never, cursor)
  expect(events).toMatchObject([
    { kind: 'mention', externalId: tagged.externalId, text: expect.stringContaining('pain') },
  ])
  const [told] = instagramWebhook.normalize(tagged.delivery!.body)
  expect(told).toMatchObject({ event: { kind: 'mention', externalId: tagged.externalId } })
  for (const event of [events[0]!, told!.event])
    expect(await act(session, event, { name: 'reply', text: 'Merci' })).toMatchObject({ kind: 'done' })
  expect(simulator.answersTo(tagged.externalId)).toEqual(['Merci', 'Merci'])
  expect(await act(session, events[0]!, { name: 'hide' })).toMatchObject({ kind: 'rejected' })
})

it('takes 1000 bytes a message, not characters', async () => {
  const session = await open('facebook')
  await simulator.directMessage('Bonjour')
  const target: InboundEvent = { kind: 'direct_message', action: 'created', externalId: 'm', at: Date.now() }
  expect(await act(session, target, { name: 'reply', text: 'é'.repeat(501) })).toMatchObject({
    kind: 'rejected',
    message: english(expect.stringContaining('1,002')),
  })
})

it('measures a story, which knows fewer metrics', async () => {
  const session = await open('facebook')
  const story = { ...post({ kind: 'story' }), parts: [{ text: '', media: post().parts[0]?.media ?? [] }] }
  await session.publish(session.run(story))
  const [live] = simulator.live()
  simulator.setCounters(live?.externalId ?? '', { views: 9, reach: 8, shares: 1, likes: 2, comments: undefined })
  const measured = await instagram.measure!(session.call() as never, [live?.externalId ?? ''])
  expect(measured.get(live?.externalId ?? '')).toEqual({ likes: 2, views: 9, reach: 8, shares: 1 })
})
