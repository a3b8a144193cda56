/** Nothing that the public can make this deployment sign is valid anywhere else. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openCursor, sealCursor } from '../../shared/http/cursor.ts'
import { graphRequest } from '../../shared/networks/meta/graph.ts'
import type { AppConfig, RawDelivery } from '../../shared/networks/network.ts'
import { networkNames, webhookOf } from '../../shared/networks/registry.ts'
import { openHandover, sealHandover } from '../../shared/publishing/handover/token.ts'

const secret = 'one secret for every use'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const app: AppConfig = {
  ...Object.fromEntries(
    ['appSecret', 'previousAppSecret', 'clientSecret', 'previousClientSecret', 'consumerSecret', 'hookSecret'].flatMap(
      (name) => [[name, secret]],
    ),
  ),
  previousConsumerSecret: secret,
  instagramAppSecret: secret,
  verifyToken: secret,
  publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex'),
  topicArns: 'arn:aws:sns:eu-west-3:123456789012:mail',
}
const time = '1795000000'
const subject = 'UC0000000000000000000001'
const topic = `https://www.youtube.com/xml/feeds/videos.xml?channel_id=${subject}`

/** A body of each network that its receiver understands: what a forger would deliver. */
const forged: Readonly<Record<string, string>> = {
  discord: '{"id":"1","type":2,"data":{"name":"message"}}',
  discourse: '{"post":{"id":1}}',
  email: '{"Type":"Notification","MessageId":"1","TopicArn":"arn:aws:sns:eu-west-3:123456789012:mail"}',
  facebook: '{"object":"page","entry":[]}',
  ghost: '{"post":{"current":{"id":"1"}}}',
  instagram: '{"object":"instagram","entry":[]}',
  linkedin: '{"notifications":[]}',
  telegram: '{"update_id":1}',
  threads: '{"object":"threads","entry":[]}',
  tiktok: `{"event":"authorization.removed","create_time":${time},"user_openid":"1"}`,
  whatsapp: '{"object":"whatsapp_business_account","entry":[]}',
  x: '{"data":{"event_type":"oauth.revoke","payload":{"user_id":"111","date_time":"2026-11-30T00:00:00Z"}}}',
  youtube: '<feed xmlns="http://www.w3.org/2005/Atom"></feed>',
}
const withHooks: string[] = []
for (const network of networkNames) if (webhookOf(network) !== undefined) withHooks.push(network)

const hmac = (algorithm: string, text: string) => createHmac(algorithm, secret).update(text).digest('hex')
/** The header by which the network proves each delivery, with a right signature; undefined where no key of ours can make one. */
const right: Readonly<Record<string, (body: string) => Readonly<Record<string, string>>>> = {
  discord: (body) => ({
    'x-signature-timestamp': time,
    'x-signature-ed25519': sign(null, Buffer.from(time + body), privateKey).toString('hex'),
  }),
  discourse: (body) => ({ 'x-discourse-event-signature': `sha256=${hmac('sha256', body)}` }),
  facebook: (body) => ({ 'x-hub-signature-256': `sha256=${hmac('sha256', body)}` }),
  ghost: (body) => ({ 'x-ghost-signature': `sha256=${hmac('sha256', body + time)}, t=${time}` }),
  instagram: (body) => ({ 'x-hub-signature-256': `sha256=${hmac('sha256', body)}` }),
  linkedin: (body) => ({ 'x-li-signature': hmac('sha256', `hmacsha256=${body}`) }),
  telegram: () => ({ 'x-telegram-bot-api-secret-token': secret }),
  threads: (body) => ({ 'x-hub-signature-256': `sha256=${hmac('sha256', body)}` }),
  tiktok: (body) => ({ 'tiktok-signature': `t=${time},s=${hmac('sha256', `${time}.${body}`)}` }),
  whatsapp: (body) => ({ 'x-hub-signature-256': `sha256=${hmac('sha256', body)}` }),
  x: (body) => ({
    'x-twitter-webhooks-signature': `sha256=${Buffer.from(hmac('sha256', body), 'hex').toString('base64')}`,
  }),
  youtube: (body) => ({ 'x-hub-signature': `sha1=${hmac('sha1', body)}` }),
}
const headerNames = [...new Set(Object.values(right).flatMap((of) => Object.keys(of(''))))]

const delivery = (body: string, headers: Record<string, string>, query = {}): RawDelivery => ({
  headers,
  query,
  body: Buffer.from(body),
  subject,
})

/** What any network's handshake answers to whoever asks about this text, whichever parameter carries it. */
async function answersTo(text: string): Promise<string[]> {
  const answers: string[] = []
  for (const network of withHooks) {
    const receiver = await webhookOf(network)
    const known = { 'hub.mode': 'subscribe', 'hub.topic': topic }
    for (const name of ['crc_token', 'challengeCode', 'hub.challenge', 'challenge', 'hub.verify_token'])
      for (const others of [{}, known]) {
        const answer = await receiver?.handshake?.('GET', delivery('', {}, { ...others, [name]: text }), app)
        if (answer?.status === 200) answers.push(answer.body)
      }
    // what Meta's own dashboard asks, for whoever knows the token that is typed there
    const query = { ...known, 'hub.verify_token': secret, 'hub.challenge': text }
    const answer = await receiver?.handshake?.('GET', delivery('', {}, query), app)
    if (answer?.status === 200) answers.push(answer.body)
  }
  return answers
}

/** Every digest in these answers that is not the question itself, in hex. */
function digestsIn(answers: readonly string[]): string[] {
  const hex = answers.flatMap((answer) => answer.match(/[0-9a-f]{40,}/g) ?? [])
  const base64 = answers.flatMap((answer) => answer.match(/[A-Za-z0-9+/]{43}=/g) ?? [])
  return [...new Set([...hex, ...base64.map((one) => Buffer.from(one, 'base64').toString('hex'))])]
}

/** Every way in which a header of some network writes a digest. */
const written = (digest: string): string[] => {
  const base64 = Buffer.from(digest, 'hex').toString('base64')
  return [digest, base64].flatMap((one) => [
    one,
    `sha256=${one}`,
    `sha1=${one}`,
    `hmacsha256=${one}`,
    `t=${time},s=${one}`,
    `sha256=${one}, t=${time}`,
  ])
}

describe('a handshake', () => {
  it('knows a forged body and a right signature for each network with webhooks', () => {
    expect(Object.keys(forged).toSorted()).toEqual(withHooks.toSorted())
    // SNS signs with a certificate of AWS: no key of ours can make a signature
    expect(Object.keys(right).toSorted()).toEqual(withHooks.filter((one) => one !== 'email').toSorted())
  })

  it.each(withHooks)('signs nothing that %s would be believed to have delivered', async (network) => {
    const receiver = await webhookOf(network)
    const body = forged[network] ?? ''
    const proof = right[network]
    if (proof !== undefined) expect(await receiver?.verify(delivery(body, proof(body)), app)).toBe(true)
    const asked = [body, `hmacsha256=${body}`, `${time}.${body}`, `${time}${body}`, `${body}${time}`, ` ${body}`]
    for (const text of asked)
      for (const digest of digestsIn(await answersTo(text)))
        for (const value of written(digest)) {
          const headers = Object.fromEntries(headerNames.map((name) => [name, value]))
          for (const sent of [body, text])
            expect(
              await receiver?.verify(delivery(sent, { ...headers, 'x-signature-timestamp': time }), app),
              text,
            ).not.toBe(true)
        }
  })

  it('answers the challenge that the network sends, and that answer is no delivery of this network', async () => {
    const real: Readonly<Record<string, Record<string, string>>> = {
      linkedin: { challengeCode: '890e4665-4dfe-4ab1-b689-ed553bceeed0' },
      x: { crc_token: 'Njg3YjI0ZTAtMjVhNS00' },
    }
    for (const [network, query] of Object.entries(real)) {
      const receiver = await webhookOf(network)
      const answer = await receiver?.handshake?.('GET', delivery('', {}, query), app)
      const digests = digestsIn([answer?.body ?? ''])
      expect(digests).toHaveLength(1)
      const [text = ''] = Object.values(query)
      for (const digest of digests)
        for (const value of written(digest)) {
          const headers = Object.fromEntries(headerNames.map((name) => [name, value]))
          expect(await receiver?.verify(delivery(text, headers), app)).toBe(false)
        }
    }
  })
})

describe('X’s crc_token', () => {
  const ask = async (token: string) =>
    (await webhookOf('x'))?.handshake?.('GET', delivery('', {}, { crc_token: token }), app)
  it.each([
    ['of 512 bytes', 'a'.repeat(512)],
    ['of 512 bytes in UTF-8', 'é'.repeat(256)],
    ['that is a UUID', '890e4665-4dfe-4ab1-b689-ed553bceeed0'],
    ['in Base64', 'Njg3YjI0ZTAtMjVhNS00+/=='],
  ])('%s is answered', async (_, token) => {
    expect((await ask(token))?.status).toBe(200)
  })
  it.each([
    ['of 513 bytes', 'a'.repeat(513)],
    ['of 513 bytes in UTF-8', `${'é'.repeat(256)}a`],
    ['that is empty', ''],
    ['with a brace', 'abc{'],
    ['with a line feed', 'abc\n'],
    ['with a delete character', 'abc\u007f'],
    ['with a C1 control character', 'abc\u0085'],
  ])('%s is refused', async (_, token) => {
    expect((await ask(token))?.status).toBe(403)
  })
})

describe('LinkedIn’s challengeCode', () => {
  it.each([
    '',
    'a',
    '890e4665-4dfe-4ab1-b689-ed553bceeed',
    '890e4665-4dfe-4ab1-b689-ed553bceeed00',
    '890e4665-4dfe-4ab1-b689-ed553bceeed0\n',
    'hmacsha256=890e4665-4dfe-4ab1-b689-ed553bceeed0',
    '890e46654dfe4ab1b689ed553bceeed0',
  ])('refuses %j', async (challengeCode) => {
    const receiver = await webhookOf('linkedin')
    const answer = await receiver?.handshake?.('GET', delivery('', {}, { challengeCode }), app)
    expect(answer?.status).toBe(403)
  })
})

describe('Meta’s proof of a token', () => {
  const proofOf = (accessToken: string) =>
    new URL(
      graphRequest(
        { url: 'https://graph.facebook.com/v27.0', accessToken, proofSecret: secret },
        { method: 'GET', path: '/me' },
      ).url,
    ).searchParams.get('appsecret_proof')
  it('is made for a token, and never for what could be a delivery', () => {
    expect(proofOf('EAAGabc-_.1')).toBe(hmac('sha256', 'EAAGabc-_.1'))
    expect(proofOf('123|abc')).toBe(hmac('sha256', '123|abc'))
    for (const body of [forged.facebook, forged.instagram, forged.threads, 'EAA{}', 'EAA\n', 'é', ''])
      expect(proofOf(body ?? '')).toBeNull()
  })
})

describe('one key for two uses', () => {
  const key = Buffer.from(secret)
  const handed = { workspaceId: 'ws_1', publicationId: 'pub_1' }
  const scope = { workspaceId: 'ws_1', operation: 'listPosts', filters: {} }
  it('gives no cursor that opens a hand-over', () => {
    const about = JSON.stringify(['handover', 'ws_1', 'pub_1', 604800])
    for (const position of [{}, { pk: about }, { [about]: '' }])
      for (const filters of [{}, { q: about }]) {
        const cursor = sealCursor(key, { ...scope, filters }, position, 0)
        const mac = Buffer.from(cursor, 'base64url').subarray(0, 32)
        const head = Buffer.alloc(4)
        head.writeUInt32BE(604800)
        const token = Buffer.concat([mac, head, Buffer.from('ws_1')]).toString('base64url')
        expect(openHandover(key, token, 'pub_1', 0)).toBeUndefined()
        expect(openHandover(key, cursor, 'pub_1', 0)).toBeUndefined()
      }
  })
  it('gives no link of a hand-over that goes on with a list', () => {
    const token = sealHandover(key, handed, 0)
    expect(openHandover(key, token, 'pub_1', 0)).toBe('ws_1')
    const mac = Buffer.from(token, 'base64url').subarray(0, 32)
    const text = Buffer.from('{"p":{"pk":"x"},"e":99999999999999}')
    for (const cursor of [token, Buffer.concat([mac, text]).toString('base64url')])
      expect(() => openCursor(key, scope, cursor, 0)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }))
  })
})
