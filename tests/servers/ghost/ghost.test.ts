/** The connector, through the HTTP client, against Ghost itself. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenOf } from '../../../shared/networks/ghost/api.ts'
import type { NetworkTools, Outcome } from '../../../shared/networks/network.ts'
import { connectorOf, webhookOf } from '../../../shared/networks/registry.ts'
import {
  closeConnections,
  connect,
  content,
  hookSecretOf,
  image,
  newText,
  Session,
  tools,
} from '../../conformance/session.ts'
import { type GhostServer, startServer } from './support.ts'

const ghost = await connectorOf('ghost')
const receiver = await webhookOf('ghost')
const options = { title: 'Le pain au levain, l’été' }

let server: GhostServer

beforeAll(async () => {
  server = await startServer()
}, 900_000)
afterAll(async () => {
  closeConnections()
  await server?.stop()
})

const access = (change: Record<string, string> = {}) => ({
  credentials: { site: server.url, adminKey: server.adminKey, ...change },
  settings: {},
  app: {},
})
/** Without hooks: those of the kit lead to a host that nobody has. */
const open = () => {
  const { attach: _, ...rest } = ghost
  return Session.open(rest, undefined, access())
}

function accepted(outcome: Outcome): Extract<Outcome, { kind: 'accepted' }> {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`)
  return outcome
}

const page = async (url = '') => {
  const answer = await fetch(url)
  return { status: answer.status, html: await answer.text() }
}

describe('connecting', () => {
  it('fills in the account', async () => {
    const session = await open()
    expect(session.connected.account).toMatchObject({ name: 'Boulangerie du Port', url: `${server.url}/` })
  })
  it('refuses another key in plain words', async () => {
    const bad = `${server.adminKey.split(':')[0]}:${'0'.repeat(64)}`
    await expect(connect(ghost, access({ adminKey: bad }))).rejects.toMatchObject({ code: 'credentials_refused' })
  })
  it('makes its hooks, and again changes nothing', async () => {
    await connect(ghost, access())
    await connect(ghost, access())
  })
})

describe('publishing', () => {
  it('shows an article with its pictures, tags and all that search engines ask for at its second', async () => {
    const session = await open()
    const text = `**${newText()}**\n\n- Un\n- Deux`
    const wished = {
      ...options,
      tags: ['levain', 'été'],
      seoTitle: 'Levain',
      seoDescription: 'Comment ?',
      excerpt: 'Tout',
    }
    const run = session.run(
      content([text], { options: wished }, [image({ alt: 'Un pain' }), image({ alt: '« Deux »' })]),
    )
    expect((await session.prepare(run)).kind).toBe('prepared')
    expect(await session.find(run)).toEqual({ kind: 'absent' })
    const live = accepted(await session.publish(run))
    expect(live.url).toContain('/le-pain-au-levain-lete/')
    const { status, html } = await page(live.url)
    expect(status).toBe(200)
    expect(html).toContain('<strong>Bonjour à tous 👩‍🍳')
    expect(html).toContain('<li>Deux</li>')
    expect(html).toContain('alt="« Deux »"')
    expect(html).toContain('<title>Levain</title>')
    expect(html).toContain('content="Comment ?"')
    expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: live.externalId, url: live.url })
  })
  it('finds the draft again whose creation was never answered', async () => {
    const session = await open()
    const run = session.run(content([newText()], { options }))
    await session.prepare(run)
    const again = session.run(run.content, run.key)
    await session.prepare(again)
    expect(again.checkpoint).toEqual(run.checkpoint)
  })
  it('publishes what somebody edited in Ghost in between', async () => {
    const session = await open()
    const run = session.run(content([newText()], { options }))
    await session.prepare(run)
    const { draftId } = run.checkpoint as { draftId: string }
    const api = `${server.url}/ghost/api/admin/posts/${draftId}/`
    let begun = 0
    const outcome = await ghost.publish({
      ...session.call(),
      ...run,
      saveCheckpoint: async () => {},
      begin: async () => {
        if (begun++ > 0) return
        const headers = {
          authorization: `Ghost ${tokenOf(server.adminKey, Date.now())}`,
          'content-type': 'application/json',
        }
        const { posts } = (await (await fetch(api, { headers })).json()) as { posts: { updated_at: string }[] }
        await new Promise((resolve) => setTimeout(resolve, 1100))
        const post = { title: 'Le levain', updated_at: posts[0]?.updated_at }
        const edited = await fetch(api, { method: 'PUT', headers, body: JSON.stringify({ posts: [post] }) })
        expect(edited.status).toBe(200)
      },
    })
    const live = accepted(outcome)
    expect(begun).toBe(2)
    expect((await page(live.url)).html).toContain('<title>Le levain</title>')
  })
  it('makes a draft anew that was deleted, and a published one once', async () => {
    const session = await open()
    const run = session.run(content([newText()], { options }))
    await session.prepare(run)
    const { draftId } = run.checkpoint as { draftId: string }
    await session.remove({ externalId: draftId })
    expect((await session.publish(run)).kind).toBe('transient')
    const live = accepted(await session.publish(run))
    const again = accepted(await session.publish(run))
    expect(again).toEqual(live)
  })
  it('deletes, and says the same when it is gone', async () => {
    const session = await open()
    const live = accepted(await session.publish(session.run(content([newText()], { options }))))
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    expect((await page(live.url)).status).toBe(404)
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
  })
})

describe('measuring', () => {
  it('counts members', async () => {
    const session = await open()
    expect(await ghost.measureChannel?.(session.call())).toEqual({ followers: 0 })
  })
})

describe('webhooks', () => {
  it('tell of what became of an article, signed', async () => {
    const heard: { headers: Record<string, string>; body: Uint8Array }[] = []
    const listener = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      heard.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) })
      response.end()
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const bound = listener.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0
    try {
      const session = await open()
      const { account } = session.connected
      const subject = account.externalId
      const secret = hookSecretOf(subject)
      const given: NetworkTools = { ...tools({}), hook: async () => ({ url: `http://127.0.0.1:${port}/hook`, secret }) }
      await ghost.attach?.(given, session.connected)
      const live = accepted(await session.publish(session.run(content([newText()], { options }))))
      const next = async (count: number) => {
        for (let i = 0; i < 100 && heard.length < count; i++) await new Promise((resolve) => setTimeout(resolve, 100))
        const delivery = { ...heard[count - 1]!, query: {}, subject }
        expect(await receiver?.verify(delivery, { hookSecret: secret })).toBe(true)
        expect(await receiver?.verify(delivery, { hookSecret: `${secret.slice(1)}x` })).toBe(false)
        return receiver?.normalize(delivery.body, subject)
      }
      const event = { kind: 'post_state', externalId: live.externalId }
      expect(await next(1)).toMatchObject([{ accountId: subject, event: { ...event, state: 'live' } }])
      await session.remove(live)
      expect(await next(2)).toMatchObject([{ accountId: subject, event: { ...event, state: 'gone' } }])
    } finally {
      listener.close()
    }
  })
})
