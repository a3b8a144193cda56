/**
 * What each operation costs in the table: request units as the engine reports them (`ReturnConsumedCapacity`), told apart
 * by the function that spent them. The stage runs whole, in this process, so that what follows an operation counts too.
 */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { bootstrap } from '../local/bootstrap.ts'
import { startDynamo } from '../local/engines.ts'
import { region } from '../local/place.ts'
import { readSettings } from '../local/settings.ts'
import { startStage } from '../local/stage.ts'
import { synthesize } from '../local/synthesis.ts'
import { Table } from '../shared/aws/table.ts'
import { systemClock } from '../shared/kernel/clock.ts'
import { systemRandom } from '../shared/kernel/ids.ts'
import { dueAttributes, recordKey, type WakeTarget } from '../shared/scheduling/index.ts'
import { FacebookSimulator } from '../tests/simulators/facebook.ts'
import { MastodonSimulator } from '../tests/simulators/mastodon.ts'
import type { Access } from '../tests/simulators/simulator.ts'
import type { Bench, Options, Result } from './bench.ts'
import { type Cost, MeteringProxy } from './metering-proxy.ts'
import { rounded } from './statistics.ts'
import { pause, until } from './workers.ts'

const withId = z.object({ id: z.string() })
const written = z.object({ id: z.string(), publications: z.array(withId) })
const waits = z.object({ wakeAt: z.string() })

interface Row {
  readonly operation: string
  readonly function: string
  readonly reads: number
  readonly writes: number
  readonly calls: number
  readonly refused: number
}

/** A stage behind the meter, with a channel on each network that an operation needs. */
interface Scene {
  readonly url: string
  readonly workspaceId: string
  readonly meter: MeteringProxy
  readonly table: Table
  readonly mastodon: MastodonSimulator
  readonly facebook: FacebookSimulator
  readonly tick: () => Promise<void>
  /** A call of the API; throws unless it succeeds. */
  ask<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T>
}

export const requestUnits: Bench = {
  title: 'Request units per operation',
  run: async (options) => {
    const stops: (() => unknown)[] = []
    try {
      return await measure(await open(stops), options)
    } finally {
      for (const stop of stops.reverse()) await stop()
    }
  },
}

async function open(stops: (() => unknown)[]): Promise<Scene> {
  const home = await mkdtemp(join(tmpdir(), 'parvis-bench-'))
  stops.push(() => rm(home, { recursive: true, force: true }))
  const engine = await startDynamo(join(home, 'engine.db'), console.error)
  stops.push(() => engine.stop())
  const meter = await MeteringProxy.start(engine.endpoint)
  stops.push(() => meter.stop())
  const mastodon = await new MastodonSimulator().start()
  stops.push(() => mastodon.stop())
  const facebook = await new FacebookSimulator().start()
  stops.push(() => facebook.stop())
  await writeFile(join(home, 'networks.json'), JSON.stringify({ facebook: facebook.access().app }), { mode: 0o600 })

  let first = { apiKey: '', workspaceId: '', tableName: '' }
  const stage = await startStage({
    ...readSettings({
      PORT: '0',
      PARVIS_HOME: home,
      PARVIS_ALLOW_PRIVATE_HOSTS: 'true',
      PARVIS_DYNAMODB_ENDPOINT: meter.endpoint,
    }),
    synthesize,
    complain: (line) => console.error(line),
    prepare: async (url, environment) => {
      first = { ...(await bootstrap(home, url, environment)), tableName: environment['TABLE_NAME'] ?? '' }
    },
  })
  stops.push(() => stage.stop())
  facebook.webhookTarget = `${stage.url}/webhooks/facebook`
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  return {
    url: stage.url,
    workspaceId: first.workspaceId,
    meter,
    table: new Table(client, first.tableName, systemClock, systemRandom),
    mastodon,
    facebook,
    tick: stage.tick,
    ask: async (schema, method, path, body) => {
      const headers = { authorization: `Bearer ${first.apiKey}`, 'content-type': 'application/json' }
      const response = await fetch(`${stage.url}${path}`, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      })
      const answer: unknown = await response.json()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
      return schema.parse(answer)
    },
  }
}

async function measure(scene: Scene, { quick, log }: Options): Promise<Result> {
  const { ask, table, tick, workspaceId, mastodon, facebook, meter } = scene
  const rows: Row[] = []
  const times = quick ? 1 : 5

  /** Everything that came of it is over: nothing was asked of the engine for a while. */
  const settled = () =>
    until('the stage comes to rest', 60, async () => (meter.quietFor() > 2_500 ? true : undefined), 100)
  const measured = async (
    operation: string,
    functions: readonly string[],
    count: number,
    act: (n: number) => Promise<unknown>,
  ) => {
    log(operation)
    await settled()
    meter.take()
    for (let n = 0; n < count; n++) await act(n)
    await pause(500)
    await settled()
    const costs = [...meter.take()].map(([caller, cost]) => [caller.replace(/^parvis-[^-]+-/, ''), cost] as const)
    for (const name of functions) {
      const found = costs.find(([caller]) => caller === name)
      if (found === undefined) throw new Error(`${operation}: ${name} asked nothing of the table.`)
      rows.push(row(operation, name, found[1], count))
    }
  }

  const connect = async (network: string, access?: Access) =>
    (
      await ask(withId, 'POST', '/v1/channels', {
        network,
        name: network,
        credentials: access?.credentials ?? {},
        settings: access?.settings ?? {},
      })
    ).id
  const feeds: string[] = []
  for (let n = 0; n < 10; n++) feeds.push(await connect('feed'))
  const [feed = ''] = feeds
  const onMastodon = await connect('mastodon', mastodon.access())
  await connect('facebook', facebook.access())
  const write = (channels: readonly string[], schedule?: object) =>
    ask(written, 'POST', '/v1/posts', {
      text: 'Le comté est arrivé !',
      channels,
      ...(schedule === undefined ? {} : { schedule }),
    })
  const later = { at: new Date(Date.now() + 48 * 3_600_000).toISOString() }
  const aPost = await write([feed], later)
  for (let n = 0; n < 24; n++) await write([feed], later)

  await measured('create a post on 1 channel', ['api-posts'], times, () => write([feed], later))
  await measured('create a post on 10 channels', ['api-posts'], times, () => write(feeds, later))
  // Ten: a tenth of each call is what counting it costs.
  await measured('GET a post', ['api-posts'], 10, () => ask(withId, 'GET', `/v1/posts/${aPost.id}`))
  await measured('list 25 posts', ['api-posts'], 10, () => ask(z.unknown(), 'GET', '/v1/posts?limit=25'))
  await measured('publish on a feed', ['consumer-publish', 'consumer-measure'], times, () =>
    write([feed], { now: true }),
  )

  const published: string[] = []
  await measured('publish on Mastodon', ['consumer-publish', 'consumer-measure'], times, async () => {
    published.push(...(await write([onMastodon], { now: true })).publications.map(({ id }) => id))
  })
  const post = facebook.seedPost('Bonjour')
  await measured('receive a mention (webhook)', ['consumer-ingest'], times, (n) =>
    facebook.comment(post.externalId, `Bravo ${n}`),
  )

  const wakeNow = async (target: WakeTarget) => {
    const key = recordKey(target)
    await until(JSON.stringify(target), 30, () => table.get(key, waits))
    const now = new Date().toISOString()
    await table.write({ update: key, set: { wakeAt: now, ...dueAttributes({ ...target, wakeAt: now }, Date.now()) } })
    await tick()
  }
  await measured('poll Mastodon, nothing new', ['consumer-poll'], 1, () =>
    wakeNow({ kind: 'poll', workspaceId, channelId: onMastodon }),
  )
  await mastodon.mention('Quelle boulangerie !')
  await measured('poll Mastodon, one mention', ['consumer-poll'], 1, () =>
    wakeNow({ kind: 'poll', workspaceId, channelId: onMastodon }),
  )

  const [live] = mastodon.live()
  const [publication = ''] = published
  if (live !== undefined)
    for (const { externalId } of mastodon.live()) mastodon.setCounters(externalId, { likes: 12, comments: 3 })
  await measured('collect one publication, counters moved', ['consumer-collect'], 1, () =>
    wakeNow({ kind: 'publication_collection', workspaceId, publicationId: publication }),
  )

  const receiver = createServer((request, response) => {
    request.resume()
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const address = receiver.address()
  try {
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hooks`
    await ask(z.unknown(), 'POST', '/v1/webhook-endpoints', { url, events: ['mention.created'] })
    await measured('deliver an event to a webhook', ['consumer-webhooks', 'consumer-deliver'], times, (n) =>
      facebook.comment(post.externalId, `Encore ${n}`),
    )
  } finally {
    receiver.close()
    receiver.closeAllConnections()
  }
  await measured('a tick with nothing due', ['consumer-wake'], 1, tick)

  return {
    tables: [
      {
        title: 'Request units per operation',
        columns: ['operation', 'function', 'reads', 'writes', 'calls', 'refused'],
        rows: rows.map(({ operation, function: name, reads, writes, calls, refused }) => [
          operation,
          name,
          reads,
          writes,
          calls,
          refused,
        ]),
        notes: [
          'As the engine reports them, indexes included; it counts what a transaction writes to them double. Functions are warm.',
          'Refused: conditions that did not hold, whose cost no engine reports.',
        ],
      },
    ],
    figures: { operations: rows },
  }
}

const row = (operation: string, name: string, { reads, writes, calls, refused }: Cost, count: number): Row => ({
  operation,
  function: name,
  reads: rounded(reads / count, 1),
  writes: rounded(writes / count, 1),
  calls: rounded(calls / count, 1),
  refused: rounded(refused / count, 1),
})
