import { once } from 'node:events'
import { createServer } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { S3Bucket } from '../../shared/aws/bucket.ts'

it.each([
  [404, undefined],
  [403, undefined],
  [500, 'thrown'],
])('takes %i for what it means to a function that may not list the bucket', async (status, expected) => {
  const server = createServer((_, response) => void response.writeHead(status).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${Object(server.address()).port}`,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  })
  const bucket = new S3Bucket(client, 'media')
  expect(await bucket.size('media/x').catch(() => 'thrown')).toBe(expected)
  expect(await bucket.readAll('media/x').catch(() => 'thrown')).toBe(expected)
  server.closeAllConnections()
  server.close()
})
