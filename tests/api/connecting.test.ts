/** Connecting by consent, through the functions: to the network, back, and the choice of accounts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Chorus } from '../channels/chorus.ts'
import { type House, startHouse } from '../inbox/house.ts'
import { everything } from '../inbox/support.ts'
import { type Answered, type Ask, invoke } from '../support/invoke.ts'

vi.mock('../../shared/networks/registry.ts', async (original) => {
  const real = await original<typeof import('../../shared/networks/registry.ts')>()
  const { chorusConnector } = await import('../channels/chorus.ts')
  return {
    ...real,
    networkNames: [...real.networkNames, 'chorus'],
    connectorOf: (network: string) => (network === 'chorus' ? chorusConnector : real.connectorOf(network)),
  }
})

let house: House
let chorus: Chorus
let owner: { id: string; token: string }
/** What was answered and logged, but for the addresses people are sent to. */
const told: string[] = []

beforeAll(async () => {
  house = await startHouse('connecting')
  chorus = await Chorus.start()
  house.setApp('chorus', { server: chorus.url, clientId: 'app-7', clientSecret: 'APP-s3cret' })
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    told.push(String(line))
    return true
  })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await chorus[Symbol.asyncDispose]()
  await house.stop()
})
beforeEach(async () => {
  owner = await house.workspace()
  vi.useRealTimers()
})

async function api(method: string, path: string, body?: unknown, token = owner.token): Promise<Answered> {
  const { handler } = await import('../../functions/api/channels.ts')
  const headers = { authorization: `Bearer ${token}` }
  const answer = await invoke(handler, { method, path, headers, ...(body === undefined ? {} : { body }) })
  told.push(answer.text.replaceAll(/"authorizeUrl":"[^"]*"/g, ''))
  return answer
}

async function callback(query: URLSearchParams | string, more: Partial<Ask> & { network?: string } = {}) {
  const { network = 'chorus', ...rest } = more
  const { handler } = await import('../../functions/api/oauth.ts')
  const answer = await invoke(handler, { path: `/oauth/${network}/callback?${query}`, ...rest })
  told.push(answer.text, JSON.stringify(answer.headers))
  return answer
}

const start = async (more: object = {}, token = owner.token) => {
  const answer = await api('POST', '/v1/channels/connect', { network: 'chorus', ...more }, token)
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.json as { id: string; authorizeUrl: string; expiresAt: string }
}
const read = async (id: string) => (await api('GET', `/v1/channels/connections/${id}`)).json
const choose = (id: string, body: object = {}) => api('POST', `/v1/channels/connections/${id}`, body)
const someone = (handle: string) => {
  const { access } = chorus.account(handle)
  return [...chorus.accounts.values()].find((account) => account.access === access)?.id ?? ''
}
/** There and back, with these accounts. */
async function opened(handles: readonly string[], more: object = {}) {
  for (const handle of handles) if (!chorus.accounts.has(handle)) chorus.account(handle)
  const { id, authorizeUrl } = await start(more)
  await callback(chorus.consent(authorizeUrl, handles))
  return id
}
const later = (ms: number) => vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] })

describe('a person who agrees', () => {
  it('goes there, comes back, and finds the account to choose', async () => {
    const account = someone('@léa')
    const { id, authorizeUrl, expiresAt } = await start({ input: { choir: 'west' } })
    expect(id).toMatch(/^conn_/)
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(9 * 60_000)
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(10 * 60_000)
    const asked = new URL(authorizeUrl).searchParams
    expect(asked.get('state')).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(asked.get('code_challenge')).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(asked.get('redirect_uri')).toBe('https://api.example.org/oauth/chorus/callback')
    expect(await read(id)).toMatchObject({ id, network: 'chorus', state: 'waiting', accounts: [] })
    expect((await choose(id)).json).toMatchObject({ status: 409, code: 'connection_waiting' })

    const page = await callback(chorus.consent(authorizeUrl, ['@léa']), { headers: { 'accept-language': 'fr-FR,fr' } })
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-anc/,
    )
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.text).toContain('<html lang="fr">')
    expect(page.text).toContain('Chorus\u00a0: connexion réussie')
    expect(page.text).toContain('The @léa')
    expect(page.text).not.toContain('<script')
    const ready = await read(id)
    expect(ready).toMatchObject({
      state: 'ready',
      accounts: [{ externalId: account, handle: '@léa', name: 'The @léa' }],
    })
    expect(ready.accounts[0]).not.toHaveProperty('channelId')

    const before = chorus.hooks.length
    const made = await choose(id, { accounts: [account], name: 'Le chœur' })
    expect(made.status).toBe(201)
    const [channel] = made.json.items
    expect(made.json).toMatchObject({ failed: [], items: [{ network: 'chorus', name: 'Le chœur', state: 'active' }] })
    expect((await api('GET', `/v1/channels/${channel.id}`)).json).toEqual(channel)
    expect(chorus.hooks.slice(before)).toEqual([account])
    expect(await read(id)).toMatchObject({ state: 'done', accounts: [{ channelId: channel.id }] })
  })

  it('with several accounts chooses some now, and others later', async () => {
    const id = await opened(['@a', '@b', '@c'])
    const [a, b, c] = (await read(id)).accounts.map((one: { externalId: string }) => one.externalId)
    expect((await choose(id)).json).toMatchObject({ status: 422, code: 'accounts_required' })
    expect((await choose(id, { accounts: [a, b], name: 'x' })).json).toMatchObject({ code: 'name_of_several' })
    expect((await choose(id, { accounts: [a, 'acc-of-somebody-else'] })).json).toMatchObject({
      status: 422,
      code: 'unknown_account',
      problems: [{ pointer: '/accounts/1' }],
    })
    expect((await api('GET', '/v1/channels')).json.items).toEqual([])
    const two = (await choose(id, { accounts: [a, b] })).json.items
    expect(two.map((one: { name: string }) => one.name).sort()).toEqual(['The @a', 'The @b'])
    expect((await choose(id, { accounts: [c] })).json.items).toHaveLength(1)
    expect((await api('GET', '/v1/channels')).json.items).toHaveLength(3)
  })

  it('may choose twice, or twice at the same time, and it is one channel', async () => {
    const id = await opened(['@twice'])
    const both = await Promise.all([choose(id), choose(id)])
    const again = await choose(id)
    const ids = [...both, again].map(({ status, json }) => [status, json.items[0].id])
    expect(new Set(ids.map(([, one]) => one)).size).toBe(1)
    expect(ids.map(([status]) => status)).toEqual([201, 201, 201])
    expect((await api('GET', '/v1/channels')).json.items).toHaveLength(1)
  })

  it('chooses again what has got newer credentials since, made or renewed: they stay', async () => {
    const { channels } = await import('../../functions/containers/channels.ts')
    for (const way of ['made', 'renewed']) {
      const id = await opened(['@rotating'])
      const [channel] = (await choose(id)).json.items
      const { call } = await channels().open(owner.id, channel.id, new AbortController().signal)
      await call.credentials.refresh()
      await choose(id)
      const again = await channels().open(owner.id, channel.id, new AbortController().signal)
      const { access } = again.call.credentials.current() as { access: string }
      expect(access, way).toBe(chorus.accounts.get('@rotating')?.access)
    }
  })

  it('is told which account did not become a channel, and may try it again', async () => {
    const bad = someone('@mute')
    const good = someone('@loud')
    chorus.hookless.add(bad)
    const id = await opened(['@mute', '@loud'])
    const first = await choose(id, { accounts: [bad, good] })
    expect(first.json.items.map((one: { account: { externalId: string } }) => one.account.externalId)).toEqual([good])
    expect(first.json.failed).toMatchObject([{ externalId: bad, code: 'permission_missing' }])
    // no 403: it is the network that refuses, not this API
    expect((await choose(id, { accounts: [bad] })).json).toMatchObject({ status: 422, code: 'permission_missing' })
    chorus.hookless.delete(bad)
    expect((await choose(id, { accounts: [bad] })).json).toMatchObject({ failed: [], items: [{ state: 'active' }] })
  })

  it('of an account that is connected already gives it new credentials, and what was chosen for it stays', async () => {
    const first = await choose(await opened(['@again']))
    const [channel] = first.json.items
    await api('PATCH', `/v1/channels/${channel.id}`, { settings: { tone: 'dry' }, name: 'Mine' })
    const id = await opened(['@again'])
    expect(await read(id)).toMatchObject({ state: 'ready', accounts: [{ channelId: channel.id }] })
    const { json } = await choose(id)
    expect(json.items).toMatchObject([{ id: channel.id, name: 'Mine', settings: { tone: 'dry' } }])
    expect((await api('GET', '/v1/channels')).json.items).toHaveLength(1)
    const actions = (await audit()).map(({ action }) => action)
    expect(actions).toEqual(['channel.connect', 'channel.update', 'channel.reconnect'])
  })

  it('may manage a thousand accounts', async () => {
    const handles = Array.from({ length: 1000 }, (_, n) => `@page-${n}-${'x'.repeat(400)}`)
    const id = await opened(handles)
    const { accounts } = await read(id)
    expect(accounts).toHaveLength(1000)
    expect((await choose(id, { accounts: [accounts[999].externalId] })).json.items).toHaveLength(1)
  })
})

describe('reconnecting a channel', () => {
  it('takes the same account and no other', async () => {
    const [channel] = (await choose(await opened(['@same']))).json.items
    const { channels } = await import('../../functions/containers/channels.ts')
    await channels().needsReconnect(owner.id, channel.id, 'Over.')
    const other = await opened(['@other'], { channelId: channel.id })
    expect(await read(other)).toMatchObject({ state: 'failed', reason: expect.stringContaining('@same') })
    expect((await choose(other)).json).toMatchObject({ status: 409, code: 'connection_failed' })
    const both = await opened(['@other', '@same'], { channelId: channel.id })
    const [wrong] = (await read(both)).accounts
    expect((await choose(both, { accounts: [wrong.externalId] })).json).toMatchObject({ code: 'other_account' })
    expect((await choose(both)).json.items).toMatchObject([{ id: channel.id, state: 'active' }])
  })

  it('starts once for one Idempotency-Key, also side by side', async () => {
    const { handler } = await import('../../functions/api/channels.ts')
    const headers = { authorization: `Bearer ${owner.token}`, 'idempotency-key': 'one click' }
    const body = { network: 'chorus' }
    const ask = () => invoke(handler, { method: 'POST', path: '/v1/channels/connect', headers, body })
    const answers = [...(await Promise.all([ask(), ask(), ask()])), await ask()]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.at(-1)?.headers['idempotency-replayed']).toBe('true')
    expect((await read(answers[0]?.json.id)).state).toBe('waiting')
  })

  it('of another network, or of another workspace, is refused at the start', async () => {
    const feed = (await api('POST', '/v1/channels', { network: 'feed', credentials: {} })).json
    const asked = (channelId: string) => api('POST', '/v1/channels/connect', { network: 'chorus', channelId })
    expect((await asked(feed.id)).json).toMatchObject({ status: 409, code: 'other_network' })
    const theirs = await house.workspace()
    const channel = (await api('POST', '/v1/channels', { network: 'feed', credentials: {} }, theirs.token)).json
    expect((await asked(channel.id)).json).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('with static credentials subscribes to its hooks too', async () => {
    const given = chorus.account('@static')
    const [{ id: account = '' } = {}] = [...chorus.accounts.values()].filter(({ handle }) => handle === '@static')
    const made = await api('POST', '/v1/channels', { network: 'chorus', credentials: given })
    await api('POST', `/v1/channels/${made.json.id}/reconnect`, { credentials: given })
    expect(chorus.hooks.filter((one) => one === account)).toHaveLength(2)
    chorus.hookless.add(someone('@deaf'))
    const { access, refresh } = chorus.accounts.get('@deaf') ?? {}
    const refused = await api('POST', '/v1/channels', {
      network: 'chorus',
      credentials: { server: chorus.url, access, refresh },
    })
    expect(refused.json).toMatchObject({ status: 422, code: 'permission_missing' })
    expect((await api('GET', '/v1/channels')).json.items).toHaveLength(1)
  })
})

describe('a link that is no good', () => {
  const stale = (page: Answered) => {
    expect(page.status).toBe(400)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('no longer valid')
  }
  it('was used already, by somebody else at the same time too', async () => {
    chorus.account('@once')
    const { id, authorizeUrl } = await start()
    const query = chorus.consent(authorizeUrl, ['@once'])
    const trades = chorus.trades
    const pages = await Promise.all([callback(query), callback(query), callback(query)])
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 400, 400])
    stale(await callback(query))
    expect(chorus.trades).toBe(trades + 1)
    expect(await read(id)).toMatchObject({ state: 'ready' })
  })

  it('is unknown, missing, or for another network', async () => {
    const { id, authorizeUrl } = await start()
    const query = chorus.consent(authorizeUrl, [])
    stale(await callback('state=guessed&code=1'))
    stale(await callback('code=1'))
    stale(await callback(''))
    stale(await callback(query, { network: 'facebook' }))
    expect((await callback(query, { network: 'nowhere' })).json).toMatchObject({ status: 404 })
    // none of these spent it
    expect(await read(id)).toMatchObject({ state: 'waiting' })
  })

  it('is older than ten minutes, and one is told so', async () => {
    chorus.account('@slow')
    const { id, authorizeUrl } = await start()
    later(10 * 60_000 + 1000)
    stale(await callback(chorus.consent(authorizeUrl, ['@slow'])))
    expect(await read(id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('ten minutes') })
    expect((await choose(id)).json).toMatchObject({ status: 409, code: 'connection_expired' })
  })

  it('and accounts wait an hour to be chosen', async () => {
    const id = await opened(['@late'])
    later(60 * 60_000 + 1000)
    expect(await read(id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('hour'), accounts: [] })
    expect((await choose(id)).json).toMatchObject({ code: 'connection_expired' })
  })

  it('is only asked for by GET: a HEAD spends nothing', async () => {
    chorus.account('@head')
    const { authorizeUrl } = await start()
    const query = chorus.consent(authorizeUrl, ['@head'])
    expect((await callback(query, { method: 'POST' })).status).toBe(405)
    await callback(query, { method: 'HEAD' })
    expect((await callback(query)).status).toBe(200)
  })
})

describe('what goes wrong at the network', () => {
  const state = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('state') ?? ''

  it('the person says no: a page says so in their language, and the connection says why', async () => {
    for (const [language, words] of [
      ['fr-CA,en;q=0.5', 'autorisation refusée'],
      ['en', 'permission refused'],
      ['de, fr;q=0.2', 'autorisation refusée'],
      ['de', 'permission refused'],
    ]) {
      const { id, authorizeUrl } = await start()
      const query = new URLSearchParams({ error: 'access_denied', state: state(authorizeUrl) })
      const page = await callback(query, { headers: { 'accept-language': language ?? '' } })
      expect([page.status, page.text]).toEqual([400, expect.stringContaining(words ?? '')])
      expect(await read(id)).toMatchObject({ state: 'failed', reason: 'The permission was not given on Chorus.' })
      expect((await callback(query)).text).toContain('no longer valid')
    }
  })

  it('another error keeps the network’s words, as text', async () => {
    const { id, authorizeUrl } = await start()
    const description = '<script>alert(1)</script> app not live'
    const error = { error: 'server_error', error_description: description, state: state(authorizeUrl) }
    const page = await callback(new URLSearchParams(error))
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; app not live')
    expect(page.text).not.toContain('<script')
    expect((await read(id)).reason).toContain('app not live')
  })

  it('no code, a code that is not taken, no account, and what the connector says', async () => {
    const none = await start()
    expect((await callback(new URLSearchParams({ state: state(none.authorizeUrl) }))).status).toBe(400)
    expect(await read(none.id)).toMatchObject({ state: 'failed' })
    const wrong = await start()
    const forged = { state: state(wrong.authorizeUrl), code: 'forged', choir: 'main' }
    expect((await callback(new URLSearchParams(forged))).text).toContain('takes no such code')
    expect(await read(wrong.id)).toMatchObject({ state: 'failed', reason: 'Chorus takes no such code.' })
    const empty = await start()
    expect((await callback(chorus.consent(empty.authorizeUrl, []))).text).toContain('no account found')
    expect(await read(empty.id)).toMatchObject({ state: 'failed' })
    const kept = await start({ input: { choir: 'east' } })
    const query = chorus.consent(kept.authorizeUrl, [])
    query.set('choir', 'west')
    expect((await callback(query)).text).toContain('another choir')
  })
})

it('what nobody foresaw is a page of ours, logged, and the connection says that it failed', async () => {
  const { id, authorizeUrl } = await start()
  const page = await callback(chorus.consent(authorizeUrl, ['@nobody-has-this-handle']))
  expect([page.status, page.text]).toEqual([500, expect.stringContaining('on our side')])
  expect(told.join()).toContain('a person came back in vain')
  expect(await read(id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('our side') })
})

describe('the way back to a page of one’s own', () => {
  it('carries the connection’s id and nothing else, whatever came of it', async () => {
    chorus.account('@back')
    const { id, authorizeUrl } = await start({ returnUrl: 'https://console.example.fr/channels?tab=2' })
    const answer = await callback(chorus.consent(authorizeUrl, ['@back']))
    expect([answer.status, answer.headers.location, answer.text]).toEqual([
      303,
      `https://console.example.fr/channels?tab=2&connection=${id}`,
      '',
    ])
    const denied = await start({ returnUrl: 'http://127.0.0.1:5173/' })
    const query = { error: 'access_denied', state: new URL(denied.authorizeUrl).searchParams.get('state') ?? '' }
    expect((await callback(new URLSearchParams(query))).headers.location).toBe(
      `http://127.0.0.1:5173/?connection=${denied.id}`,
    )
  })

  it.each([
    'http://console.example.fr/',
    'http://127.0.0.1.example.fr/',
    'http://localhost.example.fr/',
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.fr',
    '/channels',
    'https://user:pass@example.fr/',
    'https://example.fr/#fragment',
    'parvis://back',
    '',
  ])('refuses %s', async (returnUrl) => {
    const refused = await api('POST', '/v1/channels/connect', { network: 'chorus', returnUrl })
    expect(refused.json).toMatchObject({ status: 422, problems: [{ pointer: '/returnUrl' }] })
  })
  it.each(['https://example.fr/a?b=c', 'http://localhost:5173/', 'http://[::1]:8080/x', 'http://127.0.0.1/'])(
    'takes %s',
    async (returnUrl) => {
      expect((await start({ returnUrl })).id).toMatch(/^conn_/)
    },
  )
})

describe('a start that is refused', () => {
  it.each([
    [{ network: 'feed' }, 422, 'connects_by_credentials'],
    [{ network: 'nowhere' }, 422, 'unknown_network'],
    [{ network: 'MySpace' }, 422, 'network_gone'],
    [{ network: 'Instagram Basic Display' }, 422, 'network_gone'],
    [{ network: 'chorus', input: { choir: 'x'.repeat(21) } }, 422, 'validation_failed'],
    [{ network: 'chorus', input: { colour: 'red' } }, 422, 'validation_failed'],
  ])('%j', async (body, status, code) => {
    expect((await api('POST', '/v1/channels/connect', body)).json).toMatchObject({ status, code })
  })
  it('says that the deployment has no app of the network', async () => {
    const refused = await api('POST', '/v1/channels/connect', { network: 'facebook' })
    expect(refused.json).toMatchObject({ status: 422, code: 'network_not_configured' })
  })
})

describe('what another asks', () => {
  it('is not there: another workspace’s connection, and a colleague’s', async () => {
    const id = await opened(['@private'])
    const { token } = await house.workspace()
    const made = await import('../../functions/api/workspace.ts')
    const colleague = await invoke(made.handler, {
      method: 'POST',
      path: '/v1/api-keys',
      headers: { authorization: `Bearer ${owner.token}` },
      body: { name: 'Colleague', scopes: ['channels:read', 'channels:write'] },
    })
    for (const other of [token, colleague.json.secret ?? colleague.json.token]) {
      const path = `/v1/channels/connections/${id}`
      expect((await api('GET', path, undefined, other)).json).toMatchObject({ status: 404, code: 'not_found' })
      expect((await api('POST', path, {}, other)).json).toMatchObject({ status: 404, code: 'not_found' })
    }
    expect((await choose(id)).status).toBe(201)
  })
})

it('no secret was ever answered, shown, logged or stored in the clear', async () => {
  const stored = await everything(house.engine, house.table)
  expect(stored.filter(({ sk }) => sk === 'connection').length).toBeGreaterThan(10)
  expect(stored.filter(({ sk }) => String(sk).startsWith('part#')).length).toBeGreaterThan(5)
  expect(told.length).toBeGreaterThan(100)
  expect(told.join()).toContain('a person came back from a network')
  const { authorizeUrl } = await start()
  const state = new URL(authorizeUrl).searchParams.get('state') ?? ''
  const again = await everything(house.engine, house.table)
  for (const place of [JSON.stringify(stored), told.join(), JSON.stringify(again)]) {
    expect(place).not.toContain('s3cret')
    expect(place).not.toContain(state)
  }
})

async function audit(): Promise<{ action: string }[]> {
  const { handler } = await import('../../functions/api/workspace.ts')
  const { json } = await invoke(handler, { path: '/v1/audit', headers: { authorization: `Bearer ${owner.token}` } })
  const lines: { action: string }[] = json.items
  return lines.filter(({ action }) => action.startsWith('channel.')).toReversed()
}
