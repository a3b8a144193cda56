/** Answers within their windows, and polling, beyond what the kit sees. */

import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { facebook } from '../../../shared/networks/facebook/index.ts'
import type { Action, InboundEvent, Target } from '../../../shared/networks/network.ts'
import { closeConnections, content, newText, Session } from '../../conformance/session.ts'
import { FacebookSimulator } from '../../simulators/facebook.ts'
import { english } from '../../support/english.ts'

let simulator: FacebookSimulator
let session: Session
beforeEach(async () => {
  simulator = await new FacebookSimulator().start()
  session = await Session.open(facebook, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const hour = 3_600_000
const lea = { externalId: '24681357', handle: 'Léa Martin', name: 'Léa Martin' }
const act = (target: Partial<Target>, action: Action, app: Record<string, string> = {}) => {
  const call = session.call()
  return facebook.act!({
    ...(call as never as Parameters<NonNullable<typeof facebook.act>>[0]),
    app: { ...call.app, ...app },
    target: { kind: 'comment', externalId: '', at: Date.now(), author: lea, ...target },
    action,
    key: 'key',
  })
}
const poll = (cursor?: string) => facebook.poll!(session.call() as never, cursor)

it('answers a message for 24 hours, and as a human agent for 7 days where Meta allowed it', async () => {
  const { externalId } = await simulator.directMessage('Ouvert dimanche ?')
  const target = (age: number) => ({ kind: 'direct_message' as const, externalId, at: Date.now() - age })
  const reply: Action = { name: 'reply', text: 'Oui !' }
  expect(await act(target(23 * hour), reply)).toMatchObject({ kind: 'done' })
  expect(await act(target(25 * hour), reply)).toMatchObject({
    kind: 'rejected',
    reason: 'policy',
    message: english(expect.stringContaining('24 hours')),
  })
  simulator.humanAgent = true
  expect(await act(target(25 * hour), reply, { humanAgent: 'true' })).toMatchObject({ kind: 'done' })
  expect(await act(target(8 * 24 * hour), reply, { humanAgent: 'true' })).toMatchObject({
    kind: 'rejected',
    message: english(expect.stringContaining('7 days')),
  })
  expect(simulator.answersTo(externalId)).toEqual(['Oui !', 'Oui !'])
})

it('answers an old message of a person who wrote again since, and private replies by their comment alone', async () => {
  const { externalId } = await simulator.directMessage('Ouvert dimanche ?')
  const old = { kind: 'direct_message' as const, externalId, at: Date.now() - 30 * hour }
  const reply: Action = { name: 'reply', text: 'Oui !' }
  expect(await act({ ...old, lastInboundAt: Date.now() - hour }, reply)).toMatchObject({ kind: 'done' })
  expect(await act({ ...old, lastInboundAt: Date.now() - 25 * hour }, reply)).toMatchObject({
    reason: 'policy',
    message: english(expect.stringContaining('25 hours old')),
  })
  const comment = { externalId: 'c', at: Date.now() - 8 * 24 * hour, lastInboundAt: Date.now() }
  expect(await act(comment, { name: 'private_reply', text: 'Voici.' })).toMatchObject({ reason: 'policy' })
})

it('replies in private once, within 7 days', async () => {
  const post = simulator.seedPost(newText())
  const { externalId } = await simulator.comment(post.externalId, 'Une question')
  const reply: Action = { name: 'private_reply', text: 'Voici.' }
  expect(await act({ externalId, at: Date.now() - 8 * 24 * hour }, reply)).toMatchObject({ reason: 'policy' })
  expect(await act({ externalId }, reply)).toMatchObject({ kind: 'done' })
  expect(await act({ externalId }, reply)).toMatchObject({ kind: 'rejected', reason: 'duplicate' })
  expect(simulator.answersTo(externalId)).toEqual(['Voici.'])
})

it('says in plain words what cannot be done', async () => {
  const message = { kind: 'direct_message' as const, externalId: 'm_1' }
  for (const name of ['hide', 'unhide', 'delete'] as const)
    expect(await act(message, { name })).toMatchObject({ kind: 'rejected', reason: 'invalid' })
  expect(await act(message, { name: 'reply', text: 'x'.repeat(2_001) })).toMatchObject({ reason: 'invalid' })
  expect(await act({ kind: 'reaction' }, { name: 'reply', text: 'Merci' })).toMatchObject({ reason: 'invalid' })
  expect(await act({}, { name: 'reply', text: 'x'.repeat(8_001) })).toMatchObject({ reason: 'invalid' })
})

it('brings comments over many pages and polls, what the Page wrote as outgoing', async () => {
  const post = simulator.seedPost(newText())
  await simulator.comment(post.externalId, 'avant')
  simulator.pageSize = 3
  let { cursor } = await poll()
  const sent: string[] = []
  for (let i = 0; i < 11; i++) sent.push((await simulator.comment(post.externalId, `nº ${i}`)).externalId)
  await act({ externalId: sent[0] ?? '' }, { name: 'reply', text: 'De nous' })
  const seen: string[] = []
  const own: InboundEvent[] = []
  for (let more = true; more; ) {
    const polled = await poll(cursor)
    own.push(...polled.events.filter(({ direction }) => direction === 'outgoing'))
    seen.push(...polled.events.filter((one) => !own.includes(one)).map(({ externalId }) => externalId))
    ;({ cursor, more } = polled)
  }
  expect(seen.length).toBe(sent.length)
  expect(new Set(seen)).toEqual(new Set(sent))
  expect(own).toMatchObject([{ kind: 'comment', text: 'De nous', parentExternalId: sent[0] }])
  expect((await poll(cursor)).events).toEqual([])
})

it('reads comments though nobody allowed it to read messages or tags', async () => {
  const { cursor } = await poll()
  const post = simulator.seedPost(newText())
  const { externalId } = await simulator.comment(post.externalId, 'Bravo')
  simulator.fault({ kind: 'refused', reason: 'permission', on: 'read', skip: 1 })
  simulator.fault({ kind: 'refused', reason: 'permission', on: 'read' })
  expect((await poll(cursor)).events).toMatchObject([{ externalId }])
  expect(simulator.pendingFaults()).toEqual([])
})

it('costs three calls when nothing happened', async () => {
  const { cursor } = await poll()
  const before = simulator.journal.length
  expect(await poll(cursor)).toMatchObject({ events: [], more: false })
  expect(simulator.journal.length - before).toBe(3)
})

it('reads what a Page is told of the account, leaving out a metric that it lacks', async () => {
  simulator.followers = 12
  simulator.channelFigures = { views: 40, visits: 3 }
  expect(await facebook.measureChannel?.(session.call() as never)).toEqual({ followers: 12, views: 40, visits: 3 })
})

it('measures a post in one call', async () => {
  await session.publish(session.run(content([newText()])))
  const before = simulator.journal.length
  await facebook.measure?.(session.call() as never, [simulator.live()[0]?.externalId ?? ''])
  expect(simulator.journal.length - before).toBe(1)
})
