import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Client } from '../../local/demo/client.ts'
import { Viewer } from '../../local/demo/view.ts'

const at = Date.parse('2026-11-30T10:00:00Z')
const minute = 60_000

/** Thirty posts that left one a minute, newest first. */
const published = Array.from({ length: 30 }, (_, index) => ({
  id: `pub_${index}`,
  postId: `post_${index}`,
  channelId: 'chan_1',
  network: index === 0 ? 'tiktok' : 'mastodon',
  state: 'published',
  content: { parts: [{ text: `Fournée ${index}`, mediaIds: [] }] },
  publishedAt: new Date(at - (index + 1) * minute).toISOString(),
  lateMs: 12,
}))
const figures = {
  measuredAt: new Date(at).toISOString(),
  counters: { likes: 3 },
  engagement: { value: 3, definition: 'Sum.' },
  rates: { byFollowers: { value: 0.1, definition: 'Followers.' }, byViews: { value: 0.2, definition: 'Views.' } },
}

describe('what the demo’s page asks of the API', () => {
  let server: Server
  let asked: string[] = []
  let viewer: Viewer
  beforeEach(async () => {
    asked = []
    server = createServer(({ url = '' }, response) => {
      asked.push(url)
      const items = url.includes('state=published') ? published : []
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(url.endsWith('/metrics') ? figures : { items }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    viewer = new Viewer(new Client(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, 'key'))
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const callsAt = async (now: number) => {
    asked = []
    const view = await viewer.read(now)
    return { calls: asked.length, measured: view.measured.length }
  }

  it('is five lists and the figures of what it shows, at the first look', async () => {
    expect(await callsAt(at)).toEqual({ calls: 5 + 24, measured: 24 })
  })

  it('is nothing within two seconds, and five lists after that', async () => {
    await callsAt(at)
    expect((await callsAt(at + 1_999)).calls).toBe(0)
    expect(await callsAt(at + 2_000)).toEqual({ calls: 5, measured: 24 })
  })

  it('is the figures of the last minutes every fifteen seconds, and of the others every five minutes', async () => {
    await callsAt(at)
    // Of those that left within seven minutes; one crosses the line meanwhile.
    expect((await callsAt(at + 15_000)).calls).toBe(5 + 6)
    expect((await callsAt(at + 5 * minute + 15_000)).calls).toBe(5 + 24)
  })

  it('tells the rate by views on TikTok, and by followers elsewhere', async () => {
    const { measured } = await viewer.read(at)
    expect(measured.slice(0, 2).map(({ network, rate }) => [network, rate.definition])).toEqual([
      ['tiktok', 'Views.'],
      ['mastodon', 'Followers.'],
    ])
  })

  it('is watched for as long as somebody looks', async () => {
    expect(viewer.isWatched(at)).toBe(false)
    await viewer.read(at)
    expect(viewer.isWatched(at + 14_999)).toBe(true)
    expect(viewer.isWatched(at + 15_000)).toBe(false)
  })
})
