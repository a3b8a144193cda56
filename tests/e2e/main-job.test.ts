/** From a key to a metric over HTTP, on the stage a newcomer starts: the synthesized app, real engines, a network over the wire. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import { Table } from '../../shared/aws/table.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { dueAttributes } from '../../shared/scheduling/index.ts'
import { FacebookSimulator } from '../simulators/facebook.ts'
import { Engine } from '../support/engine.ts'
import { type RunningStage, startStage } from '../support/stage.ts'

let engine: Engine
let client: DynamoDBClient
let stage: RunningStage
let facebook: FacebookSimulator
let home: string

/** Asks until the answer is as wanted; fails with the last answer. */
async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (Date.now() > end) throw new Error(`still not so after ${seconds} s: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

beforeAll(async () => {
  engine = await Engine.start()
  client = engine.client()
  facebook = await new FacebookSimulator().start({})
  home = await mkdtemp(join(tmpdir(), 'parvis-e2e-'))
  await writeFile(join(home, 'networks.json'), JSON.stringify({ facebook: facebook.access().app }), { mode: 0o600 })
  stage = await startStage({
    home,
    env: { PARVIS_DYNAMODB_ENDPOINT: engine.endpoint, PARVIS_ALLOW_PRIVATE_HOSTS: 'true' },
  })
  facebook.webhookTarget = `${stage.url}/webhooks/facebook`
})
afterAll(async () => {
  await stage?.stop()
  await facebook?.stop()
  await engine?.stop()
  await rm(home, { recursive: true, force: true })
})

describe('the main job', () => {
  it('connects a Page, sends a post at its second, brings in the comment under it, and measures', async () => {
    const { credentials } = facebook.access()
    const connected = await stage.api('POST', '/v1/channels', {
      network: 'facebook',
      credentials,
      name: 'La fromagerie',
    })
    expect(connected.status).toBe(201)
    expect(JSON.stringify(connected.body)).not.toContain(credentials.accessToken)
    const channelId = connected.body.id

    const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 4_000).toISOString()
    const written = await stage.api('POST', '/v1/posts', {
      text: 'Le comté est arrivé !',
      channels: [channelId],
      schedule: { at },
    })
    expect(written.status).toBe(201)
    const publicationId = written.body.publications[0].id
    expect(written.body.publications[0]).toMatchObject({ state: 'scheduled', dueAt: at })

    const published = await eventually(
      () => stage.api('GET', `/v1/publications/${publicationId}`),
      ({ body }) => body.state === 'published',
    )
    expect(published.body.lateMs).toBeGreaterThanOrEqual(0)
    expect(published.body.attemptLog).toHaveLength(1)
    expect(published.body.attemptLog[0].exchanges.length).toBeGreaterThan(0)
    const [live] = facebook.live()
    expect(facebook.live()).toHaveLength(1)
    expect(live?.text).toBe('Le comté est arrivé !')
    if (live === undefined) return

    // somebody comments: a signed delivery comes in
    await facebook.comment(live.externalId, 'Il est affiné combien de temps ?')
    const mentions = await eventually(
      () => stage.api('GET', `/v1/mentions?channel=${channelId}`),
      ({ body }) => body.items.length > 0,
    )
    expect(mentions.body.items[0]).toMatchObject({
      kind: 'comment',
      text: 'Il est affiné combien de temps ?',
      publicationId,
    })

    // the counters move; the first collection is due in two minutes: bring it forward, and let the tick's queue do the rest
    facebook.setCounters(live.externalId, { likes: 12, comments: 1, views: 340 })
    const { TableNames } = await client.send(new ListTablesCommand({}))
    const table = new Table(client, TableNames?.find((name) => /parvis/i.test(name)) ?? '', systemClock, systemRandom)
    const key = keys.collection(stage.workspaceId, publicationId)
    await eventually(
      () => table.get(key, z.object({ wakeAt: z.string() })),
      (item) => item !== undefined,
    )
    const now = new Date().toISOString()
    await table.write({
      update: key,
      set: {
        wakeAt: now,
        ...dueAttributes(
          { kind: 'publication_collection', workspaceId: stage.workspaceId, publicationId, wakeAt: now },
          Date.now(),
        ),
      },
    })
    const metrics = await eventually(
      () => stage.api('GET', `/v1/publications/${publicationId}/metrics`),
      ({ body }) => body.counters?.likes === 12,
      90,
    )
    expect(metrics.body).toMatchObject({ counters: { likes: 12, comments: 1, views: 340 } })
    expect(metrics.body.engagement.value ?? metrics.body.engagement).toBe(13)
  }, 180_000)

  it('refuses what the network would refuse when the post is written, with a pointer', async () => {
    const channels = (await stage.api('GET', '/v1/channels')).body.items
    const answer = await stage.api('POST', '/v1/posts', {
      text: 'x'.repeat(63_207),
      channels: [channels[0].id],
      schedule: { now: true },
    })
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      code: 'validation_failed',
      problems: [{ pointer: '/text', channelId: channels[0].id }],
    })
    expect((await stage.api('GET', '/v1/posts')).body.items).toHaveLength(1)
  })

  it('tells a person once of what the network refused, and sends it again when asked', async () => {
    const channel = (await stage.api('GET', '/v1/channels')).body.items[0]
    facebook.fault({ on: 'publish', kind: 'refused', reason: 'policy' })
    const written = await stage.api('POST', '/v1/posts', {
      text: 'Soldes',
      channels: [channel.id],
      schedule: { now: true },
    })
    const { id } = written.body.publications[0]
    const refused = await eventually(
      () => stage.api('GET', `/v1/publications/${id}`),
      ({ body }) => body.state === 'rejected',
    )
    expect(refused.body.reason.length).toBeGreaterThan(10)
    const told = await eventually(
      () => stage.api('GET', '/v1/notifications'),
      ({ body }) => body.items.length > 0,
    )
    expect(told.body.items).toHaveLength(1)
    expect(JSON.stringify(told.body.items[0])).toContain(id)
    expect((await stage.api('POST', `/v1/publications/${id}/retry`)).status).toBe(200)
    await eventually(
      () => stage.api('GET', `/v1/publications/${id}`),
      ({ body }) => body.state === 'published',
    )
    expect(facebook.live().filter((post) => post.text === 'Soldes')).toHaveLength(1)
  })

  it('answers the same to a repeated call with one Idempotency-Key, and writes once', async () => {
    const channel = (await stage.api('GET', '/v1/channels')).body.items[0]
    const body = { text: 'Une seule fois', channels: [channel.id] }
    const both = await Promise.all([1, 2].map(() => stage.api('POST', '/v1/posts', body, { 'idempotency-key': 'k-1' })))
    expect(both.map(({ status }) => status)).toEqual([201, 201])
    expect(both[0]?.body.id).toBe(both[1]?.body.id)
    const other = await stage.api('POST', '/v1/posts', { ...body, text: 'Autre' }, { 'idempotency-key': 'k-1' })
    expect([409, 422]).toContain(other.status)
  })
})
