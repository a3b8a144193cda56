/** What is Bluesky's own, beyond the conformance kit. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import { AppError } from '../../../shared/kernel/errors.ts'
import { createAgents, createHttpClient, Recorder } from '../../../shared/networks/http/index.ts'
import type { InboundEvent, Live, Outcome } from '../../../shared/networks/network.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { closeConnections, connect, content, image, newText, Session } from '../../conformance/session.ts'
import { BlueskySimulator } from '../../simulators/bluesky.ts'

const bluesky = await connectorOf('bluesky')
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

function accepted(outcome: Outcome): Live {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`)
  return outcome
}
const recordOf = (live: Live) =>
  simulator.live().find((post) => post.externalId === live.externalId)?.extra['record'] as Record<string, unknown>
const publish = async (...given: Parameters<typeof content>) =>
  accepted(await session.publish(session.run(content(...given))))
const calls = (method: string) => simulator.journal.filter((entry) => entry.path.endsWith(method)).length

async function poll(cursor: string | undefined): Promise<{ events: InboundEvent[]; cursor: string | undefined }> {
  const events: InboundEvent[] = []
  let at = cursor
  for (;;) {
    const polled = await bluesky.poll?.(session.call(), at)
    if (polled === undefined) throw new Error('no poll')
    events.push(...polled.events)
    at = polled.cursor
    if (!polled.more) return { events, cursor: at }
  }
}

describe('records', () => {
  it('are dated with the due instant and tell their language', async () => {
    const run = session.run(content([newText()], { language: 'fr-CA' }))
    const record = recordOf(accepted(await session.publish(run)))
    expect(record).toMatchObject({ createdAt: new Date(run.dueAt).toISOString(), langs: ['fr-CA'] })
  })
  it('name those who are mentioned, and leave alone who is not known', async () => {
    const record = recordOf(await publish(['Merci @lea.bsky.test et @personne.bsky.test']))
    expect(record['facets']).toMatchObject([{ features: [{ did: 'did:plc:lea2martin4dhzq7xk5vwbtc' }] }])
  })
  it('leave without the mention when handles cannot be resolved right now', async () => {
    simulator.fault({ kind: 'server_error', status: 502, on: 'read' })
    const record = recordOf(await publish(['Merci @lea.bsky.test']))
    expect(record['facets']).toBeUndefined()
  })
  it('upload again what the server swept in the meantime', async () => {
    const run = session.run(content([newText()], {}, [image()]))
    simulator.fault({ kind: 'limited', wait: 'seconds', seconds: 60 })
    await session.publish(run)
    simulator.sweepBlobs()
    expect(await session.publish(run)).toMatchObject({ kind: 'transient' })
    accepted(await session.publish(run))
    expect(simulator.live()).toHaveLength(1)
  })
  it('are the same post after the publication was given another moment', async () => {
    const run = session.run(content([newText()]))
    const first = accepted(await session.publish(run))
    const later = accepted(
      await session.publish({ ...run, dueAt: run.dueAt + 3_600_000, checkpoint: undefined } as typeof run),
    )
    expect(later.externalId).toBe(first.externalId)
    expect(simulator.live()).toHaveLength(1)
  })
})

describe('sessions', () => {
  it('are made once, and then renewed without the password', async () => {
    for (let i = 0; i < 3; i++) {
      simulator.expireToken()
      await publish([newText()])
    }
    expect(calls('createSession')).toBe(1)
    expect(calls('refreshSession')).toBe(3)
  })
  it('say when they end, so that they are renewed ahead of it', async () => {
    const { expiresAt = 0 } = await connect(bluesky, simulator.access())
    expect(expiresAt - Date.now()).toBeGreaterThan(3_600_000)
  })
  it('connect to a server without an AppView by what the session tells', async () => {
    simulator.hasAppView = false
    const { account } = await connect(bluesky, simulator.access())
    expect(account).toMatchObject({ handle: '@boulangerie.bsky.test', name: 'boulangerie.bsky.test' })
    expect(account.picture).toBeUndefined()
  })
  it('blame neither the password nor the account when logins are limited', async () => {
    simulator.fault({ kind: 'limited', wait: 'seconds', seconds: 300, on: 'auth' })
    const error = await connect(bluesky, simulator.access()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ kind: 'rate_limited', retryAfterSeconds: expect.any(Number) })
  })
  it('wait when they cannot be renewed right now, and keep the post for later', async () => {
    simulator.expireToken()
    simulator.fault({ kind: 'limited', wait: 'seconds', seconds: 90, on: 'auth' })
    const run = session.run(content([newText()]))
    expect(await session.publish(run)).toMatchObject({ kind: 'limited' })
    accepted(await session.publish(run))
  })
})

it('asks for a new connection when a renewed session is refused too, instead of renewing for ever', async () => {
  const call = session.call()
  simulator.expireToken()
  const stuck = { ...call, credentials: { ...call.credentials, refresh: async () => call.credentials.current() } }
  await expect(bluesky.measureChannel?.(stuck)).rejects.toMatchObject({ code: 'reconnect_needed' })
})

it('leaves neither passwords nor tokens in the evidence of what was exchanged', async () => {
  const recorder = new Recorder()
  const agents = createAgents(true, () => systemClock.now())
  const http = createHttpClient({ allowPrivateHosts: true, clock: systemClock, agents, record: recorder.record })
  const access = simulator.access()
  const { credentials } = await bluesky.connect({ ...session.tools(), http }, access.credentials, {})
  const renewed = await bluesky.refresh?.({ ...session.tools(), http }, credentials)
  agents.close()
  const kept = JSON.stringify(recorder.exchanges())
  expect(kept).toContain('com.atproto.server.refreshSession')
  for (const { accessJwt, refreshJwt, appPassword } of [credentials, renewed?.credentials] as any[])
    for (const secret of [accessJwt, refreshJwt, appPassword]) expect(kept).not.toContain(secret)
})

it('goes to no private address unless it is allowed to', async () => {
  const agents = createAgents(false, () => systemClock.now())
  const http = createHttpClient({ allowPrivateHosts: false, clock: systemClock, agents })
  const { credentials } = simulator.access()
  const requests = simulator.journal.length
  const to = (service: string) => bluesky.connect({ ...session.tools(), http }, { ...credentials, service }, {})
  await expect(to(simulator.url)).rejects.toBeInstanceOf(AppError)
  for (const host of [simulator.url.replace('http:', 'https:'), 'https://10.0.0.1', 'https://[::1]', '169.254.169.254'])
    await expect(to(host)).rejects.toMatchObject({ code: 'host_blocked' })
  agents.close()
  expect(simulator.journal.length).toBe(requests)
})

describe('what comes in', () => {
  it('tells a reply under a thread apart from a mention and a quote, and leaves likes out', async () => {
    const { cursor } = await poll(undefined)
    const live = await publish([newText('Un'), newText('Deux')])
    const second = live.parts?.[1] ?? ''
    const reply = await simulator.comment(second, 'Bravo !')
    const quote = await simulator.quote(live.externalId, 'À lire')
    await simulator.like(live.externalId)
    const { events } = await poll(cursor)
    expect(events).toMatchObject([
      {
        kind: 'comment',
        externalId: reply.externalId,
        parentExternalId: second,
        postExternalId: live.externalId,
        language: 'fr',
      },
      { kind: 'mention', externalId: quote.externalId, postExternalId: live.externalId, text: 'À lire' },
    ])
    expect(events[0]?.url).toBe(`https://bsky.app/profile/lea.bsky.test/post/${reply.externalId.split('/').at(-1)}`)
  })
  it('brings what somebody with a slow clock wrote, once', async () => {
    await simulator.mention(newText())
    const first = await poll(undefined)
    const late = simulator.mentionWrittenAt(newText(), Date.now() - 5 * 60_000)
    const second = await poll(first.cursor)
    expect(second.events.map((event) => event.externalId)).toEqual([late.externalId])
    expect((await poll(second.cursor)).events).toEqual([])
  })
  it('does not bring years of notifications when a channel is connected', async () => {
    simulator.pageSize = 5
    for (let i = 1; i <= 20; i++) simulator.mentionWrittenAt(newText(), Date.now() - i * 3_600_000)
    const { events, cursor } = await poll(undefined)
    expect(events).toHaveLength(5)
    expect((await poll(cursor)).events).toEqual([])
  })
  it('keeps its place while it walks through pages, and stays small', async () => {
    const { cursor } = await poll(undefined)
    simulator.pageSize = 10
    for (let i = 0; i < 700; i++) await simulator.mention(`n° ${i}`)
    const { events, cursor: end } = await poll(cursor)
    expect(new Set(events.map((event) => event.externalId)).size).toBe(700)
    expect((end ?? '').length).toBeLessThan(20_000)
  })
})

describe('writing', () => {
  const problems = (...given: Parameters<typeof content>) =>
    bluesky.review(content(...given), bluesky.limits, {}).problems
  it('counts bytes too: a text of few characters can be too heavy', () => {
    expect(problems(['🏴󠁧󠁢󠁥󠁮󠁧󠁿'.repeat(107)])).toEqual([])
    expect(problems(['🏴󠁧󠁢󠁥󠁮󠁧󠁿'.repeat(108)])).toMatchObject([
      { pointer: '/parts/0/text', code: 'text_too_many_bytes', length: 3024 },
    ])
  })
  it('says which part of a thread is too long', () => {
    expect(problems(['court', 'x'.repeat(301)])).toMatchObject([{ pointer: '/parts/1/text' }])
  })
  it('refuses wishes that the network does not know', () => {
    expect(problems(['a'], { options: { tags: Array.from({ length: 9 }, () => 'x') } })).toMatchObject([
      { pointer: '/options/tags' },
    ])
    expect(problems(['a'], { options: { labels: ['unheard-of'] } })).toMatchObject([{ pointer: '/options/labels/0' }])
  })
  it('takes neither moving pictures nor videos but MP4', () => {
    for (const mime of ['image/gif', 'video/quicktime'])
      expect(problems(['a'], {}, [image({ mime, kind: mime.startsWith('video') ? 'video' : 'image' })])).toMatchObject([
        { pointer: '/parts/0/media/0', code: 'media_type' },
      ])
  })
})
