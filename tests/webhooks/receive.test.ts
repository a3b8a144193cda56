import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { Channel } from '../../shared/channels/index.ts'
import { type House, startHouse } from '../inbox/house.ts'
import { FacebookSimulator } from '../simulators/facebook.ts'
import { type Ask, invoke } from '../support/invoke.ts'

let house: House
let facebook: FacebookSimulator
let owner: { id: string; token: string }
let channel: Channel
const app = () => facebook.access().app as { appSecret: string; verifyToken: string }

beforeAll(async () => {
  house = await startHouse('webhooks')
  facebook = await new FacebookSimulator().start()
  house.setApp('facebook', facebook.access().app)
  owner = await house.workspace()
  channel = await house.connect(owner.id, facebook)
})
afterAll(async () => {
  await facebook.stop()
  await house.stop()
})

const call = async (ask: Ask) => invoke((await import('../../functions/webhooks/receive.ts')).handler, ask)
const ingest = async (records: unknown) =>
  (await import('../../functions/consumers/ingest.ts')).handler({ Records: records })
const list = async (query = '', token = owner.token) =>
  (
    await invoke((await import('../../functions/api/mentions.ts')).handler, {
      path: `/v1/mentions${query}`,
      headers: { authorization: `Bearer ${token}` },
    })
  ).json

/** Takes in everything that lies on the queue; answers what failed. */
async function settle() {
  const failed = []
  for (let records = await house.taken(); records.length > 0; records = await house.taken())
    failed.push(...(await ingest(records)).batchItemFailures)
  return failed
}

const sent = (body: Uint8Array | string, headers: Record<string, string> = {}, base64 = false) =>
  call({
    method: 'POST',
    path: '/webhooks/facebook',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    base64,
  })
const signed = (body: Uint8Array | string, base64 = false) =>
  sent(body, { 'x-hub-signature-256': facebook.signing.sign(Buffer.from(body), app().appSecret, {}) }, base64)

describe('the handshake', () => {
  const path = (token: string) =>
    `/webhooks/facebook?hub.mode=subscribe&hub.verify_token=${encodeURIComponent(token)}&hub.challenge=%3Cb%3E42`
  it('gives the challenge back as plain text to who knows the token', async () => {
    const answer = await call({ path: path(app().verifyToken) })
    expect(answer).toMatchObject({ status: 200, text: '<b>42' })
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
  })
  it('refuses another token, and a request that is no handshake', async () => {
    expect((await call({ path: path('guessed') })).status).toBe(403)
    expect((await call({ path: '/webhooks/facebook' })).json).toMatchObject({ status: 400, code: 'no_handshake' })
  })
})

describe('a handshake that would sign a delivery', () => {
  it('is refused and counted, and the forgery stays out', async () => {
    const consumerSecret = randomBytes(20).toString('hex')
    house.setApp('x', { consumerSecret })
    const forgery =
      '{"data":{"event_type":"oauth.revoke","payload":{"user_id":"1","date_time":"2026-11-30T00:00:00Z"}}}'
    const lines: string[] = []
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
    const answer = await call({ path: `/webhooks/x?crc_token=${encodeURIComponent(forgery)}` })
    write.mockRestore()
    expect(answer.json).toMatchObject({ status: 403, code: 'handshake_refused' })
    const counted = lines.filter((line) => line.includes('HandshakesRefused')).map((line) => JSON.parse(line))
    expect(counted).toMatchObject([{ HandshakesRefused: 1, Stage: 'test', Network: 'x' }])
    expect(lines.join('')).not.toContain('oauth.revoke')
    const right = createHmac('sha256', consumerSecret).update('token').digest('base64')
    expect((await call({ path: '/webhooks/x?crc_token=token' })).json).toEqual({ response_token: `sha256=${right}` })
    const headers = { 'x-twitter-webhooks-signature': `sha256=${right}` }
    const sent = await call({ method: 'POST', path: '/webhooks/x', headers, body: 'token' })
    expect(sent.json).toMatchObject({ status: 401, code: 'invalid_signature' })
  })
})

describe('what a network delivers', () => {
  it('is a mention of the channel, once, however often it comes', async () => {
    const post = facebook.seedPost('Bonjour')
    await house.table.write({
      put: { ...keys.live(owner.id, channel.id, post.externalId), publicationId: 'pub_00000000000000000000000001' },
    })
    const { delivery } = await facebook.comment(post.externalId, 'Magnifique, ça !')
    for (const base64 of [false, true, true]) {
      const answer = await call({
        method: 'POST',
        path: '/webhooks/facebook',
        headers: delivery?.headers ?? {},
        body: delivery?.body,
        base64,
      })
      expect(answer).toMatchObject({ status: 200, text: '' })
    }
    expect(await settle()).toEqual([])
    const { items } = await list('?kind=comment')
    expect(items).toEqual([
      expect.objectContaining({
        channelId: channel.id,
        network: 'facebook',
        text: 'Magnifique, ça !',
        author: expect.objectContaining({ name: 'Léa Martin' }),
        publicationId: 'pub_00000000000000000000000001',
        state: 'visible',
        version: 1,
      }),
    ])
  })

  it('reaches every workspace that has the Page, and nobody else', async () => {
    const [other, stranger] = [await house.workspace(), await house.workspace()]
    await house.connect(other.id, facebook)
    const { delivery } = await facebook.mention('Quelle boulangerie !')
    await signed(delivery?.body ?? '')
    expect(await settle()).toEqual([])
    const [ours] = (await list('?kind=mention')).items
    const [theirs] = (await list('?kind=mention', other.token)).items
    expect([ours.text, theirs.text]).toEqual(['Quelle boulangerie !', 'Quelle boulangerie !'])
    expect(ours.id).not.toBe(theirs.id)
    expect((await list('', stranger.token)).items).toEqual([])
  })

  it('of an account that nobody connected is taken and forgotten', async () => {
    const body = JSON.stringify({
      object: 'page',
      entry: [
        {
          id: '999',
          time: 1,
          changes: [
            {
              field: 'feed',
              value: {
                item: 'comment',
                verb: 'add',
                comment_id: 'x_1',
                post_id: 'x',
                from: { id: '1', name: 'B' },
                message: 'hidden words',
                created_time: 1,
              },
            },
          ],
        },
      ],
    })
    expect((await signed(body)).status).toBe(200)
    expect(await settle()).toEqual([])
    expect(JSON.stringify(await list('?limit=100'))).not.toContain('hidden words')
  })

  it('of more than a message holds goes through the bucket, and no more is taken than 1 MiB', async () => {
    const post = facebook.seedPost('Bonjour')
    const comment = (n: number) => ({
      field: 'feed',
      value: {
        item: 'comment',
        verb: 'add',
        comment_id: `big_${n}`,
        post_id: post.externalId,
        from: { id: '7', name: 'B' },
        message: 'x'.repeat(9_000),
        created_time: 1_700_000_000 + n,
      },
    })
    const page = facebook.access().credentials.pageId
    const of = (count: number) =>
      JSON.stringify({
        object: 'page',
        entry: [{ id: page, time: 1_700_000_000, changes: Array.from({ length: count }, (_, n) => comment(n)) }],
      })
    expect((await signed(of(40))).status).toBe(200)
    const records = await house.taken()
    expect(records[0]?.body.length).toBeLessThan(1_000)
    expect((await ingest(records)).batchItemFailures).toEqual([])
    expect((await list('?to=2023-11-15T00:00:00Z&limit=100')).items).toHaveLength(40)

    for (const base64 of [false, true]) {
      const answer = await signed(of(130), base64)
      expect(answer.json).toMatchObject({ status: 413, code: 'payload_too_large' })
    }
    expect(await house.taken()).toEqual([])
  })
})

describe('what nobody signed', () => {
  const body = '{"object":"page","entry":[]}'
  const right = () => facebook.signing.sign(Buffer.from(body), app().appSecret, {})
  it.each<[string, () => Record<string, string>]>([
    ['missing', () => ({})],
    ['empty', () => ({ 'x-hub-signature-256': '' })],
    ['of another secret', () => ({ 'x-hub-signature-256': facebook.signing.sign(Buffer.from(body), 'guess', {}) })],
    [
      'of another body',
      () => ({ 'x-hub-signature-256': facebook.signing.sign(Buffer.from(`${body} `), app().appSecret, {}) }),
    ],
    ['too short', () => ({ 'x-hub-signature-256': right().slice(0, -2) })],
    ['too long', () => ({ 'x-hub-signature-256': `${right()}00` })],
    ['not hexadecimal', () => ({ 'x-hub-signature-256': `sha256=${'z'.repeat(64)}` })],
    ['of another method', () => ({ 'x-hub-signature-256': right().replace('sha256', 'sha1') })],
  ])('is refused when the signature is %s', async (_, headers) => {
    expect((await sent(body, headers())).json).toMatchObject({ status: 401, code: 'invalid_signature' })
    expect(await house.taken()).toEqual([])
  })
  it('the same body with its signature is taken', async () => {
    expect((await sent(body, { 'x-hub-signature-256': right() })).status).toBe(200)
    expect(await house.taken()).toHaveLength(1)
  })
})

describe('an address that is none', () => {
  it.each([
    '/webhooks/nowhere',
    '/webhooks/mastodon',
    '/webhooks',
    '/webhooks/facebook/more',
    '/webhooks/__proto__',
    '/webhooks/constructor',
  ])('%s', async (path) => {
    expect((await call({ method: 'POST', path, body: '{}' })).json).toMatchObject({
      status: 404,
      code: 'unknown_webhook',
    })
  })
  it('another method', async () => {
    expect((await call({ method: 'DELETE', path: '/webhooks/facebook' })).json).toMatchObject({ status: 405 })
  })
})

describe('bad input with a good signature', () => {
  it('fails alone, and what came with it is stored', async () => {
    const good = (await facebook.directMessage('Avez-vous du pain sans gluten ?')).delivery?.body ?? ''
    const deep = '['.repeat(400_000)
    const wide = `{"object":"page","entry":[${'{},'.repeat(200_000)}{}]}`
    for (const body of ['not json', deep, wide, '{"object":"user","entry":[]}', randomBytes(1000), good])
      expect((await signed(body, true)).status).toBe(200)
    const records = await house.taken()
    const { batchItemFailures } = await ingest(records)
    expect(batchItemFailures).toHaveLength(5)
    const [message] = (await list('?kind=direct_message')).items
    expect(message.text).toBe('Avez-vous du pain sans gluten ?')
  })
  it('a message that is none fails alone too', async () => {
    const { batchItemFailures } = await ingest([
      { messageId: 'a', body: '{' },
      { messageId: 'b', body: '{"network":"facebook"}' },
    ])
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }])
  })
})
