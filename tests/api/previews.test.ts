/** What a post will look like: text, media as they leave, cards; over the real handlers and engines. */
import type { RequestListener } from 'node:http'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { handler as mediaHandler } from '../../functions/api/media.ts'
import { handler as postsHandler } from '../../functions/api/posts.ts'
import { keys } from '../../shared/aws/keys.ts'
import type { Limits } from '../../shared/networks/network.ts'
import { type LocalServer, serve } from '../networks/http/server.ts'
import { type Answered, type Asked, startTelling } from './telling.ts'

let stage: Awaited<ReturnType<typeof startTelling>>
let media: (method: string, path: string, asked?: Asked) => Promise<Answered>
let posts: (method: string, path: string, asked?: Asked) => Promise<Answered>
let site: LocalServer
let page: RequestListener = (_, response) => void response.writeHead(404).end()
let pages: string[] = []

const jpeg = (more: object = {}) => ({ mimes: ['image/jpeg'], maxBytes: 8_000_000, ...more })
/** A network that folds, crops, and has stories. */
const limits: Limits = {
  text: { max: 60, unit: 'graphemes', foldsAt: 12 },
  media: { maxCount: 4, image: jpeg({ minRatio: 0.8, maxRatio: 0.8, maxWidth: 1080 }) },
  maxParts: 3,
  kinds: { story: { media: { maxCount: 1, image: jpeg({ minRatio: 0.5625, maxRatio: 0.5625 }) } } },
}
const channelId = 'chan_01J0000000000000000000000A'
const feedId = 'chan_01J0000000000000000000000B'

beforeAll(async () => {
  stage = await startTelling('api-previews')
  process.env.PUBLISH_QUEUE_URL = process.env.DELIVER_QUEUE_URL
  media = stage.client(mediaHandler)
  posts = stage.client(postsHandler)
  const { id: workspaceId } = await stage.workspace('one')
  for (const [id, network, own] of [
    [channelId, 'bluesky', { limits }],
    [feedId, 'feed', {}],
  ] as const)
    await stage.table.write({
      put: {
        ...keys.channel(workspaceId, id),
        id,
        workspaceId,
        network,
        name: 'X',
        account: { externalId: 'did:plc:x', handle: 'x.example', name: 'X' },
        settings: network === 'bluesky' ? { service: 'https://bsky.social' } : {},
        state: 'active',
        version: 1,
        createdAt: '2026-11-20T08:00:00.000Z',
        updatedAt: '2026-11-20T08:00:00.000Z',
        ...own,
      },
    })
  site = await serve((request, response) => {
    pages.push(request.url ?? '')
    page(request, response)
  })
})
beforeEach(() => {
  pages = []
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await stage.stop()
})

async function picture(width: number, height: number, exif: object = {}): Promise<string> {
  const image = sharp({ create: { width, height, channels: 3, background: '#336699' } })
  const bytes = await image.withExif(exif).jpeg().toBuffer()
  const body = { filename: 'Marché.jpg', mime: 'image/jpeg', bytes: bytes.length, alt: 'Le marché' }
  const made = await media('POST', '/v1/media', { body })
  const { method, url, headers } = made.body.upload
  await fetch(url, { method, headers, body: new Uint8Array(bytes) })
  expect((await media('POST', `/v1/media/${made.body.id}/complete`)).status).toBe(200)
  return made.body.id
}

const validate = async (body: object, query = '') =>
  (await posts('POST', '/v1/posts/validate', { body: { text: '', channels: [channelId], ...body }, query })).body
const previewed = async (body: object, query?: string) => (await validate(body, query)).channels[0].preview

describe('the text of a preview', () => {
  it('says where it is folded and where it would be cut, between what readers see as characters', async () => {
    const family = '👨‍👩‍👧‍👦'
    const { valid, channels } = await validate({ text: family.repeat(70) })
    expect(valid).toBe(false)
    const [part] = channels[0].preview.parts
    expect(part.text.slice(0, part.foldsAt)).toBe(family.repeat(12))
    expect(part.text.slice(0, part.cutsAt)).toBe(family.repeat(60))
    const [short] = (await previewed({ text: 'L’été\u202F!' })).parts
    expect(short).toEqual({ text: 'L’été\u202F!', media: [] })
  })

  it('of each part of a thread, and of a channel’s own variant', async () => {
    const thread = [{ text: 'é'.repeat(61) }]
    const variants = { [channelId]: { text: 'Sa version' } }
    expect((await previewed({ text: 'Bonjour', thread, variants })).parts).toMatchObject([
      { text: 'Sa version' },
      { foldsAt: 12, cutsAt: 60 },
    ])
  })
})

describe('media of a preview', () => {
  it('are as they will leave: what is done to them is a note, and no problem', async () => {
    const wide = await picture(1920, 1080)
    const { valid, channels } = await validate({ text: 'Au marché', media: [wide] })
    expect(channels[0]).toMatchObject({
      problems: [],
      notes: [
        { pointer: '/media/0', code: 'media_fitted', message: expect.stringContaining('recadrée de 16:9 à 4:5') },
      ],
    })
    expect(valid).toBe(true)
    const [shown] = channels[0].preview.parts[0].media
    expect(shown).toMatchObject({ mediaId: wide, mime: 'image/jpeg', width: 864, height: 1080, alt: 'Le marché' })
    // the post can be scheduled: what was refused before is fitted now
    const year = new Date().getUTCFullYear() + 1
    const schedule = { at: `${year}-05-05T09:00:00` }
    const body = { text: 'Au marché', channels: [channelId], media: [wide], schedule }
    expect((await posts('POST', '/v1/posts', { body })).status).toBe(201)
  })

  it('lead to the very file that leaves, for a quarter of an hour', async () => {
    const wide = await picture(1920, 1080, { IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 11/1' } })
    const [shown] = (await previewed({ text: 'x', media: [wide] })).parts[0].media
    const [path, query] = shown.fitted.split('?')
    const answer = await media('GET', path, { query })
    expect(answer).toMatchObject({ status: 200, body: { mime: 'image/jpeg', width: 864, height: 1080 } })
    const minutes = (Date.parse(answer.body.expiresAt) - Date.now()) / 60_000
    expect([minutes > 14, minutes <= 15]).toEqual([true, true])
    const file = await fetch(answer.body.url)
    expect(file.headers.get('content-type')).toBe('image/jpeg')
    const bytes = await file.bytes()
    expect(bytes.length).toBe(answer.body.bytes)
    const { width, height, exif } = await sharp(bytes).metadata()
    expect({ width, height, exif }).toEqual({ width: 864, height: 1080, exif: undefined })
    expect(await media('GET', path, { query })).toMatchObject({ status: 200 })
    expect((await stage.stored()).filter(({ sk }) => sk.startsWith('derived#'))).not.toHaveLength(0)
  })

  it('follow the kind of post, and the focus', async () => {
    const wide = await picture(1600, 900)
    const focus = { x: 0, y: 0.5 }
    expect(await media('PATCH', `/v1/media/${wide}`, { body: { focus } })).toMatchObject({
      status: 200,
      body: { focus },
    })
    const variants = { [channelId]: { options: { kind: 'story' } } }
    const preview = await previewed({ text: 'x', media: [wide], variants })
    expect(preview).toMatchObject({ kind: 'story', parts: [{ media: [{ width: 506, height: 900 }] }] })
    expect(preview.parts[0].media[0].fitted).toBe(`/v1/media/${wide}/fitted?channelId=${channelId}&kind=story`)
    const story = await media('GET', `/v1/media/${wide}/fitted`, { query: `channelId=${channelId}&kind=story` })
    expect(story.body).toMatchObject({ width: 506, height: 900 })
    expect(await media('PATCH', `/v1/media/${wide}`, { body: { focus: { x: 2, y: 0 } } })).toMatchObject({
      status: 422,
    })
  })

  it('that cannot be made to fit stay a problem, and a note says why', async () => {
    const channels = [channelId]
    const tiny = await picture(40, 40)
    const { id: workspaceId } = await stage.workspace('one')
    const image = jpeg({ minWidth: 320, minHeight: 320 })
    const strict = { ...limits, media: { ...limits.media, image } }
    await stage.table.write({ update: keys.channel(workspaceId, channelId), set: { limits: strict } })
    const { channels: answer } = await validate({ text: 'x', channels, media: [tiny] })
    expect(answer[0].notes).toMatchObject([{ pointer: '/media/0', code: 'media_cannot_be_fitted' }])
    await stage.table.write({ update: keys.channel(workspaceId, channelId), set: { limits } })
  })

  it('are nobody else’s: another workspace’s medium or channel is not there', async () => {
    const mine = await picture(100, 100)
    const query = `channelId=${channelId}`
    expect(await media('GET', `/v1/media/${mine}/fitted`, { query, as: 'two' })).toMatchObject({ status: 404 })
    const other = 'channelId=chan_01J0000000000000000000000Z'
    expect(await media('GET', `/v1/media/${mine}/fitted`, { query: other })).toMatchObject({ status: 404 })
    expect(await media('GET', `/v1/media/${mine}/fitted`)).toMatchObject({ status: 200, body: { width: 100 } })
    expect(await media('GET', `/v1/media/${mine}/fitted`, { query: `${query}&kind=opera` })).toMatchObject({
      status: 422,
    })
  })
})

describe('the card of a preview', () => {
  const html =
    '<title>Le marché d’été</title><meta property="og:description" content="Samedi"><meta property="og:image" content="/p.png">'

  it('is read when it is asked for, once an hour, for whichever channels link to it', async () => {
    const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    page = (request, response) =>
      request.url === '/p.png'
        ? void response.end(png)
        : void response.setHeader('content-type', 'text/html; charset=utf-8').end(html)
    const url = `${site.url}/marche`
    const text = `Venez : ${url}.`
    const unasked = await previewed({ text })
    expect(unasked).toMatchObject({ link: url })
    expect(unasked).not.toHaveProperty('card')
    expect(pages).toEqual([])
    const { channels } = await validate({ text, channels: [channelId, feedId] }, 'cards=true')
    const card = { url, title: 'Le marché d’été', description: 'Samedi', image: `${site.url}/p.png` }
    expect(channels.map(({ preview }: { preview: object }) => preview)).toMatchObject([{ card }, { card }])
    expect((await previewed({ text }, 'cards=true')).card).toEqual(card)
    expect(pages).toEqual(['/marche', '/p.png'])
    const kept = (await stage.stored()).find(({ sk }) => sk === 'card')
    expect(Number(kept?.expiresAt) - Date.now() / 1000).toBeLessThanOrEqual(3600)
  })

  it('is not called again where there was none, and none is shown beside media', async () => {
    page = (_, response) => void response.writeHead(500).end()
    const text = `${site.url}/casse`
    for (const _ of [1, 2]) expect(await previewed({ text }, 'cards=true')).not.toHaveProperty('card')
    expect(pages).toEqual(['/casse'])
    const withPicture = await previewed({ text, media: [await picture(800, 1000)] }, 'cards=true')
    expect(withPicture).not.toHaveProperty('link')
    expect(pages).toEqual(['/casse'])
  })
})
