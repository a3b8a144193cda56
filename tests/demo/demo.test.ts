import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { View } from '../../local/demo/view.ts'
import { type RunningStage, startStage } from '../support/stage.ts'

const patient = 120_000
let stage: RunningStage

beforeAll(async () => {
  stage = await startStage({ demo: true })
}, 60_000)
afterAll(() => stage?.stop())

const state = async () => (await stage.api('GET', '/demo/state', undefined, { authorization: '' })).body

/** What the page shows, once it shows this. */
async function until(what: string, shows: (view: View) => boolean): Promise<View> {
  const end = Date.now() + patient
  let view: View | undefined
  while (Date.now() < end) {
    view = (await state()) as View
    // Undefined while the demo is being set up.
    if (view.channels !== undefined && shows(view)) return view
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(
    `The demo never came to: ${what}\n${JSON.stringify(view, null, 1).slice(0, 8_000)}\n${stage.output()}`,
  )
}

const publishing = [
  ...['bluesky', 'mastodon', 'facebook', 'instagram', 'threads', 'x', 'linkedin'],
  ...['pinterest', 'tiktok', 'telegram', 'discord'],
]
const others = ['whatsapp', 'youtube']
const byConsent = ['mastodon', 'facebook', 'instagram', 'threads', 'x', 'linkedin', 'pinterest', 'tiktok', 'youtube']
const channelCount = publishing.length + others.length + 1

/** The networks of which something was seen, until it is all of them. */
async function untilOn(what: string, wanted: readonly string[], of: (view: View) => readonly string[]) {
  const seen = new Set<string>()
  await until(`${what} on ${wanted.join(', ')}`, (view) => {
    for (const network of of(view)) seen.add(network)
    return wanted.every((network) => seen.has(network))
  })
}

const networkOf = (channels: View['channels'], id: string) => channels.find((one) => one.id === id)?.network

describe('npm start -- --demo', { timeout: patient + 30_000 }, () => {
  it('connects a channel of each network, and says which networks are simulated', async () => {
    const { channels } = await until('its channels', (view) => view.channels.length === channelCount)
    expect(Object.fromEntries(channels.map((one) => [one.network, one.simulated]))).toEqual({
      ...Object.fromEntries([...publishing, ...others].map((network) => [network, true])),
      feed: false,
    })
    expect(stage.output()).not.toContain('goes on without')
    expect(stage.output()).toContain(`Watch it at ${stage.url}/`)
  })

  it('shows what leaves next, and then how late it left on each network', async () => {
    const before = await until('something planned', (view) => view.next.length > 0)
    expect(before.next.map((one) => one.dueAt)).toEqual(before.next.map((one) => one.dueAt).toSorted())
    const { left } = await until('a post on each network', ({ left }) =>
      [...publishing, 'feed'].every((network) =>
        left.some((one) => one.network === network && one.state === 'published'),
      ),
    )
    const refused = left.filter((one) => !['published', 'processing', 'sending', 'waiting'].includes(one.state))
    expect(refused.map(({ network, reason }) => [network, reason?.slice(0, 8)])).toEqual(
      refused.map(() => ['facebook', 'Facebook']),
    )
    for (const one of left) if (one.state === 'published') expect(one.lateMs).toBeGreaterThanOrEqual(0)
  })

  it('takes comments by signed webhook, and says what they are about', async () => {
    const view = await until('a comment on Facebook', ({ cameIn, channels }) =>
      cameIn.some((one) => networkOf(channels, one.channelId) === 'facebook' && one.kind === 'comment'),
    )
    const comment = view.cameIn.find(
      (one) => networkOf(view.channels, one.channelId) === 'facebook' && one.kind === 'comment',
    )!
    expect(comment.author?.name).toMatch(/\w/)
    expect(view.left.some((one) => one.id === comment.publicationId && one.text === comment.about)).toBe(true)
  })

  it('hears what people say by the signed webhooks of each network that has them', async () => {
    const wanted = ['facebook', 'instagram', 'threads', 'x', 'linkedin', 'telegram', 'discord', 'whatsapp']
    await untilOn('a delivery', wanted, ({ cameIn }) =>
      cameIn.filter((one) => one.byWebhook).map(({ network }) => network),
    )
  })

  it('answers some of it, and leaves the rest', async () => {
    const view = await until('an answer', ({ cameIn }) => cameIn.some((one) => one.answer !== undefined))
    const { network, id, answer } = view.cameIn.find((one) => one.answer !== undefined)!
    const { apiKey } = JSON.parse(await readFile(join(stage.home, 'demo.json'), 'utf8'))
    const key = { authorization: `Bearer ${apiKey}` }
    const { body } = await stage.api('GET', `/v1/mentions/${id}/actions`, undefined, key)
    expect([network, body.items]).toEqual([
      network,
      [expect.objectContaining({ action: 'reply', state: 'done', text: answer })],
    ])
    expect(view.cameIn.some((one) => !one.answered)).toBe(true)
  })

  it('collects counters of every network it publishes on', async () => {
    await untilOn('counters', publishing, ({ measured }) => measured.map(({ network }) => network))
  })

  it('measures what moves', async () => {
    const { measured } = await until('engagement on Facebook', ({ measured }) =>
      measured.some((one) => one.network === 'facebook' && (one.engagement.value ?? 0) > 0),
    )
    const { id, counters } = measured.find((one) => one.network === 'facebook' && (one.engagement.value ?? 0) > 0)!
    await until('other counters', (view) =>
      view.measured.some((one) => one.id === id && (one.counters.views ?? 0) > (counters.views ?? 0)),
    )
  })

  it('shows what a network refused with its reason, and tells somebody', async () => {
    const { left, needs } = await until('a refusal', ({ needs }) => needs.length > 0)
    const refused = left.find((one) => one.state === 'rejected')!
    expect(refused.network).toBe('facebook')
    expect(refused.reason).toContain('Facebook')
    expect(needs[0]!.happened).toContain(refused.reason)
    expect(needs[0]!.settles.path).toBe(`/v1/publications/${refused.id}/retry`)
  })

  it('connects every network by its simulated page, where a person agrees or refuses', async () => {
    const { apiKey } = JSON.parse(await readFile(join(stage.home, 'demo.json'), 'utf8'))
    const key = { authorization: `Bearer ${apiKey}` }
    const { ports } = JSON.parse(await readFile(join(stage.home, 'demo.json'), 'utf8'))
    const input = { mastodon: { instance: `http://127.0.0.1:${ports.mastodon}` } } as Record<string, object>
    for (const network of byConsent) {
      const wish = { network, input: input[network] ?? {} }
      const { body } = await stage.api('POST', '/v1/channels/connect', wish, key)
      expect([network, new URL(body.authorizeUrl).host]).toEqual([network, `127.0.0.1:${ports[network]}`])
      const page = await fetch(body.authorizeUrl, {
        headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': 'fr-FR,fr;q=0.9' },
        redirect: 'manual',
      })
      const html = await page.text()
      expect([network, page.status, html.includes('simulé')]).toEqual([network, 200, true])
      const [agree = '', refuse = ''] = [...html.matchAll(/href="([^"]+)"/g)].map(([, href = '']) =>
        href.replaceAll('&amp;', '&'),
      )
      expect(new URL(refuse).searchParams.get('error')).toBe('access_denied')
      const { pathname, search } = new URL(agree)
      await fetch(`${stage.url}${pathname}${search}`)
      const connection = await stage.api('GET', `/v1/channels/connections/${body.id}`, undefined, key)
      expect([network, connection.body.state, connection.body.accounts.length > 0]).toEqual([network, 'ready', true])
    }
  })

  it('says nothing twice, and lets many people say many things', async () => {
    const { cameIn, left } = await until('many comments', ({ cameIn }) => cameIn.length >= 20)
    expect(new Set(cameIn.map((one) => one.text)).size).toBeGreaterThan(cameIn.length / 2)
    expect(new Set(cameIn.map((one) => one.author?.name)).size).toBeGreaterThan(6)
    expect(left.filter((one) => /dupli/i.test(one.reason ?? ''))).toEqual([])
  })

  it('is one page that asks nothing of the world', async () => {
    const page = await stage.api('GET', '/')
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const found = [...page.body.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map(
      ([, path]: RegExpMatchArray) => path ?? '',
    )
    expect(found).toHaveLength(2)
    const parts = await Promise.all(found.map((path) => stage.api('GET', path)))
    for (const { status } of parts) expect(status).toBe(200)
    for (const text of [page.body, ...parts.map(({ body }) => body)])
      expect(text).not.toMatch(/https?:|\/\/[a-z]+\.[a-z]/i)
    expect(parts[1]!.body + parts[0]!.body).toMatch(/À venir[\s\S]*Scheduled/)
  })

  it('shows nothing of the key, and leaves the first workspace empty', async () => {
    const { apiKey, workspaceId } = JSON.parse(await readFile(join(stage.home, 'demo.json'), 'utf8'))
    expect(JSON.stringify(await state())).not.toContain(apiKey.slice(-20))
    expect(workspaceId).not.toBe(stage.workspaceId)
    expect((await stage.api('GET', '/v1/channels')).body.items).toEqual([])
    expect((await stage.api('GET', '/demo/state', undefined, { authorization: '' })).status).toBe(200)
  })

  it('is the same demo after a restart, in which something leaves soon', async () => {
    const before = await until('its channels', (view) => view.channels.length === channelCount)
    const known = new Set(before.left.map((one) => one.id))
    const planned = new Set(before.next.map((one) => one.id))
    await stage.restart()
    const after = await until('something new on each simulated network', (view) =>
      ['bluesky', 'mastodon', 'facebook'].every((network) =>
        view.left.some(
          (one) => one.network === network && one.state === 'published' && !known.has(one.id) && !planned.has(one.id),
        ),
      ),
    )
    expect(after.channels.map((one) => one.id)).toEqual(before.channels.map((one) => one.id))
  })

  it('rests when the stage is started without it', async () => {
    const demo = JSON.parse(await readFile(join(stage.home, 'demo.json'), 'utf8'))
    await stage.kill()
    const plain = await startStage({ home: stage.home })
    try {
      expect((await plain.api('GET', '/')).body).toContain('npm start -- --demo')
      expect((await plain.api('GET', '/demo/state')).status).toBe(404)
      const key = { authorization: `Bearer ${demo.apiKey}` }
      await expect
        .poll(
          async () =>
            (await plain.api('GET', '/v1/channels?limit=100', undefined, key)).body.items.map(
              (one: View['channels'][number]) => one.state,
            ),
          { timeout: 20_000, interval: 300 },
        )
        .toEqual(Array.from({ length: channelCount }, () => 'paused'))
    } finally {
      await plain.kill()
    }
  })
})
