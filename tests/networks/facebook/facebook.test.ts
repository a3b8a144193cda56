import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { platform } from '../../../shared/networks/facebook/api.ts'
import { facebook } from '../../../shared/networks/facebook/index.ts'
import { type HttpAnswer, refusalOf } from '../../../shared/networks/http/index.ts'
import { closeConnections, connect, content, image, newText, Session } from '../../conformance/session.ts'
import { FacebookSimulator } from '../../simulators/facebook.ts'
import { english } from '../../support/english.ts'

let simulator: FacebookSimulator
beforeEach(async () => {
  simulator = await new FacebookSimulator().start()
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const open = () => Session.open(facebook, simulator, simulator.access())

// ---- what an error means --------------------------------------------------------------------------------------------

const now = 1_763_600_000_000
function answered(status: number, error: Record<string, unknown> | undefined, headers: Record<string, string> = {}) {
  const body =
    error === undefined ? '<html>' : JSON.stringify({ error: { message: 'Why', type: 'OAuthException', ...error } })
  const answer: HttpAnswer = {
    status,
    headers,
    bytes: Buffer.from(body),
    url: '',
    text: () => body,
    json: () => (error === undefined ? undefined : JSON.parse(body)),
  }
  return (visible: boolean) => refusalOf(platform, answer, now, visible)
}

it.each([
  [190, { kind: 'reauthorize' }],
  [102, { kind: 'reauthorize' }],
  [4, { kind: 'limited', scope: 'app' }],
  [17, { kind: 'limited', scope: 'channel' }],
  [32, { kind: 'limited', scope: 'channel' }],
  [613, { kind: 'limited', scope: 'channel' }],
  [80001, { kind: 'limited', scope: 'channel' }],
  [368, { kind: 'rejected', reason: 'policy' }],
  [506, { kind: 'rejected', reason: 'duplicate' }],
  [100, { kind: 'rejected', reason: 'invalid' }],
  [1609005, { kind: 'rejected', reason: 'invalid' }],
  [3, { kind: 'rejected', reason: 'permission' }],
  [10, { kind: 'rejected', reason: 'permission' }],
  [200, { kind: 'rejected', reason: 'permission' }],
  [299, { kind: 'rejected', reason: 'permission' }],
  [1, { kind: 'unknown' }],
  [2, { kind: 'unknown' }],
])('code %i', (code, meaning) => {
  expect(answered(400, { code })(true)).toMatchObject(meaning)
})

it('does not believe that nothing happened when Facebook says it may be transient', () => {
  expect(answered(400, { code: 6000, is_transient: true })(true).kind).toBe('unknown')
  expect(answered(500, { code: 99 })(true).kind).toBe('unknown')
  expect(answered(502, undefined)(true).kind).toBe('unknown')
})
it('has nothing to be unsure of when nothing visible was asked for', () => {
  for (const unsure of [answered(400, { code: 2 }), answered(500, { code: 99 }), answered(502, undefined)])
    expect(unsure(false).kind).toBe('transient')
})
it('waits as long as the busiest use case says, in minutes', () => {
  const usage = {
    '1': [{ type: 'pages', estimated_time_to_regain_access: 3 }],
    '2': [{ estimated_time_to_regain_access: 19 }],
  }
  const headers = { 'x-business-use-case-usage': JSON.stringify(usage) }
  expect(answered(400, { code: 80001 }, headers)(true)).toMatchObject({ until: now + 19 * 60_000 })
})
it.each(['', '{', '[]', '{"1":5}', '{"1":[{"estimated_time_to_regain_access":0}]}'])(
  'waits a while when the usage says “%s”',
  (header) => {
    const { until = 0 } = answered(400, { code: 4 }, { 'x-business-use-case-usage': header })(true) as {
      until?: number
    }
    expect(until).toBeGreaterThan(now + 60_000)
  },
)
it('passes on what Meta would show a person', () => {
  expect(answered(400, { code: 368, error_user_msg: 'Vous ne pouvez pas publier.' })(true)).toMatchObject({
    message: english(expect.stringContaining('Vous ne pouvez pas publier.')),
  })
})

// ---- the Page -------------------------------------------------------------------------------------------------------

it('asks to be told of what happens on the Page, if deliveries could be verified', async () => {
  await open()
  expect(simulator.subscriptions.ours).toEqual([
    'feed',
    'mention',
    'messages',
    'message_echoes',
    'message_edits',
    'messaging_postbacks',
    'messaging_referrals',
  ])
})

it('refuses the token of somebody else', async () => {
  simulator.tokenOf = { id: '555', name: 'Léa Martin' }
  await expect(connect(facebook, simulator.access())).rejects.toMatchObject({ code: 'credentials_refused' })
})

it('says which permissions are missing', async () => {
  simulator.fault({ kind: 'refused', reason: 'permission', on: 'auth' })
  await expect(connect(facebook, simulator.access())).rejects.toMatchObject({
    code: 'permission_missing',
    message: english(expect.stringContaining('pages_manage_posts')),
  })
})

it('shows the preview of the first link, of the one that was chosen, or none', async () => {
  const session = await open()
  const text = 'À lire (https://a.example/x?y=1), puis https://b.example.'
  for (const options of [{}, { link: 'https://c.example/' }, { link: false }])
    await session.publish(session.run(content([text], { options })))
  await session.publish(session.run(content([text], {}, [image()])))
  expect(simulator.live().map((post) => post.extra.link)).toEqual([
    'https://a.example/x?y=1',
    'https://c.example/',
    undefined,
    undefined,
  ])
})

it('refuses a link beside photos, and threads', () => {
  const review = (what: Parameters<typeof facebook.review>[0]) => facebook.review(what, facebook.limits, {}).problems
  expect(review(content(['Bonjour'], { options: { link: 'https://a.example' } }, [image()]))).toMatchObject([
    { code: 'link_with_media' },
  ])
  expect(review(content(['Bonjour'], { options: { link: 'javascript:alert(1)' } }))).toMatchObject([
    { pointer: '/options/link' },
  ])
  expect(review(content(['Un', 'Deux']))).toMatchObject([{ code: 'too_many_parts' }])
})

it('tells two posts without text apart by their photos', async () => {
  const session = await open()
  const run = session.run(content([''], {}, [image()]))
  simulator.fault({ kind: 'dropped' })
  await session.publish(run)
  const somebodyElse = await open()
  await somebodyElse.publish(somebodyElse.run(content([''], {}, [image()])))
  expect(await session.find(run)).toEqual({ kind: 'absent' })
})

it('uploads again what Facebook has thrown away meanwhile', async () => {
  const session = await open()
  const run = session.run(content([newText()], {}, [image()]))
  simulator.fault({ kind: 'limited', wait: 'seconds', seconds: 60 })
  await session.publish(run)
  const text = JSON.stringify(run.checkpoint)
  run.checkpoint = JSON.parse(text.replace(/"at":\d+/, `"at":${Date.now() - 24 * 3_600_000}`))
  simulator.forgetPhotos()
  expect(await session.publish(run)).toMatchObject({ kind: 'accepted' })
  expect(simulator.live()[0]?.media.length).toBe(1)
})

it('looks further back than one page', async () => {
  const session = await open()
  const run = session.run(content([newText()]))
  simulator.fault({ kind: 'lost', how: 'cut' })
  await session.publish(run)
  for (let i = 0; i < 8; i++) simulator.seedPost(newText(), { at: Date.now() + i })
  simulator.pageSize = 3
  expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: simulator.live()[0]?.externalId })
})

it('asks for a metric that this Page lacks once, not once a post', async () => {
  const session = await open()
  for (let i = 0; i < 3; i++) await session.publish(session.run(content([newText()])))
  const ids = simulator.live().map((post) => post.externalId)
  for (const id of ids) simulator.setCounters(id, { views: undefined })
  const before = simulator.journal.length
  const measured = await facebook.measure?.(session.call() as never, ids)
  expect([...(measured ?? [])].map(([, counters]) => Object.keys(counters))).toEqual(
    ids.map(() => ['likes', 'comments', 'shares', 'reach', 'clicks']),
  )
  // all at once for the first; then its fields, and its metrics one by one; then one call a post again
  expect(simulator.journal.length - before).toBe(1 + 1 + 3 + 1 + 1)
})
