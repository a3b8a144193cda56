/** From publications in the table to what a feed reader gets. */
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { branched, keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { Feeds } from '../../shared/feeds/index.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { type MediaItem, MediaLibrary } from '../../shared/media/index.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { closeConnections, content, Session } from '../conformance/session.ts'
import { Engine } from '../support/engine.ts'

const publicUrl = 'https://parvis.example'
const connector = await connectorOf('feed')
const id = (kind: Parameters<typeof newId>[0]) => newId(kind, systemClock.now(), systemRandom)

let engine: Engine
let table: Table
let feeds: Feeds
let session: Session
let tables = 0

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(async () => {
  closeConnections()
  await engine.stop()
})
beforeEach(async () => {
  table = await engine.table(`feeds-${++tables}`)
  const media = new MediaLibrary(table, { readAll: async () => undefined }, 'https://media.example/media')
  feeds = new Feeds({ table, media, publicUrl })
})

/** A feed channel as `POST /v1/channels` leaves it. */
async function connectFeed(
  settings: Record<string, unknown> = {},
  ws = id('workspace'),
): Promise<{ ws: string; channelId: string; feedId: string }> {
  session = await Session.open(connector, undefined, { credentials: {}, settings, app: {} })
  const { account } = session.connected
  const channelId = id('channel')
  const now = new Date('2026-11-20T08:00:00Z').toISOString()
  await table.transact([
    { put: { ...keys.account('feed', account.externalId, ws, channelId), workspaceId: ws, channelId } },
    {
      put: {
        ...keys.channel(ws, channelId),
        id: channelId,
        workspaceId: ws,
        network: 'feed',
        name: 'La boulangerie',
        account,
        settings: session.connected.settings,
        state: 'active',
        version: 1,
        createdAt: now,
        updatedAt: now,
      },
    },
  ])
  return { ws, channelId, feedId: account.externalId }
}

interface Given {
  readonly at?: string
  readonly state?: string
  readonly mediaIds?: readonly string[]
}

async function publication(
  ws: string,
  channelId: string,
  texts: readonly string[],
  given: Given = {},
): Promise<string> {
  const { at = '2026-11-21T09:00:00.000Z', state = 'published', mediaIds = [] } = given
  const publicationId = id('publication')
  const run = session.run(content(texts), `${publicationId}.1`)
  const { kind, ...live } = await session.publish(run)
  expect(kind).toBe('accepted')
  await table.write({
    put: {
      ...keys.publication(ws, publicationId),
      ...branched(ws, channelId, 'publications', at, publicationId),
      id: publicationId,
      workspaceId: ws,
      postId: id('post'),
      channelId,
      network: 'feed',
      state,
      content: {
        parts: texts.map((text, i) => ({ text, mediaIds: i === 0 ? mediaIds : [] })),
        language: 'fr',
        options: {},
      },
      contentVersion: 1,
      latePolicy: { graceMinutes: 15 },
      attempts: 1,
      dueAt: at,
      publishedAt: at,
      live,
      version: 3,
      createdAt: at,
      updatedAt: at,
    },
  })
  return publicationId
}

async function medium(ws: string): Promise<MediaItem> {
  const item: MediaItem = {
    id: id('media'),
    workspaceId: ws,
    state: 'ready',
    key: 'unguessable/Été.png',
    filename: 'Été.png',
    kind: 'image',
    mime: 'image/png',
    bytes: 1234,
    width: 40,
    height: 30,
    alt: 'Trois "baguettes" & <pain>',
    version: 1,
    createdAt: '2026-11-20T08:00:00.000Z',
    updatedAt: '2026-11-20T08:00:00.000Z',
  }
  await table.write({ put: { ...keys.media(ws, item.id), ...item } })
  return item
}

const text = async (feedId: string, format: Parameters<Feeds['render']>[1]) =>
  (await feeds.render(feedId, format))?.text ?? ''

describe('a feed', () => {
  it('holds what was published, newest first, in every format alike', async () => {
    const { ws, channelId, feedId } = await connectFeed({
      title: 'Le fournil',
      description: 'Chaque matin',
      language: 'fr',
      link: 'https://fournil.example',
    })
    const older = await publication(ws, channelId, ['Hier'], { at: '2026-11-20T09:00:00.000Z' })
    const newer = await publication(ws, channelId, ['Aujourd’hui', 'Et la suite'])

    const rss = parseRssFeed(await text(feedId, 'rss'))
    const atom = parseAtomFeed(await text(feedId, 'atom'))
    const json = parseJsonFeed(await text(feedId, 'json'))
    const ids = [`urn:parvis:${newer}`, `urn:parvis:${older}`]
    expect(rss.items?.map((item) => item.guid?.value)).toEqual(ids)
    expect(atom.entries?.map((entry) => entry.id)).toEqual(ids)
    expect(json.items?.map((item) => item.id)).toEqual(ids)
    expect(rss).toMatchObject({
      title: 'Le fournil',
      description: 'Chaque matin',
      language: 'fr',
      link: 'https://fournil.example',
    })
    expect(json).toMatchObject({
      title: 'Le fournil',
      home_page_url: 'https://fournil.example',
      feed_url: `${publicUrl}/feeds/${feedId}/json`,
    })
    expect(new Date(String(atom.updated)).toISOString()).toBe('2026-11-21T09:00:00.000Z')
    expect(new Date(String(rss.items?.[0]?.pubDate)).toISOString()).toBe('2026-11-21T09:00:00.000Z')
    expect(json.items?.[0]).toMatchObject({
      content_html: '<p>Aujourd’hui</p><p>Et la suite</p>',
      content_text: 'Aujourd’hui\n\nEt la suite',
      language: 'fr',
    })
  })
  it('shows each post on its page at the address that was answered for it', async () => {
    const { ws, channelId, feedId } = await connectFeed()
    const publicationId = await publication(ws, channelId, ['Bonjour'])
    const { externalId, url } = (await session.publish(session.run(content(['x']), `${publicationId}.1`))) as {
      externalId: string
      url: string
    }
    expect(externalId).toContain(publicationId)
    const page = new URL(url)
    expect(`${page.origin}${page.pathname}`).toBe(`https://parvis.example/feeds/${feedId}/html`)
    expect(await text(feedId, 'html')).toContain(`<article id="${page.hash.slice(1)}"`)
    expect(parseJsonFeed(await text(feedId, 'json')).items?.[0]?.url).toBe(url)
  })
  it('holds nothing that is not live', async () => {
    const { ws, channelId, feedId } = await connectFeed()
    for (const state of ['draft', 'scheduled', 'sending', 'failed', 'cancelled', 'deleting', 'deleted', 'unconfirmed'])
      await publication(ws, channelId, [`état ${state}`], { state })
    for (const format of ['rss', 'atom', 'json', 'html'] as const)
      expect(await text(feedId, format)).not.toContain('état')
  })
  it('holds the newest fifty, however many wait beside them', async () => {
    const { ws, channelId, feedId } = await connectFeed()
    for (let i = 0; i < 60; i++) {
      const minute = String(i).padStart(2, '0')
      await publication(ws, channelId, [`n° ${i}`], { at: `2026-11-21T09:${minute}:00.000Z` })
      await publication(ws, channelId, ['brouillon'], { at: `2026-11-21T10:${minute}:00.000Z`, state: 'scheduled' })
    }
    const { items = [] } = parseJsonFeed(await text(feedId, 'json'))
    expect(items.map((item) => item.content_text)).toEqual(Array.from({ length: 50 }, (_, i) => `n° ${59 - i}`))
  })
  it('is called as its channel where no title was given, and is valid with nothing in it', async () => {
    const { feedId } = await connectFeed()
    expect(parseRssFeed(await text(feedId, 'rss')).title).toBe('La boulangerie')
    expect(parseAtomFeed(await text(feedId, 'atom'))).toMatchObject({ title: { value: 'La boulangerie' } })
    expect(parseJsonFeed(await text(feedId, 'json')).items ?? []).toEqual([])
  })
  it('keeps what people write as text, whatever they write', async () => {
    const { ws, channelId, feedId } = await connectFeed({ title: '<b>Titre</b> & "co"' })
    const written = '<script>alert(1)</script> & ]]> \u0000\u0008 https://a.example/?b=1&c="x" '
    await publication(ws, channelId, [written])
    const page = await text(feedId, 'html')
    expect(page).not.toContain('<script>')
    expect(page).not.toContain('<b>Titre')
    const expected =
      '<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt;  <a href="https://a.example/?b=1&amp;c=" rel="noopener">https://a.example/?b=1&amp;c=</a>&quot;x&quot;</p>'
    expect(page).toContain(expected)
    expect(parseRssFeed(await text(feedId, 'rss')).items?.[0]?.description).toBe(expected)
    expect(parseAtomFeed(await text(feedId, 'atom')).entries?.[0]?.content?.value).toBe(expected)
    expect(parseJsonFeed(await text(feedId, 'json')).items?.[0]?.content_html).toBe(expected)
    for (const format of ['rss', 'atom'] as const)
      expect([...(await text(feedId, format))].filter((one) => one < ' ' && !'\n\t\r'.includes(one))).toEqual([])
  })
  it('encloses images, and describes them', async () => {
    const { ws, channelId, feedId } = await connectFeed()
    const { id: mediaId } = await medium(ws)
    await publication(ws, channelId, [''], { mediaIds: [mediaId] })
    const url = 'https://media.example/media/unguessable/%C3%89t%C3%A9.png'
    const json = parseJsonFeed(await text(feedId, 'json'))
    expect(json.items?.[0]?.attachments).toEqual([
      { url, mime_type: 'image/png', size_in_bytes: 1234, title: 'Trois "baguettes" & <pain>' },
    ])
    expect(parseRssFeed(await text(feedId, 'rss')).items?.[0]?.enclosures).toEqual([
      { url, type: 'image/png', length: 1234 },
    ])
    expect(await text(feedId, 'html')).toContain(
      `<img src="${url}" alt="Trois &quot;baguettes&quot; &amp; &lt;pain&gt;" width="40" height="30">`,
    )
  })
  it('shows nothing of another channel or workspace', async () => {
    const first = await connectFeed()
    await publication(first.ws, first.channelId, ['à nous'])
    const beside = await connectFeed({}, first.ws)
    const elsewhere = await connectFeed()
    for (const { feedId } of [beside, elsewhere]) expect(await text(feedId, 'json')).not.toContain('à nous')
  })
})

it('answers nothing for what is no feed', async () => {
  const { ws, channelId } = await connectFeed()
  for (const unknown of ['0123456789abcdefghjk', channelId, ws, '', '../x'])
    expect(await feeds.render(unknown, 'rss')).toBeUndefined()
})
