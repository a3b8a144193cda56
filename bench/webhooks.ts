/** Signed webhooks: acknowledged per second beside a bare server, and stored per second beside the engine by itself. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import * as z from 'zod'
import { Wire } from '../local/wire.ts'
import { keys } from '../shared/aws/keys.ts'
import type { RawDelivery } from '../shared/networks/network.ts'
import { FacebookSimulator } from '../tests/simulators/facebook.ts'
import type { Bench } from './bench.ts'
import { transactions } from './raw-engine.ts'
import { type BenchStage, benchStage } from './stage.ts'
import { ratio, rounded, spread } from './statistics.ts'
import { sideBySide, until } from './workers.ts'

const side = 32
const mentions = z.object({ items: z.array(z.object({ text: z.string() })), next: z.string().nullish() })
const tables = z.object({ TableNames: z.array(z.string()) })

interface Comment {
  readonly externalId: string
  readonly delivery?: RawDelivery
}

export const webhooks: Bench = {
  title: 'Signed webhooks',
  run: async ({ quick, log }) => {
    const deliveries = quick ? 200 : 2_000
    const facebook = await new FacebookSimulator().start()
    const { app } = facebook.access()
    const bench = await benchStage({ facebook: app })
    const bare = await bareServer(app['appSecret'] ?? '')
    try {
      const channelId = await bench.connect('facebook', 'Page', facebook.access())
      const target = `${bench.stage.url}/webhooks/facebook`
      const post = facebook.seedPost('Bonjour')
      const signed = (count: number, what: string) =>
        sideBySide(1, Array.from({ length: count }), (_, n) => facebook.comment(post.externalId, `${what} ${n}`))
      // The functions are started by their first event, and Node has seen its code a few times.
      const warm = await signed(quick ? 20 : 300, 'Warm')
      await send(target, warm)
      await send(bare.url, warm)
      await stored(bench, channelId, warm)

      log(`${deliveries} deliveries to a bare server …`)
      const real = await signed(deliveries, 'Comment')
      const plain = await send(bare.url, real)
      log(`${deliveries} deliveries to the stage …`)
      const from = performance.now()
      const acknowledged = await send(target, real)
      await stored(bench, channelId, real)
      const storedPerSecond = rounded(deliveries / ((performance.now() - from) / 1000))
      const visible = await shownByApi(bench)
      log('the engine by itself …')
      const raw = await transactions(bench.engineUrl, quick ? 1 : 5)
      return {
        tables: [
          {
            title: `Signed webhooks (${deliveries} comments, ${side} connections)`,
            columns: ['what', 'per second', 'ours is', 'p50 ms', 'p99 ms', 'refused'],
            rows: [
              [
                'acknowledged by the stage (verified, on the queue)',
                acknowledged.perSecond,
                '1 ×',
                acknowledged.ms.p50,
                acknowledged.ms.p99,
                acknowledged.refused,
              ],
              [
                'acknowledged by bare node:http + HMAC + JSON.parse',
                plain.perSecond,
                `${ratio(acknowledged.perSecond, plain.perSecond)} ×`,
                plain.ms.p50,
                plain.ms.p99,
                plain.refused,
              ],
              ['stored as mentions, from the first delivery sent', storedPerSecond, '1 ×', '', '', ''],
              [
                'transactions of three items, the engine by itself',
                raw,
                `${ratio(storedPerSecond, raw)} ×`,
                '',
                '',
                '',
              ],
            ],
            notes: [
              `Seen through the API afterwards: ${visible} mentions of ${warm.length + deliveries} sent.`,
              'The bare server keeps nothing. The stage keeps every acknowledged delivery in a file, which survives kill -9; sender, stage and engine share the cores.',
            ],
          },
        ],
        figures: {
          deliveries,
          acknowledged,
          bare: plain,
          storedPerSecond,
          engineTransactionsPerSecond: raw,
          sent: warm.length + deliveries,
          visible,
        },
      }
    } finally {
      bare.stop()
      await bench.stop()
      await facebook.stop()
    }
  },
}

async function bareServer(secret: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-webhooks.ts')], {
    env: { ...process.env, APP_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await once(child.stdout, 'data')
  return { url: `http://127.0.0.1:${String(port).trim()}/webhooks/facebook`, stop: () => void child.kill() }
}

async function send(url: string, comments: readonly Comment[]) {
  const agent = new Agent({ keepAlive: true, maxSockets: side })
  const from = performance.now()
  const answers = await sideBySide(side, comments, async ({ delivery }) => {
    const start = performance.now()
    const outgoing = request(url, {
      method: 'POST',
      agent,
      headers: { ...delivery?.headers, 'content-length': delivery?.body.length ?? 0 },
    })
    const status = new Promise<number>((resolve, reject) => {
      outgoing.once('error', reject)
      outgoing.once('response', (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
      })
    })
    outgoing.end(delivery?.body)
    return { status: await status, ms: performance.now() - start }
  })
  const seconds = (performance.now() - from) / 1000
  agent.destroy()
  const { p50, p99, max } = spread(answers.map(({ ms }) => ms))
  return {
    perSecond: rounded(comments.length / seconds),
    ms: { p50: rounded(p50, 1), p99: rounded(p99, 1), max: rounded(max, 1) },
    refused: answers.filter(({ status }) => status !== 200).length,
  }
}

/**
 * Resolves once each of these comments is stored. Looked up on the engine, a hundred at a time and none twice once it is
 * there: the API takes ten calls a second, and counting the list over and over would be work of its own.
 */
async function stored(
  { stage, engineUrl }: BenchStage,
  channelId: string,
  comments: readonly Comment[],
): Promise<void> {
  const wire = new Wire(engineUrl)
  try {
    const { TableNames } = tables.parse(await wire.call('dynamodb', 'ListTables', {}))
    const table = TableNames.find((name) => !name.startsWith('bench-')) ?? ''
    const found = z.object({ Responses: z.object({ [table]: z.array(z.unknown()) }) })
    for (let from = 0; from < comments.length; from += 100) {
      const hundred = comments.slice(from, from + 100)
      const Keys = hundred.map(({ externalId }) => {
        const { pk, sk } = keys.inbound(stage.workspaceId, channelId, externalId)
        return { pk: { S: pk }, sk: { S: sk } }
      })
      await until(
        `${comments.length} mentions are stored`,
        300,
        async () => {
          const { Responses } = found.parse(
            await wire.call('dynamodb', 'BatchGetItem', { RequestItems: { [table]: { Keys } } }),
          )
          return Responses[table]?.length === hundred.length ? true : undefined
        },
        100,
      )
    }
  } finally {
    wire.close()
  }
}

async function shownByApi({ ask }: BenchStage): Promise<number> {
  let found = 0
  for (let cursor: string | null | undefined = ''; typeof cursor === 'string'; ) {
    const page: z.infer<typeof mentions> = await ask(
      mentions,
      'GET',
      `/v1/mentions?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    found += page.items.length
    cursor = page.next
  }
  return found
}
