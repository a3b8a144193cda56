import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { startFauxqs } from 'fauxqs'
import type { GatewayHandler } from '../../shared/http/resource-handler.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { Workspaces } from '../../shared/workspaces/index.ts'
import { expectDocumented } from '../support/documented.ts'
import { Engine } from '../support/engine.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: any
}

export interface Asked {
  readonly body?: unknown
  readonly raw?: string
  readonly headers?: Record<string, string>
  readonly query?: string
  /** The workspace whose key is sent; `one` if it is not said. */
  readonly as?: string
}

/** The engines that the functions of this context stand on, and their handlers behind a key for each of two workspaces. */
export async function startTelling(tableName: string) {
  const engine = await Engine.start()
  const fauxqs = await startFauxqs({ port: 0, logger: false })
  fauxqs.createQueue('deliver')
  const table = await engine.table(tableName)
  const documents: Readonly<Record<string, unknown>> = {
    credentials: { current: 'k1', k1: 'a key of at least thirty-two characters' },
    signing: { key: 'a signing key for cursors, of thirty-two bytes' },
  }
  const secrets = createServer(async (request, response) => {
    const { SecretId } = JSON.parse(await text(request))
    response.setHeader('content-type', 'application/x-amz-json-1.1')
    response.end(JSON.stringify({ SecretString: JSON.stringify(documents[SecretId]) }))
  }).listen(0, '127.0.0.1')
  await once(secrets, 'listening')
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SQS: fauxqs.address,
    AWS_ENDPOINT_URL_S3: fauxqs.address,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${Object(secrets.address()).port}`,
    TABLE_NAME: tableName,
    BUCKET_NAME: 'media',
    MEDIA_URL: 'https://media.example.org/',
    DELIVER_QUEUE_URL: `${fauxqs.address}/000000000000/deliver`,
    CREDENTIALS_SECRET_ID: 'credentials',
    SIGNING_SECRET_ID: 'signing',
    STAGE: 'test',
    PUBLIC_URL: 'https://api.example.org',
    REQUESTS_PER_MINUTE: '100000',
    ALLOW_PRIVATE_HOSTS: 'true',
  })
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'media' }))
  const workspaces = new Map<string, Promise<{ id: string; token: string }>>()

  /** The workspace of this name, made when it is first named. */
  function workspace(name: string): Promise<{ id: string; token: string }> {
    const made =
      workspaces.get(name) ??
      new Workspaces({ table, clock: systemClock, random: systemRandom })
        .create({ name, ownerName: 'Ana', ownerEmail: `${name}@example.org` })
        .then((created) => ({ id: created.workspace.id, token: created.apiKey }))
    workspaces.set(name, made)
    return made
  }

  function client(handler: GatewayHandler) {
    return async (
      method: string,
      path: string,
      { body, raw, headers = {}, query = '', as = 'one' }: Asked = {},
    ): Promise<Answered> => {
      const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const { token } = await workspace(as)
      const event = {
        version: '2.0',
        routeKey: '$default',
        rawPath: path,
        rawQueryString: query,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        requestContext: { requestId: 'test', http: { method, path, sourceIp: '192.0.2.1' } },
        isBase64Encoded: false,
        ...(sent === undefined ? {} : { body: sent }),
      }
      const answer = await handler(event as never, { getRemainingTimeInMillis: () => 29_000 } as never)
      await expectDocumented(method, path, { status: answer.statusCode, headers: answer.headers })
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body === '' ? undefined : JSON.parse(answer.body),
      }
    }
  }

  /** Everything that is stored, whoever's it is, but for the counters of requests. */
  async function stored() {
    const answer = await DynamoDBDocumentClient.from(engine.client()).send(new ScanCommand({ TableName: tableName }))
    return (answer.Items ?? []).filter(({ sk }) => sk !== 'requests')
  }

  async function stop() {
    secrets.closeAllConnections()
    secrets.close()
    await fauxqs.stop()
    await engine.stop()
  }

  return { client, workspace, stored, stop, table }
}
