/**
 * `kill -9` around what is prepared ahead of its second: a container that is ready and not shown yet, and one whose
 * publishing nobody heard the end of. Afterwards the post is live once.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Client } from '../../local/demo/client.ts'
import { connect } from '../../local/demo/connecting.ts'
import { picture } from '../../local/demo/picture.ts'
import { InstagramSimulator } from '../simulators/instagram.ts'
import { type RunningStage, startStage } from '../support/stage.ts'
import { killed, sooner, twoMinutesPass } from './passing.ts'

let instagram: InstagramSimulator
let home: string
let stage: RunningStage
let channel: string
let mediaId: string

beforeAll(async () => {
  instagram = await new InstagramSimulator().start({})
  home = await mkdtemp(join(tmpdir(), 'parvis-prepared-'))
  await writeFile(join(home, 'networks.json'), JSON.stringify({ instagram: instagram.access().app }), { mode: 0o600 })
  stage = await startStage({ home, env: { PARVIS_ALLOW_PRIVATE_HOSTS: 'true' } })
  const troubles: string[] = []
  const client = new Client(stage.url, stage.apiKey)
  const channels = await connect(client, stage.url, new Map([['instagram', instagram]]), (text) => troubles.push(text))
  expect(troubles).toEqual([])
  channel = channels.get('instagram') ?? ''
  const bytes = picture()
  const wanted = { filename: 'miche.png', mime: 'image/png', bytes: bytes.length, alt: 'Une miche.' }
  const { id, upload } = (await stage.api('POST', '/v1/media', wanted)).body
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(bytes) })
  expect((await stage.api('POST', `/v1/media/${id}/complete`)).status).toBe(200)
  mediaId = id
}, 60_000)
afterAll(async () => {
  await stage?.stop()
  await instagram?.stop()
  await rm(home, { recursive: true, force: true })
})

const asked = (path: RegExp) => instagram.journal.filter((one) => one.method === 'POST' && path.test(one.path))
const containers = () => asked(/\/media$/)
const showings = () => asked(/\/media_publish$/)

async function written(text: string, inMs: number): Promise<string> {
  const schedule = { at: new Date(Date.now() + inMs).toISOString() }
  const { status, body } = await stage.api('POST', '/v1/posts', {
    text,
    media: [mediaId],
    channels: [channel],
    schedule,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.publications[0].id
}

const isOut = (id: string) =>
  vi.waitFor(
    async () => {
      const { body } = await stage.api('GET', `/v1/publications/${id}`)
      expect([body.state, body.reason]).toEqual(['published', undefined])
      return body
    },
    { timeout: 40_000, interval: 300 },
  )

it('goes on from the container that was ready, and publishes it once at its second', async () => {
  // nothing is begun in the last half minute before the second
  const id = await written('prepared', 90_000)
  await vi.waitFor(
    async () => {
      expect(containers()).toHaveLength(1)
      const { body } = await stage.api('GET', `/v1/publications/${id}`)
      expect(body.state).toBe('scheduled')
      // prepared and put aside: it wakes at its second, and not before
      expect(body.wakeAt).toBe(body.dueAt)
    },
    { timeout: 12_000, interval: 50 },
  )
  await killed(stage)
  expect(instagram.live()).toEqual([])
  await sooner(home, id, 75_000)
  await stage.restart()
  const { live } = await isOut(id)
  expect(instagram.live().map(({ text, externalId }) => [text, externalId])).toEqual([['prepared', live.externalId]])
  expect(containers()).toHaveLength(1)
  expect(showings()).toHaveLength(1)
}, 90_000)

it('finds what was published while it died, and does not publish it again', async () => {
  instagram.journal.length = 0
  instagram.fault({ kind: 'lost', how: 'silent' })
  const id = await written('unheard', 4_000)
  await vi.waitFor(() => expect(instagram.live().map(({ text }) => text)).toEqual(['prepared', 'unheard']), {
    timeout: 20_000,
    interval: 20,
  })
  await killed(stage)
  expect(await twoMinutesPass(home)).toBe(1)
  await stage.restart()
  await isOut(id)
  expect(instagram.live().map(({ text }) => text)).toEqual(['prepared', 'unheard'])
  expect(showings()).toHaveLength(1)
  expect(instagram.violations).toEqual([])
}, 90_000)
