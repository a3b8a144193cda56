import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import type { Channel } from '../../shared/channels/index.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { Workspaces } from '../../shared/workspaces/index.ts'
import type { Simulator } from '../simulators/simulator.ts'
import { Engine } from '../support/engine.ts'

/** The engines that the functions of coming in and measuring stand on; they are then called as Lambda calls them. */
export async function startHouse(name: string) {
  const engine = await Engine.start()
  const fauxqs = await startFauxqs({ port: 0, logger: false })
  fauxqs.createQueue('ingest')
  const table = await engine.table(name)
  const documents: Record<string, unknown> = {
    credentials: { current: 'k1', k1: 'a key of at least thirty-two characters' },
    hooks: { key: 'what the secrets of hooks are derived from' },
    signing: { key: 'a signing key for cursors, of thirty-two bytes' },
  }
  const secrets = createServer(async (request, response) => {
    const { SecretId } = JSON.parse(await text(request))
    response.setHeader('content-type', 'application/x-amz-json-1.1')
    const found = documents[SecretId]
    if (found === undefined) response.writeHead(400).end(JSON.stringify({ __type: 'ResourceNotFoundException' }))
    else response.end(JSON.stringify({ SecretString: JSON.stringify(found) }))
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
    TABLE_NAME: name,
    BUCKET_NAME: 'bucket',
    INGEST_QUEUE_URL: `${fauxqs.address}/000000000000/ingest`,
    CREDENTIALS_SECRET_ID: 'credentials',
    HOOKS_SECRET_ID: 'hooks',
    SIGNING_SECRET_ID: 'signing',
    NETWORKS_SECRET_PREFIX: 'networks/',
    STAGE: 'test',
    PUBLIC_URL: 'https://api.example.org',
    REQUESTS_PER_MINUTE: '100000',
    ALLOW_PRIVATE_HOSTS: 'true',
  })
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'bucket' }))
  const sqs = new SQSClient()

  return {
    engine,
    table,
    /** What the deployment knows of a network's app from now on. A function remembers it for some minutes. */
    setApp: (network: string, app: Readonly<Record<string, string>>) => {
      documents[`networks/${network}`] = app
    },
    workspace: async () => {
      const workspaces = new Workspaces({ table, clock: systemClock, random: systemRandom })
      const { workspace, apiKey } = await workspaces.create({
        name: 'W',
        ownerName: 'Ana',
        ownerEmail: 'ana@example.org',
      })
      return { id: workspace.id, token: apiKey }
    },
    connect: async (workspaceId: string, simulator: Simulator): Promise<Channel> => {
      const { channels } = await import('../../functions/containers/channels.ts')
      const { credentials, settings } = simulator.access()
      return channels().create(
        workspaceId,
        { kind: 'user', id: 'user_1', name: 'Ana' },
        { network: simulator.network, credentials, settings },
        { idempotency: undefined, status: 201, body: () => ({}) },
      )
    },
    /** What lies on the ingest queue, as Lambda hands it over. */
    taken: async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: process.env.INGEST_QUEUE_URL,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 600,
        }),
      )
      return Messages.map(({ MessageId = '', Body = '' }) => ({ messageId: MessageId, body: Body }))
    },
    stop: async () => {
      secrets.close()
      await fauxqs.stop()
      await engine.stop()
    },
  }
}

export type House = Awaited<ReturnType<typeof startHouse>>
