import { parseRssFeed } from 'feedsmith'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeConnections } from '../conformance/session.ts'
import { connectFeed, type FeedChannel, publication } from '../feeds/support.ts'
import { Engine } from '../support/engine.ts'
import { type Answered, invoke } from '../support/invoke.ts'

let engine: Engine
let feed: FeedChannel
let handler: typeof import('../../functions/api/feeds.ts').handler

beforeAll(async () => {
  engine = await Engine.start()
  const table = await engine.table('feeds')
  Object.assign(process.env, {
    STAGE: 'test',
    TABLE_NAME: 'feeds',
    PUBLIC_URL: 'https://api.example/',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  handler = (await import('../../functions/api/feeds.ts')).handler
  feed = await connectFeed(table)
})
afterAll(async () => {
  closeConnections()
  await engine.stop()
})

const get = (path: string, headers: Record<string, string> = {}): Promise<Answered> =>
  invoke(handler, { path, headers })

describe('GET /feeds/{feedId}/{format}', () => {
  it.each([
    ['rss', 'application/rss+xml; charset=utf-8'],
    ['atom', 'application/atom+xml; charset=utf-8'],
    ['json', 'application/feed+json; charset=utf-8'],
    ['html', 'text/html; charset=utf-8'],
  ])('answers %s to everyone, without a key', async (format, contentType) => {
    const answer = await get(`/feeds/${feed.feedId}/${format}`)
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': contentType } })
    expect(answer.text).toContain(`https://api.example/feeds/${feed.feedId}/${format === 'html' ? 'rss' : format}`)
  })
  it('spares the transfer until something changes', async () => {
    const path = `/feeds/${feed.feedId}/rss`
    const first = await get(path)
    const tag = first.headers['etag'] ?? ''
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`])
      expect(await get(path, { 'if-none-match': known })).toMatchObject({
        status: 304,
        text: '',
        headers: { etag: tag },
      })
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200)

    await publication(feed, ['Du nouveau'])
    const later = await get(path, { 'if-none-match': tag })
    expect(later.status).toBe(200)
    expect(parseRssFeed(later.text).items?.map((item) => item.title)).toEqual(['Du nouveau'])
  })
  it('answers 404 as a problem for what is no feed, and no format', async () => {
    const paths = [
      `/feeds/${'0'.repeat(20)}/rss`,
      `/feeds/${feed.channelId}/rss`,
      `/feeds/${feed.feedId}/pdf`,
      '/feeds/%2e%2e/rss',
      `/feeds/${'x'.repeat(500)}/rss`,
    ]
    for (const path of paths) {
      const answer = await get(path)
      expect(answer, path).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } })
      expect(answer.json.code).toBe('not_found')
    }
  })
})
