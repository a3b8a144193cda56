/**
 * The real stage and every network of the demo, each on the wire: connected by its own flow (a person's consent on the
 * network's page, and back to the stage; or credentials), published on, heard by signed webhook, answered.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Client } from '../../local/demo/client.ts'
import { type ChannelIds, connect } from '../../local/demo/connecting.ts'
import { type Simulated, simulated } from '../../local/demo/networks.ts'
import { picture } from '../../local/demo/picture.ts'
import { type Simulators, startSimulators } from '../../local/demo/simulators.ts'
import type { Injected, Simulator } from '../simulators/simulator.ts'
import { TikTokSimulator } from '../simulators/tiktok.ts'
import { type RunningStage, startStage } from '../support/stage.ts'

const byConsent: readonly Simulated[] = ['instagram', 'threads', 'x', 'linkedin', 'youtube', 'pinterest', 'tiktok']
const words: readonly Simulated[] = [
  ...(['bluesky', 'mastodon', 'facebook', 'threads', 'x'] as const),
  ...(['linkedin', 'telegram', 'discord'] as const),
]
const pictures: readonly Simulated[] = [
  ...(['bluesky', 'mastodon', 'facebook', 'instagram', 'x'] as const),
  ...(['linkedin', 'pinterest', 'tiktok', 'telegram', 'discord'] as const),
]
const text = 'La tradition sort du four'
const caption = 'La miche du matin'

let home: string
let simulators: Simulators
let stage: RunningStage
let channels: ChannelIds
const troubles: string[] = []

const on = (name: Simulated): Simulator => {
  const simulator = simulators.get(name)
  if (simulator === undefined) throw new Error(`No simulator of ${name}.`)
  return simulator
}
const channelOn = (name: Simulated) => channels.get(name) ?? ''

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parvis-networks-'))
  simulators = await startSimulators(home, {}, 'http://127.0.0.1')
  const apps = Object.fromEntries([...simulators].map(([name, simulator]) => [name, simulator.access().app]))
  await writeFile(join(home, 'networks.json'), JSON.stringify(apps), { mode: 0o600 })
  stage = await startStage({ home, env: { PARVIS_ALLOW_PRIVATE_HOSTS: 'true' } })
  const tiktok = on('tiktok')
  if (tiktok instanceof TikTokSimulator) tiktok.photosFrom = `${stage.url}/`
  const client = new Client(stage.url, stage.apiKey)
  channels = await connect(client, stage.url, simulators, (trouble) => troubles.push(trouble))
}, 90_000)
afterAll(async () => {
  await stage?.stop()
  await Promise.all([...(simulators?.values() ?? [])].map((simulator) => simulator.stop()))
  await rm(home, { recursive: true, force: true })
})

async function created(path: string, body: unknown): Promise<any> {
  const answer = await stage.api('POST', path, body)
  expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status)
  return answer.body
}

async function uploaded(): Promise<string> {
  const bytes = picture()
  const wanted = { filename: 'miche.png', mime: 'image/png', bytes: bytes.length, alt: 'Une miche.' }
  const { id, upload } = await created('/v1/media', wanted)
  const put = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(bytes) })
  expect(put.status).toBe(200)
  await created(`/v1/media/${id}/complete`, undefined)
  return id
}

/** Written for now, and waited for until it is out everywhere. */
async function published(networks: readonly Simulated[], post: object): Promise<void> {
  const { publications } = await created('/v1/posts', {
    ...post,
    channels: networks.map(channelOn),
    schedule: { now: true },
  })
  expect(publications).toHaveLength(networks.length)
  await vi.waitFor(
    async () => {
      const now = await Promise.all(
        publications.map(async ({ id }: { id: string }) => (await stage.api('GET', `/v1/publications/${id}`)).body),
      )
      expect(now.map(({ network, state, reason }) => [network, state, reason ?? ''])).toEqual(
        publications.map(({ network }: { network: string }) => [network, 'published', '']),
      )
    },
    { timeout: 60_000, interval: 500 },
  )
}

describe('every network of the demo, on the real stage', { timeout: 90_000 }, () => {
  it('is connected: by consent on its own page where it asks for it, and says that it is simulated', async () => {
    expect(troubles).toEqual([])
    const { items } = (await stage.api('GET', '/v1/channels?limit=100')).body
    expect(items.map(({ network }: { network: string }) => network).toSorted()).toEqual(
      [...simulated, 'feed'].toSorted(),
    )
    for (const { network, state, simulated: said } of items)
      expect([network, state, said]).toEqual([network, 'active', network !== 'feed'])
    for (const name of byConsent) expect(on(name).journal.filter(({ act }) => act === 'consent')).toHaveLength(1)
  })

  it('carries a text once, and a picture once', async () => {
    const mediaId = await uploaded()
    await Promise.all([published(words, { text }), published(pictures, { text: caption, media: [mediaId] })])
    for (const name of words)
      expect([
        name,
        on(name)
          .live()
          .filter((one) => one.text === text).length,
      ]).toEqual([name, 1])
    for (const name of pictures) {
      const found = on(name)
        .live()
        .filter((one) => one.text === caption)
      expect([name, found.map(({ media }) => media.length)]).toEqual([name, [1]])
    }
    expect(on('whatsapp').live()).toEqual([])
  })

  it('tells by signed webhook what people say, and takes the answer', async () => {
    const below = (name: Simulated, wanted: string) =>
      on(name).comment(
        on(name)
          .live()
          .find((one) => one.text === wanted)?.externalId ?? '',
        `Bravo de ${name}`,
      )
    const said: Readonly<Record<string, Promise<Injected>>> = {
      facebook: below('facebook', text),
      instagram: below('instagram', caption),
      threads: below('threads', text),
      x: below('x', text),
      linkedin: below('linkedin', text),
      telegram: below('telegram', text),
      whatsapp: on('whatsapp').directMessage('Bravo de whatsapp'),
    }
    for (const [name, saying] of Object.entries(said)) {
      const { externalId } = await saying
      const mention = await vi.waitFor(
        async () => {
          const { items } = (await stage.api('GET', `/v1/mentions?channel=${channels.get(name as Simulated)}`)).body
          const found = items.find((one: { externalId: string }) => one.externalId === externalId)
          expect(found, `${name}: ${externalId} has not come in`).toBeDefined()
          return found
        },
        { timeout: 20_000, interval: 300 },
      )
      expect(mention.text).toContain(`Bravo de ${name}`)
      const answer = `Merci à ${name} !`
      const action = await created(`/v1/mentions/${mention.id}/actions`, { action: 'reply', text: answer })
      expect([name, action.state, action.problem]).toEqual([name, 'done', undefined])
      expect([name, on(name as Simulated).answersTo?.(externalId)]).toEqual([name, [answer]])
    }
    const { delivery } = await on('discord').directMessage('Bravo de discord')
    expect(delivery).toBeDefined()
    await vi.waitFor(
      async () => {
        const { items } = (await stage.api('GET', `/v1/mentions?channel=${channelOn('discord')}`)).body
        expect(items.map((one: { text: string }) => one.text)).toContain('Bravo de discord')
      },
      { timeout: 20_000, interval: 300 },
    )
  })

  it('was asked for nothing that no strict server would have taken', () => {
    for (const [name, { violations }] of simulators) expect([name, violations]).toEqual([name, []])
  })
})
