import { ScanCommand } from '@aws-sdk/client-dynamodb'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { operations } from '../../functions/api/channels.ts'
import { routes } from '../../functions/api/routes.ts'
import { RateLimit } from '../../shared/http/rate-limit.ts'
import { anyReader } from '../../shared/http/reader.ts'
import { createResourceHandler } from '../../shared/http/resource-handler.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { connectorOf, networkNames } from '../../shared/networks/registry.ts'
import { bodyOf, type LocalServer, serve } from '../networks/http/server.ts'
import { MastodonSimulator } from '../simulators/mastodon.ts'
import { Engine } from '../support/engine.ts'

const tableName = 'channels-api'
const lines: string[] = []
let engine: Engine
let vault: LocalServer
let mastodon: MastodonSimulator
let call: (method: string, path: string, asked?: Asked) => Promise<Answered>

interface Asked {
  readonly body?: unknown
  readonly query?: string
  readonly headers?: Record<string, string>
  /** Whose key is sent. */
  readonly as?: string
}

interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Record<string, unknown> & { items: Record<string, unknown>[]; problems: unknown; next: string }
}

beforeAll(async () => {
  engine = await Engine.start()
  const table = await engine.table(tableName)
  vault = await serve(async (request, response) => {
    const { SecretId } = JSON.parse(await bodyOf(request)) as { SecretId: string }
    response.setHeader('content-type', 'application/x-amz-json-1.1')
    if (SecretId === 'credentials')
      response.end(JSON.stringify({ SecretString: JSON.stringify({ current: 'k1', k1: 'k'.repeat(64) }) }))
    else if (SecretId === 'networks/facebook')
      response.end(JSON.stringify({ SecretString: JSON.stringify({ appId: 'APP-1d', appSecret: 'APP-s3cret' }) }))
    else response.writeHead(400).end(JSON.stringify({ __type: 'ResourceNotFoundException' }))
  })
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: vault.url,
    TABLE_NAME: tableName,
    CREDENTIALS_SECRET_ID: 'credentials',
    HOOKS_SECRET_ID: 'hooks',
    NETWORKS_SECRET_PREFIX: 'networks/',
    PUBLIC_URL: 'https://parvis.example/',
    ALLOW_PRIVATE_HOSTS: 'true',
  })
  const handler = createResourceHandler(
    routes.filter((route) => route.resource === 'channels'),
    operations,
    {
      stage: () => 'test',
      clock: systemClock,
      log: jsonLog((line) => lines.push(line)),
      rateLimit: () => new RateLimit(100_000, systemClock),
      table: () => table,
      readerOf: async () => anyReader,
      identities: () => ({
        byApiKey: async (token) => ({
          workspaceId: `ws_${token.split('_').at(-1)}`,
          actor: { kind: 'api_key', id: 'key_1', name: 'Test' },
          scopes: new Set(token.includes('reader') ? ['channels:read'] : ['channels:read', 'channels:write']),
        }),
        byPerson: async () => [],
      }),
      verifier: () => undefined,
      signingKey: async () => new TextEncoder().encode('s'.repeat(64)),
    },
  )
  call = async (method, path, { body, query = '', headers = {}, as = 'one' } = {}) => {
    const event = {
      version: '2.0',
      rawPath: path,
      rawQueryString: query,
      headers: { authorization: `Bearer parvis_key_${as}`, 'content-type': 'application/json', ...headers },
      requestContext: { requestId: 'req-1', http: { method, path, sourceIp: '192.0.2.1' } },
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    } as unknown as APIGatewayProxyEventV2
    const answer = await handler(event, { getRemainingTimeInMillis: () => 29_000 } as Context)
    told.push(JSON.stringify(answer))
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
    }
  }
})
afterAll(async () => {
  await engine.stop()
  await vault[Symbol.asyncDispose]()
})

/** Everything that was answered, whoever asked. */
const told: string[] = []
let workspace = 0
let mine: string

beforeEach(async () => {
  mine = `w${++workspace}`
  mastodon = await new MastodonSimulator().start()
  return () => mastodon.stop()
})

const credentials = () => mastodon.access().credentials
const connect = (more: object = {}, asked: Asked = {}) =>
  call('POST', '/v1/channels', {
    as: mine,
    body: { network: 'mastodon', credentials: credentials(), ...more },
    ...asked,
  })

describe('the networks', () => {
  test('each says what it can do, its limits, and what connecting takes', async () => {
    const { status, body } = await call('GET', '/v1/networks')
    expect(status).toBe(200)
    expect(body.items.map((network) => network.name)).toEqual(networkNames)
    const found = body.items.find((network) => network.name === 'mastodon')
    expect(found).toMatchObject({
      title: 'Mastodon',
      capabilities: { comesIn: ['poll'], threads: true },
      limits: { text: { max: 500 } },
      credentials: {
        properties: { instance: { description: expect.any(String) }, accessToken: {} },
        required: ['instance', 'accessToken'],
      },
    })
  })
})

describe('a network', () => {
  test('says how it connects, and whether the deployment has its app, never what is in it', async () => {
    const facebook = (await call('GET', '/v1/networks/facebook')).body
    expect(facebook).toMatchObject({
      name: 'facebook',
      apiVersion: { name: expect.stringMatching(/^v\d/), worksAtLeastUntil: expect.stringMatching(/^20\d\d-/) },
      configured: true,
      connectsBy: expect.arrayContaining(['oauth']),
      oauthInput: { type: 'object' },
      app: expect.arrayContaining([
        expect.objectContaining({ name: 'appSecret', optional: false, configured: true }),
        expect.objectContaining({ name: 'verifyToken', configured: false }),
      ]),
    })
    expect((await call('GET', '/v1/networks/pinterest')).body).toMatchObject({
      configured: false,
      connectsBy: ['oauth'],
    })
    expect((await call('GET', '/v1/networks/pinterest')).body).not.toHaveProperty('credentials')
    // either of two apps will do here, and there is none
    expect((await call('GET', '/v1/networks/instagram')).body).toMatchObject({ configured: false })
    expect((await call('GET', '/v1/networks/discord')).body).toMatchObject({ configured: true })
    expect((await call('GET', '/v1/networks/feed')).body).toMatchObject({
      configured: true,
      app: [],
      connectsBy: ['credentials'],
    })
    expect(told.join()).not.toMatch(/APP-1d|APP-s3cret/)
  })

  test('shows every limit and capability that its connector has', async () => {
    for (const name of networkNames) {
      const { body } = await call('GET', `/v1/networks/${name}`)
      const { limits, capabilities } = await connectorOf(name)
      expect(JSON.parse(JSON.stringify({ limits, capabilities })), name).toEqual({
        limits: body.limits,
        capabilities: body.capabilities,
      })
    }
  })

  test.each([
    'Google+',
    'myspace',
    'Viadeo',
    'vine',
    'Instagram Basic Display',
    'facebook groups',
    'Reddit',
    'Periscope',
    'Skyrock',
  ])('that is no more is answered by what became of it: %s', async (name) => {
    const answer = await call('GET', `/v1/networks/${encodeURIComponent(name)}`)
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
    expect(answer.body.detail).toMatch(/[Cc]onnect |[Hh]and /)
    const refused = await call('POST', '/v1/channels', { as: mine, body: { network: name, credentials: {} } })
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([422, 'network_gone', answer.body.detail])
  })

  test('that nobody knows is not there', async () => {
    for (const name of ['nowhere', '__proto__', 'constructor'])
      expect((await call('GET', `/v1/networks/${name}`)).status).toBe(404)
  })

  test('that asks for consent takes no credentials', async () => {
    const body = { network: 'pinterest', credentials: { accessToken: 'x' } }
    const refused = await call('POST', '/v1/channels', { as: mine, body })
    expect([refused.status, refused.body.code]).toEqual([422, 'connects_by_oauth'])
  })
})

describe('a channel, from connecting to disconnecting', () => {
  test('over HTTP', async () => {
    const made = await connect({ name: 'Boulangerie' })
    expect(made.status).toBe(201)
    expect(made.headers.etag).toBe('"1"')
    expect(made.body).toMatchObject({
      network: 'mastodon',
      name: 'Boulangerie',
      account: { handle: expect.stringContaining('@boulangerie@') },
      state: 'active',
      limits: { text: { max: 500 } },
    })
    const path = `/v1/channels/${made.body.id}`
    const as = mine
    expect((await call('GET', path, { as })).body).toEqual(made.body)
    expect((await call('GET', '/v1/channels', { as, query: 'network=mastodon&state=active' })).body.items).toEqual([
      made.body,
    ])

    const changed = await call('PATCH', path, {
      as,
      body: { settings: { visibility: 'unlisted' } },
      headers: { 'if-match': '"1"' },
    })
    expect([changed.status, changed.headers.etag]).toEqual([200, '"2"'])
    expect(changed.body.settings).toMatchObject({ visibility: 'unlisted' })
    const stale = await call('PATCH', path, { as, body: { name: 'x' }, headers: { 'if-match': '"1"' } })
    expect([stale.status, stale.body.code]).toEqual([412, 'stale_version'])

    expect((await call('POST', `${path}/pause`, { as })).body.state).toBe('paused')
    expect((await call('POST', `${path}/resume`, { as })).body.state).toBe('active')
    expect((await call('POST', `${path}/reconnect`, { as, body: { credentials: credentials() } })).body).toMatchObject({
      state: 'active',
      settings: { visibility: 'unlisted' },
    })
    const again = await connect()
    expect([again.status, again.body.code]).toEqual([409, 'already_connected'])
    expect(again.body.detail).toContain(made.body.id)

    expect((await call('DELETE', path, { as })).status).toBe(204)
    expect((await call('GET', path, { as })).status).toBe(404)
    expect((await call('GET', '/v1/channels', { as })).body.items).toEqual([])
    expect(mastodon.violations).toEqual([])
  })

  test('repeated with its key, it is connected once and answered the same', async () => {
    const asked: Asked = {
      as: mine,
      body: { network: 'mastodon', credentials: credentials() },
      headers: { 'idempotency-key': 'k-1' },
    }
    const first = await call('POST', '/v1/channels', asked)
    const second = await call('POST', '/v1/channels', asked)
    expect(first.status).toBe(201)
    expect([second.status, second.body]).toEqual([201, first.body])
    expect((await call('GET', '/v1/channels', { as: mine })).body.items).toHaveLength(1)
  })

  test('listed page by page', async () => {
    await connect()
    await connect({ network: 'feed', credentials: {}, name: 'News' })
    const first = await call('GET', '/v1/channels', { as: mine, query: 'limit=1' })
    const second = await call('GET', '/v1/channels', {
      as: mine,
      query: `limit=1&cursor=${encodeURIComponent(first.body.next)}`,
    })
    expect([...first.body.items, ...second.body.items].map((channel) => channel.network).toSorted()).toEqual([
      'feed',
      'mastodon',
    ])
  })
})

describe('what is refused', () => {
  test('wrong credentials are the network’s no, not the API’s', async () => {
    const refused = await connect({ credentials: mastodon.access({ bad: true }).credentials })
    expect([refused.status, refused.body.code]).toEqual([422, 'credentials_refused'])
    expect((await call('GET', '/v1/channels', { as: mine })).body.items).toEqual([])
  })

  test.each([
    [{ network: 'mastodon', credentials: { instance: 7 } }, 422, 'validation_failed'],
    [{ network: 'mastodon', credentials: { instance: 'x' } }, 422, 'validation_failed'],
    [{ network: 'nowhere', credentials: {} }, 422, 'unknown_network'],
    [{ network: '__proto__', credentials: {} }, 422, 'unknown_network'],
    [{ network: 'Google+', credentials: {} }, 422, 'network_gone'],
    [{ network: 'feed', credentials: {}, settings: { colour: 'red' } }, 422, 'validation_failed'],
    [
      { network: 'mastodon', credentials: { instance: 'http://169.254.169.254', accessToken: 'x' } },
      422,
      expect.stringMatching(/^host_/),
    ],
  ])('%j', async (body, status, code) => {
    const refused = await call('POST', '/v1/channels', { as: mine, body })
    expect([refused.status, refused.body.code]).toEqual([status, code])
    expect(refused.headers['content-type']).toBe('application/problem+json')
  })

  test.each([{}, { network: 7 }, { network: 'feed', name: '' }, { network: 'feed', colour: 'red' }])(
    'a body of another form: %j',
    async (body) => {
      const refused = await call('POST', '/v1/channels', { as: mine, body })
      expect(refused.status).toBeGreaterThanOrEqual(400)
      expect(refused.status).toBeLessThan(423)
      expect(refused.body.problems).not.toEqual([])
      expect((await call('GET', '/v1/channels', { as: mine })).body.items).toEqual([])
    },
  )

  test('another workspace’s channel is not there, whatever is asked of it', async () => {
    const { body } = await connect()
    const path = `/v1/channels/${body.id}`
    const asked = [
      ['GET', path, undefined],
      ['PATCH', path, { name: 'mine now' }],
      ['POST', `${path}/pause`, undefined],
      ['POST', `${path}/resume`, undefined],
      ['POST', `${path}/reconnect`, { credentials: credentials() }],
      ['DELETE', path, undefined],
    ] as const
    for (const [method, at, sent] of asked) {
      const refused = await call(method, at, { as: 'other', ...(sent === undefined ? {} : { body: sent }) })
      expect([method, refused.status, refused.body.code]).toEqual([method, 404, 'not_found'])
    }
    expect((await call('GET', path, { as: mine })).body).toEqual(body)
    expect((await call('GET', '/v1/channels', { as: 'other' })).body.items).toEqual([])
  })

  test('a key that may only read', async () => {
    const { body } = await connect()
    const as = `reader_${mine}`
    expect((await call('GET', `/v1/channels/${body.id}`, { as })).status).toBe(200)
    const refused = await call('DELETE', `/v1/channels/${body.id}`, { as })
    expect([refused.status, refused.body.code]).toEqual([403, 'missing_scope'])
  })
})

test('no credential was ever answered, logged or stored in the clear', async () => {
  const secret = String(credentials().accessToken)
  await connect()
  await connect({ credentials: { ...credentials(), instance: 'http://127.0.0.1:1' } })
  await connect({ credentials: { ...credentials(), extra: secret } })
  mastodon.fault({ kind: 'server_error', status: 502, on: 'any' })
  expect((await connect({ name: 'Other' })).status).toBe(503)
  const { Items } = await engine.client().send(new ScanCommand({ TableName: tableName }))
  expect(secret.length).toBeGreaterThan(20)
  expect(lines.join()).toContain('network_failed')
  for (const place of [JSON.stringify(Items), told.join(), lines.join()]) expect(place).not.toContain(secret)
})
