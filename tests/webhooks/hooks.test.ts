import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import type { WebhookReceiver } from '../../shared/networks/network.ts'
import { type House, startHouse } from '../inbox/house.ts'
import { someChannel } from '../inbox/support.ts'
import { type Ask, invoke } from '../support/invoke.ts'

/** Bell: a network of these tests, each of whose accounts has a hook and a secret of its own. */
const sign = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('hex')
const bell: WebhookReceiver = {
  perSubject: true,
  handshake: (method, { query, body }, { hookSecret = '' }) => {
    if (method === 'POST')
      return Buffer.from(body).toString() === '{"ping":1}'
        ? { status: 200, body: '{"pong":1}', contentType: 'application/json' }
        : undefined
    return { status: query.proof === sign('hello', hookSecret) ? 200 : 403, body: 'hello' }
  },
  verify: async ({ headers, body }, { hookSecret = '', clientId }) =>
    clientId !== 'wrong' && headers['x-bell'] === sign(Buffer.from(body).toString(), hookSecret),
  normalize: (body, subject) => {
    if (subject === undefined) throw new AppError('invalid', 'no_subject', 'Bell speaks for one account at a time.')
    const { id, text } = JSON.parse(Buffer.from(body).toString())
    const author = { externalId: 'a', handle: 'a', name: 'A' }
    return [
      {
        accountId: subject,
        event: { kind: 'mention', action: 'created', externalId: id, at: 1_790_000_000_000, author, text },
      },
    ]
  },
}

vi.mock('../../shared/networks/registry.ts', async (original) => {
  const real = await original<typeof import('../../shared/networks/registry.ts')>()
  return {
    ...real,
    webhookOf: (network: string) => (network === 'bell' ? Promise.resolve(bell) : real.webhookOf(network)),
    connectorOf: (network: string) =>
      network === 'bell' ? Promise.resolve({ capabilities: {} }) : real.connectorOf(network),
  }
})

let house: House
beforeAll(async () => {
  house = await startHouse('hooks')
})
afterAll(() => house.stop())

const call = async (ask: Ask) => invoke((await import('../../functions/webhooks/receive.ts')).handler, ask)
/** As a connector is told of its account's hook when the account is connected. */
const hookOf = async (subject: string) => (await import('../../functions/containers/hooks.ts')).hookOf('bell', subject)
const deliver = (subject: string, body: string, secret: string) =>
  call({ method: 'POST', path: `/webhooks/bell/${subject}`, headers: { 'x-bell': sign(body, secret) }, body })

describe('an account’s own hook', () => {
  it('has an address, and a secret that is always the same and no other account’s', async () => {
    const [mine, again, other] = [await hookOf('bot.1'), await hookOf('bot.1'), await hookOf('bot.2')]
    expect(mine.url).toBe('https://api.example.org/webhooks/bell/bot.1')
    expect(mine.secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(again).toEqual(mine)
    expect(other.secret).not.toBe(mine.secret)
  })

  it('takes what its secret signed, and needs no app of the deployment', async () => {
    const channel = someChannel({ network: 'bell' })
    await house.table.write({ put: { ...keys.account('bell', 'bot.1', channel.workspaceId, channel.id) } })
    await house.table.write({ put: { ...keys.channel(channel.workspaceId, channel.id), ...channel } })
    const { secret } = await hookOf('bot.1')
    expect(await deliver('bot.1', '{"id":"m1","text":"Bonjour"}', secret)).toMatchObject({ status: 200, text: '' })
    const records = await house.taken()
    expect(records.map(({ body }) => JSON.parse(body))).toMatchObject([{ network: 'bell', subject: 'bot.1' }])
    const { handler } = await import('../../functions/consumers/ingest.ts')
    expect((await handler({ Records: records })).batchItemFailures).toEqual([])
    expect(await house.table.get(keys.inbound(channel.workspaceId, channel.id, 'm1'), z.unknown())).toBeDefined()
  })

  it('takes nothing that another account’s secret signed, and nothing unsigned', async () => {
    const { secret } = await hookOf('bot.2')
    for (const key of [secret, '', 'guess'])
      expect((await deliver('bot.1', '{"id":"m2"}', key)).json).toMatchObject({
        status: 401,
        code: 'invalid_signature',
      })
    expect(await house.taken()).toEqual([])
  })

  it('answers the handshake of its own secret, in the type that the network wants', async () => {
    const { secret } = await hookOf('bot.1')
    const path = (proof: string) => `/webhooks/bell/bot.1?proof=${proof}`
    expect(await call({ path: path(sign('hello', secret)) })).toMatchObject({ status: 200, text: 'hello' })
    expect((await call({ path: path('guess') })).json).toMatchObject({ status: 403, code: 'handshake_refused' })
    const ping = await deliver('bot.1', '{"ping":1}', secret)
    expect(ping).toMatchObject({ status: 200, json: { pong: 1 } })
    expect(ping.headers['content-type']).toBe('application/json')
    expect(await house.taken()).toEqual([])
  })
})

describe('an address that is none', () => {
  it.each([
    '/webhooks/bell',
    '/webhooks/bell/',
    '/webhooks/bell/bot.1/more',
    '/webhooks/bell/bot%201',
    `/webhooks/bell/${'x'.repeat(101)}`,
    '/webhooks/facebook/page-1',
  ])('%s', async (path) => {
    for (const method of ['GET', 'POST'])
      expect((await call({ method, path, body: '{}' })).json).toMatchObject({ status: 404, code: 'unknown_webhook' })
  })
})

it('a receiver is given the app’s document beside the secret', async () => {
  house.setApp('bell', { clientId: 'wrong', hookSecret: 'never this one' })
  vi.resetModules()
  const { secret } = await hookOf('bot.1')
  expect((await deliver('bot.1', '{"id":"m3"}', secret)).status).toBe(401)
  house.setApp('bell', { clientId: 'right', hookSecret: 'never this one' })
  vi.resetModules()
  expect((await deliver('bot.1', '{"id":"m3"}', 'never this one')).status).toBe(401)
  expect((await deliver('bot.1', '{"id":"m3"}', secret)).status).toBe(200)
})
