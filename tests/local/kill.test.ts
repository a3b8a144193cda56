import { expect, it, vi } from 'vitest'
import type { Json } from '../support/json.ts'
import { startStage } from '../support/stage.ts'

it('killed in the middle of its work, it loses nothing that it acknowledged, and doubles nothing', async () => {
  const stage = await startStage()
  try {
    const channel = await stage.api('POST', '/v1/channels', { network: 'feed', credentials: {} })
    const acknowledged: string[] = []
    let writing = true
    const write = async (writer: number) => {
      for (let index = 0; writing; index++) {
        const text = `post ${writer}-${index}.`
        const at = new Date(Date.now() + (index % 4) * 1_000).toISOString().slice(0, 19)
        const answer = await stage
          .api('POST', '/v1/posts', { text, channels: [channel.body.id], schedule: { at, zone: 'UTC' } })
          .catch(() => undefined)
        if (answer?.status === 201) acknowledged.push(text)
      }
    }
    const writers = [write(1), write(2)]
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(30), { timeout: 30_000 })
    await stage.kill('SIGKILL')
    writing = false
    await Promise.all(writers)
    await stage.restart()
    const published = async () => {
      const texts: string[] = []
      const states: string[] = []
      for (let cursor = ''; ; ) {
        const { body } = await stage.api('GET', `/v1/publications?limit=100${cursor}`)
        for (const publication of body.items) {
          texts.push(publication.content.parts[0].text)
          states.push(publication.state)
        }
        if (body.next === undefined || body.next === null) return { texts, states }
        cursor = `&cursor=${encodeURIComponent(body.next)}`
      }
    }
    await vi.waitFor(
      async () => {
        const { texts, states } = await published()
        expect(texts).toEqual(expect.arrayContaining(acknowledged))
        expect(new Set(texts).size).toBe(texts.length)
        expect(states.filter((state) => state !== 'published')).toEqual([])
      },
      { timeout: 240_000, interval: 1_000 },
    )
    // Live on the network itself, each once.
    const address = new URL(channel.body.account.url.replace(/html$/, 'json'))
    const feed: Json = await (await fetch(stage.url + address.pathname)).json()
    const live: string[] = feed.items.map(({ content_text, title }: Json) => content_text ?? title)
    expect(live.length).toBeGreaterThan(10)
    expect(new Set(live).size).toBe(live.length)
  } finally {
    await stage.stop()
  }
}, 360_000)
