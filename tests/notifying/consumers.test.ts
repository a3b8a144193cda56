import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { handler as deliver } from '../../functions/consumers/deliver.ts'
import { handler as webhooks } from '../../functions/consumers/webhooks.ts'
import { endpoints } from '../../functions/containers/endpoints.ts'
import { deliveries } from '../../functions/containers/notifying.ts'
import { postCreated } from '../../shared/publishing/events.ts'
import { Engine } from '../support/engine.ts'
import { Receiver, random } from './support.ts'

let engine: Engine
let sqs: FauxqsServer
let receiver: Receiver
let secrets: Server
let queueUrl: string

beforeAll(async () => {
  engine = await Engine.start()
  sqs = await startFauxqs({ port: 0, logger: false })
  receiver = await Receiver.start()
  await engine.table('consumers')
  sqs.createQueue('deliver')
  queueUrl = `${sqs.address}/000000000000/deliver`
  secrets = createServer((_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1')
    response.end(
      JSON.stringify({
        SecretString: JSON.stringify({ current: 'k1', k1: 'a key of at least thirty-two characters' }),
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(secrets, 'listening')
  const address = secrets.address()
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.address,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${Object(address).port}`,
    TABLE_NAME: 'consumers',
    DELIVER_QUEUE_URL: queueUrl,
    CREDENTIALS_SECRET_ID: 'credentials',
    ALLOW_PRIVATE_HOSTS: 'true',
  })
})

afterAll(async () => {
  secrets.closeAllConnections()
  secrets.close()
  await receiver.stop()
  await sqs.stop()
  await engine.stop()
})

/** A batch as Lambda hands it over: of a queue behind a rule of the bus. */
const batch = (...bodies: unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
})

it('leads an event from the bus to a signed delivery, and one bad message keeps no other back', async () => {
  const { endpoint, secret } = await endpoints().create('ws_1', { url: receiver.url, events: ['post.*'] }, () => [])
  const event = postCreated.create(
    { now: Date.now(), random },
    { workspaceId: 'ws_1', subject: 'post_1', sequence: 1 },
    { postId: 'post_1' },
  )
  const busMessage = { source: 'parvis', 'detail-type': event.name, detail: event }
  expect(await webhooks(batch('{', busMessage, { detail: {} }, busMessage))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm2' }],
  })

  const client = new SQSClient({
    endpoint: sqs.address,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
  )
  expect(Messages).toHaveLength(1)
  const [message] = Messages
  expect(await deliver(batch(message?.Body, message?.Body, { ids: ['ws_1'], wakeAt: 'x' }))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm2' }],
  })

  expect(receiver.received).toHaveLength(1)
  const [request] = receiver.received
  const headers = Object.fromEntries(
    Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  )
  expect(new Webhook(secret).verify(request?.body ?? '', headers)).toMatchObject({
    type: 'post.created',
    data: { postId: 'post_1' },
  })
  const { items } = await deliveries().list('ws_1', endpoint.id, undefined, 10)
  expect(items).toMatchObject([{ state: 'delivered', eventId: event.id }])
})
