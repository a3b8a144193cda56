import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Table } from '../../shared/aws/table.ts'
import { tableShape } from '../../shared/aws/table-shape.ts'
import { type Clock, systemClock } from '../../shared/kernel/clock.ts'
import { type Random, systemRandom } from '../../shared/kernel/ids.ts'

/** A free port on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A DynamoDB engine in memory, real over the wire, with as many tables as a test wants. */
export class Engine {
  readonly endpoint: string
  readonly #process: ChildProcess

  private constructor(endpoint: string, process: ChildProcess) {
    this.endpoint = endpoint
    this.#process = process
  }

  static async start(): Promise<Engine> {
    const given = process.env.PARVIS_DYNAMODB_ENDPOINT
    if (given !== undefined) throw new Error('tests start their own engine; unset PARVIS_DYNAMODB_ENDPOINT')
    const port = await freePort()
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')
    const child = spawn(join(dirname(manifest), 'dynoxide'), ['--port', String(port)], { stdio: 'ignore' })
    const engine = new Engine(`http://127.0.0.1:${port}`, child)
    for (let tries = 0; ; tries++) {
      try {
        await fetch(engine.endpoint)
        return engine
      } catch (error) {
        if (tries === 200) throw error
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    }
  }

  client(): DynamoDBClient {
    return new DynamoDBClient({
      endpoint: this.endpoint,
      region: 'eu-west-3',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
  }

  /** A fresh table of the product's shape. */
  async table(
    name: string,
    clock: Clock = systemClock,
    random: Random = systemRandom,
    client = this.client(),
  ): Promise<Table> {
    const { partitionKey, sortKey, indexes } = tableShape
    const attributes = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.pk, index.sk])]
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: attributes.map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: [
            { AttributeName: index.pk, KeyType: 'HASH' },
            { AttributeName: index.sk, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: index.projection },
        })),
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    )
    return new Table(client, name, clock, random)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.kill()
    await exited
  }
}
