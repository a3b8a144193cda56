import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { newId, systemRandom } from '../../../shared/kernel/ids.ts'
import { bluesky } from '../../../shared/networks/bluesky/index.ts'
import type { Action, InboundEvent } from '../../../shared/networks/network.ts'
import { closeConnections, content, newText, Session } from '../../conformance/session.ts'
import { accepted, known } from '../../conformance/stage.ts'
import { BlueskySimulator } from '../../simulators/bluesky.ts'
import { english } from '../../support/english.ts'

let simulator: BlueskySimulator
let session: Session
beforeEach(async () => {
  simulator = await new BlueskySimulator().start()
  session = await Session.open(bluesky, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const newKey = () => newId('publication', Date.now(), systemRandom)
const act = (target: InboundEvent, action: Action, key = newKey()) =>
  known(bluesky.act)({ ...session.call(), target, action, key } as never)

const publish = async () => accepted(await session.publish(session.run(content([newText()]))))
async function cameIn(): Promise<InboundEvent> {
  return known((await known(bluesky.poll)(session.call() as never, undefined)).events.at(-1))
}

it('sends an answer once, however often it is sent, and finds it where the answer was lost', async () => {
  await simulator.mention(newText())
  const event = await cameIn()
  const key = newKey()
  simulator.fault({ kind: 'lost', how: 'cut', on: 'act' })
  const action: Action = { name: 'reply', text: newText() }
  expect((await act(event, action, key)).kind).toBe('unknown')
  expect(await act(event, action, key)).toMatchObject({ kind: 'done', externalId: simulator.live()[0]?.externalId })
  expect(simulator.answersTo(event.externalId)).toEqual([action.text])
})

it('makes what is in an answer clickable, and renews a session that ended', async () => {
  await simulator.mention(newText())
  const event = await cameIn()
  simulator.expireToken()
  const text = 'Merci @lea.bsky.test, voyez https://boulangerie.example/été_(2026) #pain'
  expect((await act(event, { name: 'reply', text })).kind).toBe('done')
  const record = simulator.live()[0]?.extra['record'] as { facets: { features: { $type: string }[] }[] }
  expect(record.facets.map(({ features: [one] }) => one?.$type.split('#')[1])).toEqual(['mention', 'link', 'tag'])
})

it('refuses an answer that is too long before anything is sent', async () => {
  await simulator.mention(newText())
  expect(await act(await cameIn(), { name: 'reply', text: 'é'.repeat(301) })).toMatchObject({
    kind: 'rejected',
    pointer: '/text',
  })
  expect(simulator.live()).toEqual([])
})

it('keeps what the owner set about the thread by hand when it hides a reply', async () => {
  const post = await publish()
  const other = `at://did:plc:other/app.bsky.feed.post/3kaaaaaaaaa2a`
  simulator.seedGate(post.externalId, [other])
  await simulator.comment(post.externalId, newText())
  const event = await cameIn()
  expect((await act(event, { name: 'hide' })).kind).toBe('done')
  expect(simulator.gateOf(post.externalId)).toMatchObject({ allow: [], hiddenReplies: [other, event.externalId] })
  expect((await act(event, { name: 'unhide' })).kind).toBe('done')
  expect(simulator.gateOf(post.externalId)).toMatchObject({ allow: [], hiddenReplies: [other] })
})

it('says so when no more replies of a thread can be hidden', async () => {
  const post = await publish()
  simulator.seedGate(
    post.externalId,
    Array.from({ length: 300 }, (_, i) => `at://did:plc:other/app.bsky.feed.post/${i}`),
  )
  await simulator.comment(post.externalId, newText())
  expect(await act(await cameIn(), { name: 'hide' })).toMatchObject({
    kind: 'rejected',
    message: english(expect.stringContaining('300')),
  })
})

it('hides two replies at the same time without losing one', async () => {
  const post = await publish()
  await simulator.comment(post.externalId, newText())
  await simulator.comment(post.externalId, newText())
  const { events } = await known(bluesky.poll)(session.call() as never, undefined)
  const acted = await Promise.all(events.map((event) => act(event, { name: 'hide' })))
  expect(acted.map(({ kind }) => kind)).toEqual(['done', 'done'])
  for (const { externalId } of events) expect(simulator.standing(externalId)).toBe('hidden')
})

it('does not pretend to hide what is not under a post of the account', async () => {
  await simulator.mention(newText())
  expect(await act(await cameIn(), { name: 'hide' })).toMatchObject({ kind: 'rejected', reason: 'permission' })
})

it('reads the post off its address, if it is the account’s own', () => {
  const account = { externalId: 'did:plc:abc', handle: '@boulangerie.test', name: 'B' }
  const id = (url: string) => bluesky.externalIdOf?.(new URL(url), account)
  const uri = 'at://did:plc:abc/app.bsky.feed.post/3kaaaaaaaaa2a'
  expect(id('https://bsky.app/profile/Boulangerie.test/post/3kaaaaaaaaa2a')).toBe(uri)
  expect(id('https://bsky.app/profile/did:plc:abc/post/3kaaaaaaaaa2a')).toBe(uri)
  expect(id('https://bsky.app/profile/lea.test/post/3kaaaaaaaaa2a')).toBeUndefined()
  expect(id('https://example.com/profile/boulangerie.test/post/3kaaaaaaaaa2a')).toBeUndefined()
})
