import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Table } from '../../shared/aws/table.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { scopes } from '../../shared/kernel/scopes.ts'
import { roleScopes, Workspaces } from '../../shared/workspaces/index.ts'
import { Engine } from '../support/engine.ts'
import { invoke } from '../support/invoke.ts'
import { startSecretsManager } from '../support/secrets-manager.ts'

let engine: Engine
let secrets: Awaited<ReturnType<typeof startSecretsManager>>
let table: Table
let handler: typeof import('../../functions/api/workspace.ts').handler

beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('workspace')
  secrets = await startSecretsManager({ signing: JSON.stringify({ key: 'k'.repeat(64) }) })
  for (const [name, value] of Object.entries({
    STAGE: 'test',
    TABLE_NAME: 'workspace',
    SIGNING_SECRET_ID: 'signing',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }))
    vi.stubEnv(name, value)
  handler = (await import('../../functions/api/workspace.ts')).handler
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await secrets.stop()
  await engine.stop()
})

let brands = 0
let made: Awaited<ReturnType<Workspaces['create']>>
beforeEach(async () => {
  made = await brand()
})

const brand = () =>
  new Workspaces({ table, clock: systemClock, random: systemRandom }).create({
    name: 'Chez Camille',
    ownerName: 'Camille',
    ownerEmail: `camille${++brands}@example.fr`,
  })

const ask = (
  method: string,
  path: string,
  body?: unknown,
  rest: { key?: string; headers?: Record<string, string> } = {},
) =>
  invoke(handler, {
    method,
    path,
    body,
    headers: { authorization: `Bearer ${rest.key ?? made.apiKey}`, ...rest.headers },
  })

describe('the workspace', () => {
  it('has what a French brand would expect', async () => {
    const { status, json, headers } = await ask('GET', '/v1/workspace')
    expect(status).toBe(200)
    expect(json).toMatchObject({ name: 'Chez Camille', zone: 'Europe/Paris', language: 'fr', country: 'FR' })
    expect(json).toMatchObject({ latePolicy: { graceMinutes: 15 }, version: 1 })
    expect(headers.etag).toBe('"1"')
  })

  it('changes in what is named, and only at the version that was seen', async () => {
    const change = { zone: 'Indian/Reunion', latePolicy: { graceMinutes: 0 } }
    const changed = await ask('PATCH', '/v1/workspace', change, { headers: { 'if-match': '"1"' } })
    expect(changed).toMatchObject({ status: 200, json: { ...change, name: 'Chez Camille', version: 2 } })
    expect(changed.headers.etag).toBe('"2"')
    const stale = await ask('PATCH', '/v1/workspace', { name: 'Other' }, { headers: { 'if-match': '"1"' } })
    expect(stale).toMatchObject({ status: 412, json: { code: 'stale_version' } })
    expect((await ask('GET', '/v1/workspace')).json).toMatchObject({ name: 'Chez Camille', ...change, version: 2 })
  })

  it('refuses zones that are none, and languages and countries of another form', async () => {
    for (const [field, value] of [
      ['zone', 'Europe/Pariss'],
      ['zone', '+02:00'],
      ['zone', ''],
      ['language', 'French'],
      ['country', 'fr'],
      ['latePolicy', { graceMinutes: -1 }],
      ['name', '  '],
      ['id', 'ws_1'],
      ['owners', 0],
    ] as const) {
      const answer = await ask('PATCH', '/v1/workspace', { [field]: value })
      expect(answer, `${field} ${JSON.stringify(value)}`).toMatchObject({
        status: 422,
        json: { code: 'validation_failed' },
      })
      expect(answer.json.problems[0].pointer).toMatch(new RegExp(`^/${field}`))
    }
    expect((await ask('GET', '/v1/workspace')).json.version).toBe(1)
  })
})

describe('people', () => {
  const add = (email: string, role = 'contributor', rest = {}) =>
    ask('POST', '/v1/users', { name: 'Léa', email, role }, rest)

  it('are invited, listed, changed and removed', async () => {
    const added = await add(' Lea@Example.FR ')
    expect(added).toMatchObject({
      status: 201,
      json: { email: 'lea@example.fr', role: 'contributor', state: 'invited', version: 1 },
    })
    expect(added.headers).toMatchObject({ etag: '"1"', location: `/v1/users/${added.json.id}` })
    const path = `/v1/users/${added.json.id}`
    expect((await ask('PATCH', path, { role: 'approver' }, { headers: { 'if-match': '"1"' } })).json).toMatchObject({
      role: 'approver',
      version: 2,
    })
    expect((await ask('PATCH', path, { role: 'viewer' }, { headers: { 'if-match': '"1"' } })).status).toBe(412)
    expect((await ask('GET', '/v1/users')).json.items.map((one: { role: string }) => one.role)).toEqual([
      'owner',
      'approver',
    ])
    expect(await ask('DELETE', path)).toMatchObject({ status: 204, text: '' })
    expect((await ask('GET', path)).status).toBe(404)
    expect((await ask('DELETE', path)).status).toBe(404)
    expect((await add('lea@example.fr')).status).toBe(201)
  })

  it('are one for each address of a workspace', async () => {
    await add('lea@example.fr')
    expect(await add('LEA@example.fr')).toMatchObject({ status: 409, json: { code: 'email_taken' } })
    const other = await brand()
    expect((await add('lea@example.fr', 'viewer', { key: other.apiKey })).status).toBe(201)
  })

  it('are added once under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' }
    const first = await add('lea@example.fr', 'viewer', { headers })
    expect(await add('lea@example.fr', 'viewer', { headers })).toMatchObject({ status: 201, json: first.json })
    expect((await ask('GET', '/v1/users')).json.items).toHaveLength(2)
  })

  it('keep one owner among them, even if two leave at the same moment', async () => {
    const path = `/v1/users/${made.owner.id}`
    expect(await ask('DELETE', path)).toMatchObject({ status: 409, json: { code: 'last_owner' } })
    expect(await ask('PATCH', path, { role: 'manager' })).toMatchObject({ status: 409, json: { code: 'last_owner' } })
    const second = await add('second@example.fr', 'owner')
    const [one, two] = await Promise.all([
      ask('DELETE', path),
      ask('PATCH', `/v1/users/${second.json.id}`, { role: 'viewer' }),
    ])
    expect([one.status, two.status].filter((status) => status === 409)).toHaveLength(1)
    const { items } = (await ask('GET', '/v1/users')).json
    expect(items.filter((person: { role: string }) => person.role === 'owner')).toHaveLength(1)
  })

  it('give no role that may more than they do', async () => {
    const managing = [...roleScopes.contributor, 'workspace:write']
    const { json } = await ask('POST', '/v1/api-keys', { name: 'HR', scopes: managing })
    const key = { key: json.token }
    expect((await add('a@example.fr', 'contributor', key)).status).toBe(201)
    for (const role of ['owner', 'manager'])
      expect(await add('b@example.fr', role, key)).toMatchObject({ status: 403, json: { code: 'role_above_yours' } })
    expect(await ask('PATCH', `/v1/users/${made.owner.id}`, { name: 'x' }, key)).toMatchObject({ status: 403 })
    expect(await ask('DELETE', `/v1/users/${made.owner.id}`, undefined, key)).toMatchObject({ status: 403 })
  })
})

describe('API keys', () => {
  it('are shown once and kept as a hash only', async () => {
    const created = await ask('POST', '/v1/api-keys', {
      name: 'Site',
      scopes: ['posts:read', 'posts:read', 'workspace:read'],
    })
    expect(created).toMatchObject({ status: 201, json: { name: 'Site', scopes: ['workspace:read', 'posts:read'] } })
    const { token, id } = created.json
    expect(token).toMatch(new RegExp(`^parvis_${id}_[A-Za-z0-9_-]{43}$`))
    expect((await ask('GET', '/v1/workspace', undefined, { key: token })).status).toBe(200)
    const listed = await ask('GET', '/v1/api-keys')
    expect(listed.text).not.toContain(token.slice(-43))
    expect(listed.json.items[0]).toMatchObject({ id, lastUsedAt: expect.any(String) })
    expect(listed.text).not.toContain('hash')
    const everything = await engine
      .client()
      .send(new (await import('@aws-sdk/client-dynamodb')).ScanCommand({ TableName: 'workspace' }))
    expect(JSON.stringify(everything.Items)).not.toContain(token.slice(-43))
  })

  it('of a repeated call come without the token, which is nowhere', async () => {
    const headers = { 'idempotency-key': 'k' }
    const wanted = { name: 'Site', scopes: ['posts:read'] }
    const first = await ask('POST', '/v1/api-keys', wanted, { headers })
    const second = await ask('POST', '/v1/api-keys', wanted, { headers })
    expect(second.json.id).toBe(first.json.id)
    expect(second.json.token).toBeUndefined()
    expect((await ask('GET', '/v1/api-keys')).json.items).toHaveLength(2)
  })

  it('may what they are for, and make none that may more', async () => {
    const { json } = await ask('POST', '/v1/api-keys', { name: 'Narrow', scopes: ['workspace:write'] })
    const key = { key: json.token }
    expect(await ask('GET', '/v1/workspace', undefined, key)).toMatchObject({
      status: 403,
      json: { code: 'missing_scope' },
    })
    const wider = await ask('POST', '/v1/api-keys', { name: 'Wider', scopes: ['workspace:write', 'posts:write'] }, key)
    expect(wider).toMatchObject({ status: 403, json: { code: 'scope_not_yours' } })
    expect((await ask('POST', '/v1/api-keys', { name: 'x', scopes: ['everything'] })).status).toBe(422)
    expect((await ask('POST', '/v1/api-keys', { name: 'x', scopes: [] })).status).toBe(422)
  })

  it('are refused from the moment they are revoked', async () => {
    const { json } = await ask('POST', '/v1/api-keys', { name: 'Site', scopes: ['workspace:read'] })
    expect((await ask('GET', '/v1/workspace', undefined, { key: json.token })).status).toBe(200)
    expect((await ask('DELETE', `/v1/api-keys/${json.id}`)).status).toBe(204)
    expect(await ask('GET', '/v1/workspace', undefined, { key: json.token })).toMatchObject({
      status: 401,
      json: { code: 'invalid_token' },
    })
    expect((await ask('GET', '/v1/api-keys')).json.items[0]).toMatchObject({
      id: json.id,
      revokedAt: expect.any(String),
    })
    expect((await ask('DELETE', `/v1/api-keys/${json.id}`)).status).toBe(204)
  })

  it('are not revoked by a key that may do less', async () => {
    const { json: narrow } = await ask('POST', '/v1/api-keys', { name: 'Narrow', scopes: ['workspace:write'] })
    const { json: wide } = await ask('POST', '/v1/api-keys', {
      name: 'Wide',
      scopes: ['workspace:write', 'posts:read'],
    })
    expect(await ask('DELETE', `/v1/api-keys/${wide.id}`, undefined, { key: narrow.token })).toMatchObject({
      status: 403,
      json: { code: 'key_above_yours' },
    })
    expect((await ask('GET', '/v1/workspace', undefined, { key: wide.token })).status).toBe(403)
    expect((await ask('DELETE', `/v1/api-keys/${narrow.id}`, undefined, { key: narrow.token })).status).toBe(204)
  })

  it('that may do everything are revoked but for the last, also when two revoke each other at once', async () => {
    const alone = await brand()
    const by = (key: string) => ({ key })
    const { json: all } = await ask('GET', '/v1/api-keys', undefined, by(alone.apiKey))
    const first = all.items[0]
    expect(await ask('DELETE', `/v1/api-keys/${first.id}`, undefined, by(alone.apiKey))).toMatchObject({
      status: 409,
      json: { code: 'last_owner_key' },
    })
    const wanted = { name: 'Second', scopes: first.scopes }
    const { json: second } = await ask('POST', '/v1/api-keys', wanted, by(alone.apiKey))
    const both = await Promise.all([
      ask('DELETE', `/v1/api-keys/${second.id}`, undefined, by(alone.apiKey)),
      ask('DELETE', `/v1/api-keys/${first.id}`, undefined, by(second.token)),
    ])
    const open = await Promise.all(
      [alone.apiKey, second.token].map(async (key) => (await ask('GET', '/v1/workspace', undefined, by(key))).status),
    )
    expect(both.map(({ status }) => status).toSorted()[0]).toBe(204)
    expect(open.toSorted()).toEqual([200, 401])
  })

  it('of another workspace are not there', async () => {
    const other = await brand()
    const { json } = await ask('GET', '/v1/api-keys', undefined, { key: other.apiKey })
    const theirs = json.items[0].id
    expect(await ask('DELETE', `/v1/api-keys/${theirs}`)).toMatchObject({ status: 404 })
    expect((await ask('GET', '/v1/workspace', undefined, { key: other.apiKey })).status).toBe(200)
    expect(await ask('GET', `/v1/users/${other.owner.id}`)).toMatchObject({ status: 404 })
  })
})

describe('the audit', () => {
  it('says who changed what, newest first, page by page, without a secret', async () => {
    await ask('PATCH', '/v1/workspace', { name: 'Renamed' })
    const { json: key } = await ask('POST', '/v1/api-keys', { name: 'Site', scopes: ['posts:read'] })
    await ask('DELETE', `/v1/api-keys/${key.id}`)
    const seen: { action: string; actor: { kind: string }; subject: string }[] = []
    let cursor = ''
    do {
      const page = await ask('GET', `/v1/audit?limit=2${cursor}`)
      expect(page.status).toBe(200)
      expect(page.text).not.toContain(key.token)
      seen.push(...page.json.items)
      cursor = page.json.next === null ? '' : `&cursor=${page.json.next}`
    } while (cursor !== '')
    expect(seen.map((one) => one.action)).toEqual([
      'api_key.revoke',
      'api_key.create',
      'workspace.change',
      'api_key.create',
      'workspace.create',
    ])
    expect(seen[0]).toMatchObject({ subject: key.id, actor: { kind: 'api_key', name: 'Première clé' } })
    expect(seen.at(-1)).toMatchObject({ actor: { kind: 'system' }, subject: made.workspace.id })
  })

  it('has nothing of what was refused', async () => {
    await ask('PATCH', '/v1/workspace', { name: 'x' }, { headers: { 'if-match': '"9"' } })
    await ask('DELETE', `/v1/users/${made.owner.id}`)
    expect((await ask('GET', '/v1/audit')).json.items).toHaveLength(2)
  })

  it('is for owners and managers', () => {
    const may = (role: keyof typeof roleScopes, scope: string) => roleScopes[role].some((one) => one === scope)
    expect(Object.keys(roleScopes).filter((role) => may(role as keyof typeof roleScopes, 'audit:read'))).toEqual([
      'owner',
      'manager',
    ])
    expect(Object.keys(roleScopes).filter((role) => may(role as keyof typeof roleScopes, 'workspace:write'))).toEqual([
      'owner',
    ])
    expect(roleScopes.viewer.filter((scope) => !scope.endsWith(':read'))).toEqual([])
    expect(roleScopes.owner).toEqual(scopes)
  })
})
