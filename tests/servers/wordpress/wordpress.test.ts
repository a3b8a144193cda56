/** The connector, through the HTTP client, against WordPress itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action, InboundEvent, Outcome } from '../../../shared/networks/network.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { closeConnections, connect, content, image, newText, Session, throughJson } from '../../conformance/session.ts'
import { startServer, type WordPress } from './support.ts'

const wordpress = await connectorOf('wordpress')
const options = { title: 'Le pain au levain, l’été' }

let server: WordPress

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  closeConnections()
  await server?.stop()
})

type Name = keyof WordPress['passwords']
const access = (username: Name = 'admin', change: Record<string, string> = {}) => ({
  credentials: { site: server.url, username, applicationPassword: server.passwords[username], ...change },
  settings: {},
  app: {},
})
const open = (username?: Name) => Session.open(wordpress, undefined, access(username))

function accepted(outcome: Outcome): Extract<Outcome, { kind: 'accepted' }> {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`)
  return outcome
}

const page = async (url = '') => {
  const answer = await fetch(url)
  return { status: answer.status, html: await answer.text() }
}

/** What a visitor writes in the form under an article. WordPress holds a newcomer's first comment. */
async function visitor(postId: string, comment: string, author = 'Léa Martin'): Promise<void> {
  const body = new URLSearchParams({ comment, author, email: `${author.length}@example.com`, comment_post_ID: postId })
  const answer = await fetch(`${server.url}/wp-comments-post.php`, { method: 'POST', body, redirect: 'manual' })
  expect(answer.status, await answer.text()).toBe(302)
}

const act = (session: Session, event: InboundEvent | undefined, action: Action) =>
  wordpress.act?.({
    ...session.call(),
    target: throughJson(event) as InboundEvent,
    action,
    key: `act.${Math.random()}`,
  })

describe('connecting', () => {
  it('finds the REST API and fills in the account', async () => {
    const session = await open()
    expect(session.connected).toMatchObject({
      account: { name: 'My WordPress Website', handle: new URL(server.url).host },
      settings: { moderates: true },
    })
    expect((session.credentials as { root: string }).root).toContain('rest_route=')
  })
  it('refuses a wrong password in plain words', async () => {
    const bad = access('admin', { applicationPassword: 'aaaa bbbb cccc dddd eeee ffff' })
    await expect(connect(wordpress, bad)).rejects.toMatchObject({ code: 'credentials_refused' })
  })
  it('says which right a contributor lacks', async () => {
    await expect(connect(wordpress, access('stagiaire'))).rejects.toMatchObject({
      code: 'permission_missing',
      message: expect.stringContaining('publish_posts'),
    })
  })
})

describe('publishing', () => {
  it('shows an article with pictures, categories and tags at its second, and not before', async () => {
    const session = await open()
    const wished = { ...options, categories: ['Pains & Cie', 'Été'], tags: ['levain'], seoDescription: 'Comment ?' }
    const text = `**${newText()}**\n\n- Un\n- Deux`
    const media = [image({ alt: 'Un pain', name: 'L’été.png' }), image({ alt: '« Deux »' })]
    const run = session.run(content([text], { options: wished }, media))
    expect((await session.prepare(run)).kind).toBe('prepared')
    const { draftId } = run.checkpoint as { draftId: number }
    expect((await page(`${server.url}/?p=${draftId}`)).status).toBe(404)
    expect(await session.find(run)).toEqual({ kind: 'absent' })
    const live = accepted(await session.publish(run))
    expect(live.externalId).toBe(String(draftId))
    const { status, html } = await page(live.url)
    expect(status).toBe(200)
    expect(html).toContain('<strong>Bonjour à tous 👩‍🍳')
    expect(html).toContain('<li>Deux</li>')
    for (const shown of ['alt="Un pain"', 'alt="« Deux »"', 'Pains &amp; Cie', 'Été', 'levain'])
      expect(html, shown).toContain(shown)
    expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: live.externalId, url: live.url })
    const told = await fetch(`${server.url}/?rest_route=/wp/v2/posts/${draftId}`)
    const post = (await told.json()) as { slug: string; excerpt: { rendered: string }; categories: number[] }
    expect(post).toMatchObject({ slug: 'le-pain-au-levain-lete', excerpt: { rendered: '<p>Comment ?</p>\n' } })
    expect(post.categories).toHaveLength(2)
    // the same names again are the same categories
    const second = accepted(await session.publish(session.run(content([newText()], { options: wished }))))
    const again = await fetch(`${server.url}/?rest_route=/wp/v2/posts/${second.externalId}`)
    expect(((await again.json()) as typeof post).categories).toEqual(post.categories)
  })
  it('finds the draft again whose creation was never answered', async () => {
    const session = await open()
    const run = session.run(content([newText()], { options }))
    await session.prepare(run)
    const again = session.run(run.content, run.key)
    await session.prepare(again)
    expect(again.checkpoint).toEqual(run.checkpoint)
  })
  it('is one article when it is sent again, under the name that was asked for', async () => {
    const session = await open('autrice')
    const run = session.run(content([newText()], { options: { ...options, slug: 'notre-levain' } }))
    const live = accepted(await session.publish(run))
    expect(accepted(await session.publish(run))).toEqual(live)
    const told = await fetch(`${server.url}/?rest_route=/wp/v2/posts/${live.externalId}`)
    expect(await told.json()).toMatchObject({ slug: 'notre-levain', status: 'publish' })
  })
  it('says why it was refused', async () => {
    const session = await open('autrice')
    const run = session.run(content([newText()], { options: { ...options, categories: ['Nouvelle'] } }))
    expect(await session.publish(run)).toMatchObject({
      kind: 'rejected',
      reason: 'permission',
      pointer: '/options/categories',
    })
  })
  it('puts an article into the bin, and says the same when it is there', async () => {
    const session = await open()
    const live = accepted(await session.publish(session.run(content([newText()], { options }))))
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    expect((await page(live.url)).status).toBe(404)
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
  })
})

describe('what comes in', () => {
  it('is brought once, held where WordPress holds it, approved, answered and settled', async () => {
    const session = await open()
    const live = accepted(await session.publish(session.run(content([newText()], { options }))))
    let { cursor } = (await wordpress.poll?.(session.call(), undefined)) ?? {}
    const heard = async () => {
      const polled = await wordpress.poll?.(session.call(), cursor)
      cursor = polled?.cursor
      return polled?.events ?? []
    }
    expect(await heard()).toEqual([])
    await visitor(live.externalId, 'À quelle heure ?\n\nMerci & à <em>bientôt</em> 👩‍🍳')
    const [question, ...more] = await heard()
    expect(more).toEqual([])
    expect(question).toMatchObject({
      kind: 'comment',
      action: 'created',
      held: true,
      postExternalId: live.externalId,
      text: 'À quelle heure ?\n\nMerci & à bientôt 👩‍🍳',
      author: { name: 'Léa Martin' },
    })
    expect((await page(live.url)).html).not.toContain('À quelle heure')
    for (let twice = 0; twice < 2; twice++)
      expect((await act(session, question, { name: 'approve' }))?.kind).toBe('done')
    expect((await page(live.url)).html).toContain('À quelle heure')
    const text = 'À 7\u202fh\u00a0! <3 & à « bientôt »'
    expect(await act(session, question, { name: 'reply', text })).toMatchObject({ kind: 'done' })
    expect((await page(live.url)).html).toContain('&lt;3 &amp; à « bientôt »')
    expect(await act(session, question, { name: 'reply', text })).toMatchObject({
      kind: 'rejected',
      reason: 'duplicate',
    })
    // our own answer comes back as an outgoing one, once
    expect(await heard()).toMatchObject([{ direction: 'outgoing', kind: 'comment', held: false }])
    for (const name of ['hold', 'spam', 'delete'] as const)
      for (let twice = 0; twice < 2; twice++) expect((await act(session, question, { name }))?.kind).toBe('done')
    expect((await page(live.url)).html).not.toContain('À quelle heure')
  })
  it('is not seen while it is held by who may not moderate', async () => {
    const [session, author] = [await open(), await open('autrice')]
    const live = accepted(await session.publish(session.run(content([newText()], { options }))))
    const { cursor } = (await wordpress.poll?.(author.call(), undefined)) ?? {}
    const mine = (await wordpress.poll?.(session.call(), undefined))?.cursor
    await visitor(live.externalId, newText('Miam'), 'Marius Prunelle')
    expect((await wordpress.poll?.(author.call(), cursor))?.events).toEqual([])
    const [event] = (await wordpress.poll?.(session.call(), mine))?.events ?? []
    expect(await act(author, event, { name: 'approve' })).toMatchObject({ kind: 'rejected', reason: 'permission' })
    await act(session, event, { name: 'approve' })
    expect((await wordpress.poll?.(author.call(), cursor))?.events).toMatchObject([{ held: false }])
  })
})
