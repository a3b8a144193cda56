/** From publications in the table to what a feed reader gets. */

import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { Parser } from 'htmlparser2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Table } from '../../shared/aws/table.ts'
import { Feeds } from '../../shared/feeds/index.ts'
import { MediaLibrary } from '../../shared/media/index.ts'
import { closeConnections, content } from '../conformance/session.ts'
import { Engine } from '../support/engine.ts'
import { connectFeed, medium, publication } from './support.ts'

const unread = () => Promise.reject(new Error('a feed reads no media'))
const publicUrl = 'https://parvis.example'

let engine: Engine
let table: Table
let feeds: Feeds
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
  const media = new MediaLibrary(table, { read: unread, readAll: unread }, 'https://media.example/media')
  feeds = new Feeds({ table, media, publicUrl, workspaceOf: async () => ({ language: 'fr', zone: 'Europe/Paris' }) })
})

const text = async (feedId: string, format: Parameters<Feeds['render']>[1]) =>
  (await feeds.render(feedId, format))?.text ?? ''

describe('a feed', () => {
  it('holds what was published, newest first, in every format alike', async () => {
    const feed = await connectFeed(table, {
      title: 'Le fournil',
      description: 'Chaque matin',
      language: 'fr',
      link: 'https://fournil.example',
    })
    const { feedId } = feed
    const older = await publication(feed, ['Hier'], { at: '2026-11-20T09:00:00.000Z' })
    const newer = await publication(feed, ['Aujourd’hui', 'Et la suite'])

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
  it('shows on its page the times in the language and the zone of its workspace', async () => {
    const feed = await connectFeed(table)
    await publication(feed, ['Bonjour'], { at: '2026-12-01T04:52:00.000Z' })
    const page = await text(feed.feedId, 'html')
    expect(page).toContain('<html lang="fr">')
    expect(page).toContain('mardi 1er décembre 2026 à 5\u00a0h\u00a052, heure de Paris</time>')
  })
  it('shows each post on its page at the address that was answered for it', async () => {
    const feed = await connectFeed(table)
    const { feedId } = feed
    const publicationId = await publication(feed, ['Bonjour'])
    const { externalId, url } = (await feed.session.publish(
      feed.session.run(content(['x']), `${publicationId}.1`),
    )) as {
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
    const feed = await connectFeed(table)
    const { feedId } = feed
    for (const state of ['draft', 'scheduled', 'sending', 'failed', 'cancelled', 'deleting', 'deleted', 'unconfirmed'])
      await publication(feed, [`état ${state}`], { state })
    for (const format of ['rss', 'atom', 'json', 'html'] as const)
      expect(await text(feedId, format)).not.toContain('état')
  })
  it('holds the newest fifty, however many wait beside them', async () => {
    const feed = await connectFeed(table)
    const { feedId } = feed
    for (let i = 0; i < 60; i++) {
      const minute = String(i).padStart(2, '0')
      await publication(feed, [`n° ${i}`], { at: `2026-11-21T09:${minute}:00.000Z` })
      await publication(feed, ['brouillon'], { at: `2026-11-21T10:${minute}:00.000Z`, state: 'scheduled' })
    }
    const { items = [] } = parseJsonFeed(await text(feedId, 'json'))
    expect(items.map((item) => item.content_text)).toEqual(Array.from({ length: 50 }, (_, i) => `n° ${59 - i}`))
  })
  it('is called as its channel where no title was given, and is valid with nothing in it', async () => {
    const { feedId } = await connectFeed(table)
    expect(parseRssFeed(await text(feedId, 'rss')).title).toBe('La boulangerie')
    expect(parseAtomFeed(await text(feedId, 'atom'))).toMatchObject({ title: { value: 'La boulangerie' } })
    expect(parseJsonFeed(await text(feedId, 'json')).items ?? []).toEqual([])
  })
  it('keeps what people write as text, whatever they write', async () => {
    const feed = await connectFeed(table, { title: '<b>Titre</b> & "co"' })
    const { feedId } = feed
    const written = '<script>alert(1)</script> & ]]> \u0000\u0008 https://a.example/?b=1&c="x" '
    await publication(feed, [written])
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
  it('has values without spaces around them, and a description that is text', async () => {
    const description = '<img src=x onerror=alert(1)> & co'
    const feed = await connectFeed(table, { title: 'Pain & <i>co</i>', description, link: 'https://a.fr/?a=1&b=2' })
    await publication(feed, ['Un ]]> <![CDATA[ deux'])
    for (const format of ['rss', 'atom'] as const) {
      const values: [name: string, value: string][] = []
      const open: { name: string; value: string }[] = []
      const parser = new Parser(
        {
          onopentag: (name) => open.push({ name, value: '' }),
          ontext: (said) => {
            const last = open.at(-1)
            if (last !== undefined) last.value += said
          },
          onclosetag: () => {
            const { name = '', value = '' } = open.pop() ?? {}
            values.push([name, value])
          },
        },
        { xmlMode: true },
      )
      parser.end(await text(feed.feedId, format))
      const leaves = values.filter(([, value]) => value.trim() !== '')
      expect(leaves.filter(([, value]) => value !== value.trim())).toEqual([])
      expect(leaves).toContainEqual(['title', 'Pain & <i>co</i>'])
      if (format === 'rss') {
        expect(leaves).toContainEqual(['link', 'https://a.fr/?a=1&b=2'])
        expect(leaves).toContainEqual(['description', '&lt;img src=x onerror=alert(1)&gt; &amp; co'])
        expect(leaves).toContainEqual(['description', '<p>Un ]]&gt; &lt;![CDATA[ deux</p>'])
      } else expect(leaves).toContainEqual(['subtitle', description])
    }
    expect(parseJsonFeed(await text(feed.feedId, 'json')).description).toBe(description)
  })
  it('encloses images, and describes them', async () => {
    const feed = await connectFeed(table)
    const { feedId } = feed
    const { id: mediaId } = await medium(feed)
    await publication(feed, [''], { mediaIds: [mediaId] })
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
    const first = await connectFeed(table)
    await publication(first, ['à nous'])
    const beside = await connectFeed(table, {}, first.ws)
    const elsewhere = await connectFeed(table)
    for (const { feedId } of [beside, elsewhere]) expect(await text(feedId, 'json')).not.toContain('à nous')
  })
})

it('answers nothing for what is no feed', async () => {
  const { ws, channelId } = await connectFeed(table)
  for (const unknown of ['0123456789abcdefghjk', channelId, ws, '', '../x'])
    expect(await feeds.render(unknown, 'rss')).toBeUndefined()
})
