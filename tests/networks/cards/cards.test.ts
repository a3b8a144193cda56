import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import { readCard } from '../../../shared/networks/cards/index.ts'
import { createHttpClient, type HttpRequest } from '../../../shared/networks/http/index.ts'
import { serve } from '../http/server.ts'

const own = createHttpClient({ allowPrivateHosts: true, clock: systemClock })
const strict = createHttpClient({ allowPrivateHosts: false, clock: systemClock })
const signal = new AbortController().signal

const picture = (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif') =>
  sharp({ create: { width: 40, height: 20, channels: 3, background: '#336699' } })
    .toFormat(format)
    .toBuffer()

type Answers = Record<string, { type?: string; body?: string | Buffer; status?: number; headers?: object }>

const site =
  (answers: Answers): RequestListener =>
  (request, response) => {
    const answer = answers[new URL(request.url ?? '/', 'http://x').pathname]
    response.writeHead(answer === undefined ? 404 : (answer.status ?? 200), {
      'content-type': answer?.type ?? 'text/html; charset=utf-8',
      ...answer?.headers,
    })
    response.end(answer?.body)
  }

const page = (head: string) => `<!doctype html><html lang="fr"><head>${head}</head><body><p>Bonjour</p></body></html>`

async function cardOf(answers: Answers, path = '/') {
  await using server = await serve(site(answers))
  return { card: await readCard({ http: own, signal }, server.url + path), base: server.url }
}

describe('a card', () => {
  it('takes title, description and picture as the page gives them to networks, entities and French spaces kept', async () => {
    const bytes = await picture('jpeg')
    const { card, base } = await cardOf(
      {
        '/article': {
          body: page(`
          <meta charset="utf-8"><title>Accueil</title>
          <meta property="og:title" content="L&rsquo;été\u202F: &laquo;&nbsp;C&#39;est l&#x2019;heure&nbsp;&raquo; &amp; plus">
          <meta name="description" content="autre">
          <meta property="og:description" content="  Un marché,\n   des artisans\u00A0!  ">
          <meta property="og:image" content="../images/une.jpg?w=1&amp;h=2">`),
        },
        '/images/une.jpg': { type: 'application/octet-stream', body: bytes },
      },
      '/article?utm_source=parvis',
    )
    expect(card).toMatchObject({
      url: `${base}/article?utm_source=parvis`,
      title: "L’été\u202F: «\u00A0C'est l’heure\u00A0» & plus",
      description: 'Un marché, des artisans\u00A0!',
      image: { mime: 'image/jpeg', url: `${base}/images/une.jpg?w=1&h=2` },
    })
    expect(Buffer.from(card?.image?.bytes ?? [])).toEqual(bytes)
  })

  it('is made of what is there: twitter’s names, plain title and description, the title of no drawing', async () => {
    const twitter = await cardOf({
      '/': {
        body: page(
          '<title>T</title><meta name="twitter:title" content="Pour X"><meta name="twitter:description" content="D">',
        ),
      },
    })
    expect(twitter.card).toMatchObject({ title: 'Pour X', description: 'D' })
    const plain = await cardOf({
      '/': {
        body: page(
          '<meta name=description content="Les horaires"><svg><title>icône</title></svg><title>\n Le  parvis\n</title>',
        ),
      },
    })
    expect(plain.card).toEqual({ url: `${plain.base}/`, title: 'Le parvis', description: 'Les horaires' })
  })

  it('is called after its host where the page has no title, and there is none where it says nothing at all', async () => {
    const untitled = await cardOf({
      '/': { body: page('<title> </title><meta property="og:description" content="Des nouvelles">') },
    })
    expect(untitled.card).toMatchObject({ title: '127.0.0.1', description: 'Des nouvelles' })
    expect((await cardOf({ '/': { body: page('') } })).card).toBeUndefined()
  })

  it('follows a redirect and resolves the picture where it ended, by <base> if there is one', async () => {
    const bytes = await picture('png')
    const { card, base } = await cardOf(
      {
        '/court': { status: 302, headers: { location: '/2026/ete/' } },
        '/2026/ete/': { body: page('<title>Été</title><meta property="og:image" content="une.png">') },
        '/2026/ete/une.png': { type: 'image/png', body: bytes },
      },
      '/court',
    )
    expect(card).toMatchObject({ url: `${base}/court`, title: 'Été', image: { url: `${base}/2026/ete/une.png` } })
    const based = await cardOf({
      '/': { body: page('<base href="/static/"><title>Été</title><meta property="og:image" content="une.png">') },
      '/static/une.png': { body: bytes },
    })
    expect(based.card?.image?.mime).toBe('image/png')
  })

  it.each([
    ['header', 'text/html; charset=ISO-8859-1', ''],
    ['meta', 'text/html', '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15">'],
    ['short meta', 'text/html', '<meta charset=windows-1252>'],
  ])('reads a page in Latin-1 that says so in its %s', async (_, type, meta) => {
    const body = Buffer.from(page(`${meta}<title>Fête à Noël</title>`), 'latin1')
    expect((await cardOf({ '/': { type, body } })).card?.title).toBe('Fête à Noël')
  })

  it('takes a page for UTF-8 that names no encoding, or none that anybody knows, and UTF-16 by its mark', async () => {
    const body = page('<meta charset="x-nulle-part"><title>Forêt</title>')
    expect((await cardOf({ '/': { type: 'text/html', body } })).card?.title).toBe('Forêt')
    const wide = Buffer.from(`\uFEFF${page('<title>Forêt</title>')}`, 'utf16le')
    expect((await cardOf({ '/': { type: 'text/html', body: wide } })).card?.title).toBe('Forêt')
  })

  it.each([
    ['as it is', (body: string) => ({ body })],
    ['compressed', (body: string) => ({ body: gzipSync(body), headers: { 'content-encoding': 'gzip' } })],
  ])('reads the head of a huge page, %s, and not the rest', async (_, sent) => {
    const noise = Array.from({ length: 400_000 }, (_, i) => ((i * 2_654_435_761) >>> 0).toString(36)).join(' ')
    const late = '<meta property="og:description" content="trop loin">'
    const { card } = await cardOf({ '/': sent(`<title>Longue page</title>${noise}${late}`) })
    expect(card).toMatchObject({ title: 'Longue page', description: '' })
  })

  it('bounds what it says, and cuts no emoji in two', async () => {
    const family = '👨‍👩‍👧‍👦'
    const { card } = await cardOf({
      '/': {
        body: page(`<title>${family.repeat(400)}</title><meta name="description" content="${'é'.repeat(5000)}">`),
      },
    })
    expect(card?.title).toBe(`${family.repeat(299)}…`)
    expect(card?.description).toHaveLength(1000)
  })

  it.each(['png', 'webp', 'gif'] as const)('takes a picture in %s by its bytes', async (format) => {
    const { card } = await cardOf({
      '/': { body: page('<title>T</title><link rel="image_src" href="/p">') },
      '/p': { type: 'text/plain', body: await picture(format) },
    })
    expect(card?.image?.mime).toBe(`image/${format}`)
  })

  it.each([
    ['is a page', { body: page('') }],
    ['is an SVG', { type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }],
    [
      'has more than 5 MB',
      {
        type: 'image/png',
        body: Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(5 * 1024 * 1024)]),
      },
    ],
    ['is not there', { status: 404 }],
  ])('comes without a picture that %s', async (_, answer) => {
    const { card } = await cardOf({
      '/': { body: page('<title>T</title><meta property="og:image" content="/p">') },
      '/p': answer,
    })
    expect(card).toMatchObject({ title: 'T' })
    expect(card?.image).toBeUndefined()
  })

  it('is none, and nothing is thrown, for what is no page, an error, an address of nonsense or a dead host', async () => {
    expect((await cardOf({ '/': { type: 'application/pdf', body: '%PDF-' } })).card).toBeUndefined()
    expect((await cardOf({ '/': { status: 500, body: page('<title>Erreur</title>') } })).card).toBeUndefined()
    expect((await cardOf({ '/': { status: 302, headers: { location: '/' } } })).card).toBeUndefined()
    for (const url of ['', 'nulle part', 'ftp://example.org/', 'https://nulle-part.invalid/', 'http://127.0.0.1:1/'])
      expect(await readCard({ http: own, signal }, url)).toBeUndefined()
  })

  it('does not go where the client may not: neither by a link nor by a picture’s address', async () => {
    const calls: string[] = []
    await using server = await serve((request, response) => {
      calls.push(request.url ?? '')
      const inside = `http://127.0.0.1:${request.socket.localPort}/secret`
      response.setHeader('content-type', 'text/html')
      response.end(page(`<title>T</title><meta property="og:image" content="${inside}">`))
    })
    const local = server.url.replace('http:', 'https:')
    for (const url of [server.url, local, 'http://169.254.169.254/latest/meta-data/'])
      expect(await readCard({ http: strict, signal }, url)).toBeUndefined()
    expect(calls).toEqual([])
    // a page out there that shows a picture from in here
    const outside = {
      send: (request: HttpRequest) =>
        String(request.url) === 'https://example.org/'
          ? own.send({ ...request, url: server.url })
          : strict.send(request),
    }
    const card = await readCard({ http: outside, signal }, 'https://example.org/')
    expect(card).toEqual({ url: 'https://example.org/', title: 'T', description: '' })
    expect(calls).toEqual(['/'])
  })

  it('asks by https for what was written with http where the client speaks nothing else', async () => {
    const asked: string[] = []
    const http = {
      send: (request: HttpRequest) => {
        asked.push(String(request.url))
        return strict.send({ ...request, url: String(request.url).replace('example.org', 'nulle-part.invalid') })
      },
    }
    expect(await readCard({ http, signal }, 'http://example.org/a?b')).toBeUndefined()
    expect(asked).toEqual(['http://example.org/a?b', 'https://example.org/a?b'])
  })

  it('ends when whoever asked gives up', async () => {
    await using server = await serve(() => {})
    const given = new AbortController()
    const reading = readCard({ http: own, signal: given.signal }, server.url)
    setTimeout(() => given.abort(), 50)
    await expect(reading).rejects.toMatchObject({ code: 'aborted' })
  })
})
