import { jwtVerify } from 'jose'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tokenOf } from '../../../shared/networks/ghost/api.ts'
import { ghostConnector } from '../../../shared/networks/ghost/index.ts'
import { ghostWebhook } from '../../../shared/networks/ghost/webhook.ts'
import { closeConnections, content, hookSecretOf, newText, Session } from '../../conformance/session.ts'
import { GhostSimulator } from '../../simulators/ghost.ts'

const options = { title: 'Le pain' }
let site: GhostSimulator
let session: Session

beforeEach(async () => {
  site = await new GhostSimulator().start()
  session = await Session.open(ghostConnector, site, site.access())
})
afterEach(async () => {
  await site.stop()
  expect(site.violations).toEqual([])
})
afterAll(closeConnections)

describe('a token', () => {
  it('is one that others verify, of five minutes', async () => {
    const secret = '9a'.repeat(32)
    const now = Date.parse('2026-11-21T12:00:00.900Z')
    const { payload, protectedHeader } = await jwtVerify(tokenOf(`64f0:${secret}`, now), Buffer.from(secret, 'hex'), {
      audience: '/admin/',
      currentDate: new Date(now),
    })
    expect(protectedHeader).toMatchObject({ alg: 'HS256', kid: '64f0' })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
    expect(payload.iat).toBe(Math.floor(now / 1000))
  })
})

describe('an article', () => {
  it('leaves as somebody edited it in Ghost while its moment was waited for', async () => {
    const run = session.run(content([newText()], { options }))
    await session.prepare(run)
    const [draft] = [...site.articles.values()]
    let begun = 0
    const outcome = await ghostConnector.publish({
      ...session.call(),
      credentials: session.call().credentials as never,
      settings: {},
      ...run,
      saveCheckpoint: async () => {},
      begin: async () => {
        if (begun++ === 0 && draft !== undefined) draft.updatedAt += 1000
      },
    })
    expect(outcome).toMatchObject({ kind: 'accepted', externalId: draft?.id })
    expect(begun).toBe(2)
  })
  it('is left as it is when it is out already', async () => {
    const run = session.run(content([newText()], { options }))
    const first = await session.publish(run)
    const before = site.journal.filter(({ act }) => act === 'publish').length
    expect(await session.publish(run)).toEqual(first)
    expect(site.journal.filter(({ act }) => act === 'publish')).toHaveLength(before)
  })
  it('is made again when its draft was deleted in Ghost', async () => {
    const run = session.run(content([newText()], { options }))
    await session.prepare(run)
    site.articles.clear()
    expect(await session.publish(run)).toMatchObject({ kind: 'transient' })
    expect((await session.publish(run)).kind).toBe('accepted')
  })
})

describe('hooks', () => {
  it('are made once, for what is of concern', () => {
    expect([...site.hooks.keys()]).toEqual(['post.published', 'post.unpublished', 'post.deleted'])
    const subject = session.connected.account.externalId
    expect(site.hooks.get('post.deleted')?.secret).toBe(hookSecretOf(subject))
  })
  it('tell that an article is live or gone, and nothing of drafts', async () => {
    const { externalId } = site.seedPost('Un article')
    const subject = session.connected.account.externalId
    for (const [event, state] of [
      ['post.published', 'live'],
      ['post.unpublished', 'gone'],
      ['post.deleted', 'gone'],
    ] as const) {
      const { delivery } = await site.told(externalId, event)
      if (delivery === undefined) throw new Error('Nothing was delivered.')
      expect(delivery.subject).toBe(subject)
      expect(await ghostWebhook.verify(delivery, { hookSecret: hookSecretOf(subject) })).toBe(true)
      expect(ghostWebhook.normalize(delivery.body, delivery.subject)).toMatchObject([
        { accountId: subject, event: { kind: 'post_state', state, externalId } },
      ])
    }
    const told = (post: object) => ghostWebhook.normalize(Buffer.from(JSON.stringify({ post })), subject)
    expect(told({ current: { id: 'x', status: 'draft' }, previous: { title: 'y' } })).toEqual([])
    expect(told({ current: {}, previous: { id: 'x', status: 'draft' } })).toEqual([])
  })
})
