/**
 * `kill -9` of the whole stage, several times, while posts leave for a network over the wire, its webhooks come in and files
 * are uploaded: what was acknowledged is there afterwards, and everything is there once.
 *
 * An attempt that died holds its lease for 100 s, and a look that finds nothing is repeated after 60 s. The test does not sit
 * these out: while the stage is down, two minutes pass for the publications that were under way.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { RawDelivery } from '../../shared/networks/network.ts'
import { FacebookSimulator } from '../simulators/facebook.ts'
import { type RunningStage, startStage } from '../support/stage.ts'
import { killed, twoMinutesPass } from './passing.ts'

let facebook: FacebookSimulator
let home: string
let stage: RunningStage

beforeAll(async () => {
  facebook = await new FacebookSimulator().start({})
  home = await mkdtemp(join(tmpdir(), 'parvis-kill-'))
  await writeFile(join(home, 'networks.json'), JSON.stringify({ facebook: facebook.access().app }), { mode: 0o600 })
  stage = await startStage({ home, env: { PARVIS_ALLOW_PRIVATE_HOSTS: 'true' } })
})
afterAll(async () => {
  await stage?.stop()
  await facebook?.stop()
  await rm(home, { recursive: true, force: true })
})

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** By text: the id of its publication, where the call was acknowledged. */
const posts = new Map<string, string | undefined>()
/** What was not acknowledged, the network sends again. */
const comments = new Map<string, { delivery: RawDelivery; taken: boolean }>()
const uploads: string[] = []
let round = 0

const soon = (seconds: number) => new Date(Math.ceil(Date.now() / 1000) * 1000 + seconds * 1000).toISOString()

/** Whether it was acknowledged. */
async function writePost(channel: string, text: string, at: string): Promise<boolean> {
  posts.set(text, undefined)
  const answer = await stage
    .api('POST', '/v1/posts', { text, channels: [channel], schedule: { at } })
    .catch(() => undefined)
  if (answer === undefined) return false
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  posts.set(text, answer.body.publications[0].id)
  return true
}

/** Until nobody answers any more. */
async function writePosts(channel: string): Promise<void> {
  for (let index = 0; await writePost(channel, `feed ${round}.${index}`, soon(index % 3)); index++);
}

async function comment(on: string): Promise<void> {
  for (let index = 0; ; index++) {
    const { externalId, delivery } = await facebook.comment(on, `comment ${round}.${index}`)
    if (delivery === undefined) throw new Error('no delivery')
    comments.set(externalId, { delivery, taken: false })
    if (!(await deliver(externalId))) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Whether it was acknowledged; the network sends what was not again, and sometimes what was. */
async function deliver(externalId: string): Promise<boolean> {
  const comment = comments.get(externalId)
  if (comment === undefined) return false
  const { headers, body } = comment.delivery
  const answer = await fetch(`${stage.url}/webhooks/facebook`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  }).catch(() => undefined)
  if (answer !== undefined) expect(answer.status).toBe(200)
  comment.taken ||= answer !== undefined
  return answer !== undefined
}

async function upload(): Promise<void> {
  for (;;) {
    try {
      const made = await stage.api('POST', '/v1/media', { filename: 'dot.png', mime: 'image/png', bytes: pixel.length })
      const { url, headers } = made.body.upload
      await fetch(url, { method: 'PUT', headers, body: pixel })
      const done = await stage.api('POST', `/v1/media/${made.body.id}/complete`)
      expect(done.status, JSON.stringify(done.body)).toBe(200)
      uploads.push(made.body.id)
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) return // nobody answers any more
      throw error
    }
  }
}

async function listed(path: string): Promise<any[]> {
  const found: any[] = []
  for (let cursor = ''; ; ) {
    const { status, body } = await stage.api('GET', `${path}?limit=100${cursor}`)
    expect(status, JSON.stringify(body)).toBe(200)
    found.push(...body.items)
    if (body.next === null) return found
    cursor = `&cursor=${body.next}`
  }
}

/** How many of the network's own requests to publish nobody has answered yet. */
const unanswered = () =>
  facebook.journal.filter(({ act, answered }) => act === 'publish' && answered === undefined).length

it('killed again and again, it loses nothing that it acknowledged, and doubles nothing', async () => {
  const connect = async (network: string, credentials: object): Promise<string> => {
    const { status, body } = await stage.api('POST', '/v1/channels', { network, credentials })
    expect(status, JSON.stringify(body)).toBe(201)
    return body.id
  }
  const page = await connect('facebook', facebook.access().credentials)
  const feed = await connect('feed', {})
  const old = facebook.seedPost('from before')
  let underWay = 0

  for (round = 1; round <= 3; round++) {
    const before = { live: facebook.live().length, comments: comments.size, uploads: uploads.length }
    const working = [writePosts(feed), comment(old.externalId), upload()]
    await vi.waitFor(() => {
      expect(comments.size).toBeGreaterThan(before.comments + 10)
      expect(uploads.length).toBeGreaterThan(before.uploads + 2)
    }, 15_000)
    // every second answer takes its time, so that the kill finds calls under way; a Page takes ten at once
    facebook.fault(...Array.from({ length: 4 }, () => ({ kind: 'slow', ms: 2_500, skip: 1 }) as const))
    const written = await Promise.all(
      Array.from({ length: 6 }, (_, index) => writePost(page, `page ${round}.${index}`, soon(1 + (index % 3)))),
    )
    expect(written).not.toContain(false)
    await vi.waitFor(
      () => {
        expect(facebook.live().length).toBeGreaterThan(before.live + 1)
        expect(unanswered()).toBeGreaterThan(0)
      },
      { timeout: 15_000, interval: 20 },
    )
    await killed(stage)
    await Promise.all(working)
    underWay += await twoMinutesPass(home)
    await stage.restart()
    // the network sends again what nobody acknowledged, and some of what was
    for (const [index, externalId] of [...comments.keys()].entries())
      if (comments.get(externalId)?.taken === false || index % 10 === 0) expect(await deliver(externalId)).toBe(true)
  }
  // otherwise it was never killed in the middle
  expect(underWay).toBeGreaterThan(2)

  const ended = ['published', 'unconfirmed']
  for (let tries = 1; ; tries++) {
    const end = Date.now() + 12_000
    let open = [{}]
    while (open.length > 0 && Date.now() < end) {
      open = (await listed('/v1/publications')).filter(({ state }) => !ended.includes(state))
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    if (open.length === 0) break
    expect(tries, JSON.stringify(open)).toBeLessThan(3)
    await killed(stage)
    await twoMinutesPass(home)
    await stage.restart()
  }
  // a Page's lookup proves nothing where it finds nothing: a person looks, and says so
  for (const { id, content } of (await listed('/v1/publications')).filter(({ state }) => state === 'unconfirmed')) {
    expect(facebook.live().map(({ text }) => text)).not.toContain(content.parts[0].text)
    expect((await stage.api('POST', `/v1/publications/${id}/resolve`, { resend: true })).status).toBe(200)
    await vi.waitFor(
      async () => expect((await stage.api('GET', `/v1/publications/${id}`)).body.state).toBe('published'),
      10_000,
    )
  }

  const publications = await listed('/v1/publications')
  const textOf = new Map(publications.map((one) => [one.id, one.content.parts[0].text]))
  const acknowledged = [...posts].flatMap(([text, id]) => (id === undefined ? [] : [{ text, id }]))
  expect(acknowledged.length).toBeGreaterThan(40)
  for (const { id, text } of acknowledged) expect(textOf.get(id)).toBe(text)
  expect(new Set(textOf.values()).size).toBe(publications.length)

  // on the network itself: each once, and nothing else
  const live = facebook.live().filter(({ externalId }) => externalId !== old.externalId)
  const onPage = publications.filter(({ channelId }) => channelId === page)
  expect(live.map(({ text }) => text).toSorted()).toEqual(onPage.map(({ id }) => textOf.get(id)).toSorted())
  expect(live.map(({ externalId }) => externalId).toSorted()).toEqual(
    onPage.map((one) => one.live.externalId).toSorted(),
  )
  expect(onPage).toHaveLength(18)

  await vi.waitFor(
    async () => {
      const mentions = await listed('/v1/mentions')
      expect(mentions.map(({ externalId }) => externalId).toSorted()).toEqual([...comments.keys()].toSorted())
    },
    { timeout: 15_000, interval: 500 },
  )

  const media = new Map((await listed('/v1/media')).map((one) => [one.id, one]))
  for (const id of uploads) {
    expect(media.get(id)).toMatchObject({ state: 'ready', width: 1, height: 1 })
    const shown = await fetch(media.get(id).url.replace(/^http:\/\/[^/]+/, stage.url))
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(pixel)
  }
  expect(facebook.violations).toEqual([])
}, 120_000)
