import { once } from 'node:events'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Bus } from '../../local/bus.ts'
import { awsEndpoint } from '../../local/endpoint.ts'
import { Mail } from '../../local/mail.ts'
import { type Declared, Secrets } from '../../local/secrets.ts'
import { Wire } from '../../local/wire.ts'
import { temporaryFolder } from './support.ts'

const declared: Declared[] = [
  {
    name: 'shop/credentials',
    generate: {
      GenerateStringKey: 'k1',
      SecretStringTemplate: '{"current":"k1"}',
      PasswordLength: 64,
      ExcludePunctuation: true,
    },
  },
  { name: 'shop/plain', generate: {} },
]

let home: string
let server: Server
let client: SecretsManagerClient
const complaints: string[] = []

beforeEach(async () => {
  complaints.length = 0
  home = await temporaryFolder()
  await start()
})
afterEach(async () => {
  client.destroy()
  server.close()
  await rm(home, { recursive: true })
})

async function start(): Promise<void> {
  const bus = new Bus([], new Wire('http://127.0.0.1:9'))
  server = awsEndpoint(bus, await Secrets.open(home, declared), new Mail(home, undefined), (line) =>
    complaints.push(line),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  client = new SecretsManagerClient({
    endpoint,
    region: 'eu-west-3',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
}

const read = async (SecretId: string) => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? ''
const modeOf = async (file: string) => ((await stat(join(home, file))).mode & 0o777).toString(8)

it('generates what the template asks for, and keeps it for the owner alone', async () => {
  expect(JSON.parse(await read('shop/credentials'))).toEqual({
    current: 'k1',
    k1: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
  })
  expect(await read('shop/plain')).toHaveLength(32)
  expect(await modeOf('secrets.json')).toBe('600')
})

it('finds a secret by its name or its ARN, the same after a restart', async () => {
  const before = await read('shop/credentials')
  expect(await read('arn:aws:secretsmanager:eu-west-3:000000000000:secret:shop/credentials')).toBe(before)
  server.close()
  await start()
  expect(await read('shop/credentials')).toBe(before)
})

it('reads what a person wrote of a network, whenever they write it, and shuts the file to others', async () => {
  await expect(read('shop/networks/facebook')).rejects.toThrow(ResourceNotFoundException)
  await writeFile(join(home, 'networks.json'), '{"facebook":{"appSecret":"s1"}}')
  expect(JSON.parse(await read('shop/networks/facebook'))).toEqual({ appSecret: 's1' })
  await expect(read('shop/networks/mastodon')).rejects.toThrow(ResourceNotFoundException)
  await expect(read('shop/networks/constructor')).rejects.toThrow(ResourceNotFoundException)
  await chmod(join(home, 'networks.json'), 0o644)
  server.close()
  await start()
  expect(await modeOf('networks.json')).toBe('600')
})

it('says of a file it cannot read what form it wants, and never what is in it', async () => {
  await writeFile(join(home, 'networks.json'), '{"facebook":"s3cret"')
  await expect(read('shop/networks/facebook')).rejects.toThrow('is not of the form')
  expect(complaints.join()).toContain('networks.json')
  expect(complaints.join()).not.toContain('s3cret')
})

it('answers as AWS does for a secret that does not exist, and names what it cannot do', async () => {
  await expect(read('shop/other')).rejects.toThrow(ResourceNotFoundException)
  await expect(client.send(new ListSecretsCommand({}))).rejects.toThrow('no stand-in for secretsmanager.ListSecrets')
})

it('keeps what is there when the template declares one more', async () => {
  const before = await readFile(join(home, 'secrets.json'), 'utf8')
  await Secrets.open(home, [...declared, { name: 'shop/new', generate: { PasswordLength: 10 } }])
  const after = JSON.parse(await readFile(join(home, 'secrets.json'), 'utf8'))
  expect(after).toEqual({ ...JSON.parse(before), 'shop/new': expect.any(String) })
})
