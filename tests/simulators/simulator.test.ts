import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FacebookSimulator } from './facebook.ts'
import { MastodonSimulator } from './mastodon.ts'

it.each([MastodonSimulator, FacebookSimulator])('%o of the demo is found as it was after a restart', async (Kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  try {
    const file = join(folder, 'posts.json')
    const first = await new Kind().start({ file })
    const post = first.seedPost('Bonjour')
    first.followers = 12
    first.setCounters(post.externalId, { likes: 5 })
    const port = Number(new URL(first.url).port)
    const access = first.access()
    await first.stop()

    const second = await new Kind().start({ port, file })
    expect(second.access()).toEqual(access)
    expect(second.followers).toBe(12)
    expect(second.live()).toMatchObject([{ externalId: post.externalId, text: 'Bonjour', counters: { likes: 5 } }])
    expect(second.seedPost('Encore').externalId).not.toBe(post.externalId)
    await second.stop()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('says that its port is taken', async () => {
  const first = await new MastodonSimulator().start()
  const port = Number(new URL(first.url).port)
  await expect(new MastodonSimulator().start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await first.stop()
})
