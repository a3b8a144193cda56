import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Table } from '../../shared/aws/table.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { roleScopes, Users, Workspaces } from '../../shared/workspaces/index.ts'
import { Engine } from '../support/engine.ts'
import { invoke } from '../support/invoke.ts'
import { startIssuer } from './issuer.ts'

/** People who sign in, through the product's own entry point, with an issuer that really answers. */
let engine: Engine
let table: Table
let issuer: Awaited<ReturnType<typeof startIssuer>>
let handler: typeof import('../../functions/api/workspace.ts').handler
const parts = () => ({ table, clock: systemClock, random: systemRandom })

beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('people')
})
beforeEach(async () => {
  issuer = await startIssuer()
  vi.unstubAllEnvs()
  for (const [name, value] of Object.entries({
    STAGE: 'test',
    TABLE_NAME: 'people',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    OIDC_ISSUER: issuer.issuer,
    OIDC_AUDIENCE: 'parvis',
    ALLOW_PRIVATE_HOSTS: 'true',
  }))
    vi.stubEnv(name, value)
  vi.resetModules()
  handler = (await import('../../functions/api/workspace.ts')).handler
  return async () => {
    await issuer.stop()
    vi.unstubAllEnvs()
  }
})
afterAll(() => engine.stop())

let people = 0
/** A workspace whose owner signs in as this subject, with this address. */
async function brand() {
  const email = `camille${++people}@example.fr`
  const made = await new Workspaces(parts()).create({ name: 'Chez Camille', ownerName: 'Camille', ownerEmail: email })
  return { ...made, email, claims: { sub: `camille${people}`, email, email_verified: true } }
}

const ask = (token: string, workspace?: string, path = '/v1/workspace') =>
  invoke(handler, {
    path,
    headers: {
      authorization: `Bearer ${token}`,
      ...(workspace === undefined ? {} : { 'parvis-workspace': workspace }),
    },
  })

describe('a person invited by address', () => {
  it('comes in with a verified one, and is known by their subject from then on', async () => {
    const { workspace, owner, claims } = await brand()
    const answer = await ask(await issuer.token(claims))
    expect(answer).toMatchObject({ status: 200, json: { id: workspace.id } })
    expect((await ask(await issuer.token({ sub: claims.sub }))).status).toBe(200)
    const listed = await ask(await issuer.token(claims), workspace.id, `/v1/users/${owner.id}`)
    expect(listed.json).toMatchObject({ state: 'active', version: 2 })
    expect(listed.text).not.toContain(issuer.issuer)
  })

  it('does not with an address that the issuer did not verify', async () => {
    const { claims, workspace } = await brand()
    for (const email_verified of [false, undefined, 'false'])
      expect(await ask(await issuer.token({ ...claims, email_verified }), workspace.id)).toMatchObject({
        status: 403,
        json: { code: 'not_a_member' },
      })
    expect((await ask(await issuer.token({ ...claims, email_verified: 'true' }))).status).toBe(200)
  })

  it('keeps out who comes later with the same address', async () => {
    const { claims, workspace } = await brand()
    expect((await ask(await issuer.token(claims))).status).toBe(200)
    expect((await ask(await issuer.token({ ...claims, sub: 'mallory' }))).status).toBe(403)
    expect((await ask(await issuer.token({ ...claims, sub: 'mallory' }), workspace.id)).status).toBe(403)
  })
})

describe('the workspace of a person', () => {
  it('must be named if there are several, and is checked', async () => {
    const [first, second, foreign] = [await brand(), await brand(), await brand()]
    const owner = { actor: { kind: 'user', id: 'x', name: 'x' }, scopes: new Set<string>(roleScopes.owner) } as const
    await new Users(parts()).add(second.workspace.id, owner, { name: 'Camille', email: first.email, role: 'viewer' })
    const token = await issuer.token(first.claims)
    const unsaid = await ask(token)
    expect(unsaid).toMatchObject({ status: 400, json: { code: 'workspace_required' } })
    expect(unsaid.json.problems.map((one: { message: string }) => one.message).sort()).toEqual(
      [first.workspace.id, second.workspace.id].sort(),
    )
    expect((await ask(token, second.workspace.id)).json.id).toBe(second.workspace.id)
    for (const other of [foreign.workspace.id, 'ws_01K9ZB3M5QWERTY0123456789A', 'nonsense'])
      expect(await ask(token, other)).toMatchObject({ status: 403, json: { code: 'not_a_member' } })
  })

  it('gives what the role may, and takes it with the role', async () => {
    const { workspace, claims } = await brand()
    const owner = { actor: { kind: 'user', id: 'x', name: 'x' }, scopes: new Set<string>(roleScopes.owner) } as const
    const users = new Users(parts())
    const viewer = await users.add(workspace.id, owner, { name: 'Léa', email: `lea-${claims.email}`, role: 'viewer' })
    const token = await issuer.token({ sub: `lea-${claims.sub}`, email: `lea-${claims.email}`, email_verified: true })
    expect((await ask(token)).status).toBe(200)
    const refused = await ask(token, undefined, '/v1/audit')
    expect(refused).toMatchObject({ status: 403, json: { code: 'missing_scope' } })
    expect(refused.headers['www-authenticate']).toContain('insufficient_scope')
    await users.change(workspace.id, owner, viewer.id, { role: 'manager' })
    expect((await ask(token, undefined, '/v1/audit')).status).toBe(200)
    await users.remove(workspace.id, owner, viewer.id)
    expect(await ask(token)).toMatchObject({ status: 403, json: { code: 'not_a_member' } })
  })
})

describe('a token', () => {
  const now = Math.floor(Date.now() / 1000)

  it.each([
    ['expired', { exp: now - 60 }, /expired/],
    ['not valid yet', { nbf: now + 600 }, /nbf/],
    ['without an end', { exp: undefined }, /exp/],
    ['for another application', { aud: 'another' }, /another application/],
    ['for nobody', { aud: undefined }, /another application/],
    ['of another issuer', { iss: 'https://evil.example' }, /iss/],
    ['of no one', { sub: undefined }, /sub/],
  ])('%s is refused', async (_, claims, detail) => {
    const { claims: own } = await brand()
    const answer = await ask(await issuer.token({ ...own, ...claims }))
    expect(answer).toMatchObject({
      status: 401,
      json: { code: 'invalid_token', detail: expect.stringMatching(detail) },
    })
    expect(answer.headers['www-authenticate']).toContain('invalid_token')
  })

  it('signed by another key, by a shared secret, by none, or changed is refused', async () => {
    const { claims } = await brand()
    const good = await issuer.token(claims)
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const payload = good.split('.')[1] ?? ''
    const publicKey = Buffer.from(JSON.stringify(await issuer.publicKey()))
    for (const [what, token] of Object.entries({
      'another key': await issuer.token(claims, (await generateKeyPair('RS256')).privateKey),
      'the public key as a secret': await issuer.token(claims, new Uint8Array(publicKey), 'HS256'),
      'alg none': `${part({ alg: 'none' })}.${payload}.`,
      'alg none with a signature': `${part({ alg: 'none' })}.${payload}.${good.split('.')[2]}`,
      changed: `${good.split('.')[0]}.${part({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'root' })}.${good.split('.')[2]}`,
      nonsense: 'a.b.c',
      word: 'hello',
    }))
      expect(await ask(token), what).toMatchObject({ status: 401, json: { code: 'invalid_token' } })
    expect((await ask(good)).status).toBe(200)
  })

  it('for several applications, ours among them, is taken; and Cognito’s access token', async () => {
    const { claims } = await brand()
    expect((await ask(await issuer.token({ ...claims, aud: ['other', 'parvis'] }))).status).toBe(200)
    const access = { sub: claims.sub, aud: undefined, token_use: 'access' }
    expect((await ask(await issuer.token({ ...access, client_id: 'parvis' }))).status).toBe(200)
    expect((await ask(await issuer.token({ ...access, client_id: 'another' }))).status).toBe(401)
  })
})

describe('the issuer', () => {
  it('is asked once for its keys, and again for a key not among them, but not in the first 30 s', async () => {
    const { claims } = await brand()
    for (let i = 0; i < 3; i++) expect((await ask(await issuer.token(claims))).status).toBe(200)
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
    await issuer.rotate()
    const rotated = await issuer.token(claims)
    expect((await ask(rotated)).status).toBe(401)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    expect((await ask(rotated)).status).toBe(200)
    vi.useRealTimers()
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys', '/keys'])
  })

  it('that cannot be asked is no fault of the token: 503, and it goes on once it answers', async () => {
    const { claims } = await brand()
    const token = await issuer.token(claims)
    issuer.state.down = true
    const answer = await ask(token)
    expect(answer).toMatchObject({ status: 503, json: { code: 'issuer_unreachable' } })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    issuer.state.down = false
    expect((await ask(token)).status).toBe(200)
  })

  it('that says it is another is not believed', async () => {
    const { claims } = await brand()
    issuer.state.claimedIssuer = 'https://evil.example'
    expect((await ask(await issuer.token(claims))).status).toBe(503)
  })
})
