/** The connector, through the HTTP client, against the server that Bluesky itself runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId, systemRandom } from '../../../shared/kernel/ids.ts'
import type { Action, Content, InboundEvent, Live, Outcome } from '../../../shared/networks/network.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { closeConnections, connect, content, image, newText, Session, tools } from '../../conformance/session.ts'
import { english } from '../../support/english.ts'
import { type CuttingProxy, type RunningServer, startProxy, startServer, tryXrpc, xrpc } from './support.ts'

const password = 'only-for-this-test'
const handle = 'boulangerie.test'
const bluesky = await connectorOf('bluesky')

let server: RunningServer
let proxy: CuttingProxy
let did: string
let friendDid: string
let friendToken: string
let ownToken: string
let appPassword: string

interface Credentials {
  readonly pds: string
  readonly accessJwt: string
  readonly refreshJwt: string
}

const account = (name: string) =>
  xrpc(server.url, 'com.atproto.server.createAccount', {
    input: { handle: name, email: `${name}@example.com`, password },
  })

beforeAll(async () => {
  server = await startServer()
  proxy = await startProxy(server.url)
  const own = await account(handle)
  did = String(own['did'])
  ownToken = String(own['accessJwt'])
  const friend = await account('lea.test')
  friendDid = String(friend['did'])
  friendToken = String(friend['accessJwt'])
  appPassword = await newAppPassword('parvis')
})

afterAll(async () => {
  closeConnections()
  await proxy?.stop()
  await server?.stop()
})

async function newAppPassword(name: string): Promise<string> {
  const made = await xrpc(server.url, 'com.atproto.server.createAppPassword', { input: { name }, token: ownToken })
  return String(made['password'])
}

const access = (change: Record<string, string> = {}) => ({
  credentials: { service: server.url, identifier: handle, appPassword, ...change },
  settings: {},
  app: {},
})

/** A connected channel; `change` is what becomes of its stored credentials. */
const open = (change: Record<string, string> = {}) =>
  Session.open(
    {
      ...bluesky,
      connect: async (...given) => {
        const connected = await bluesky.connect(...given)
        return { ...connected, credentials: { ...(connected.credentials as object), ...change } }
      },
    },
    undefined,
    access(),
  )

function accepted(outcome: Outcome): Extract<Outcome, { kind: 'accepted' }> {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`)
  return outcome
}

async function getAs(host: string, token: string, method: string, params: Record<string, string>) {
  const url = new URL(`/xrpc/${method}?${new URLSearchParams(params)}`, host)
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as Record<string, unknown>
}

const rkeyOf = (uri: string) => uri.split('/').at(-1) ?? ''
const recordAt = (uri: string) =>
  tryXrpc(server.url, 'com.atproto.repo.getRecord', {
    params: { repo: did, collection: 'app.bsky.feed.post', rkey: rkeyOf(uri) },
  })

async function recordsSaying(text: string): Promise<string[]> {
  const params = { repo: did, collection: 'app.bsky.feed.post', limit: '100' }
  const { records } = (await xrpc(server.url, 'com.atproto.repo.listRecords', { params })) as {
    records: { uri: string; value: { text: string } }[]
  }
  return records.filter((one) => one.value.text === text).map((one) => one.uri)
}

const publishOne = async (session: Session, what: Content): Promise<Live> =>
  accepted(await session.publish(session.run(what)))

describe('connecting', () => {
  it('fills in the account and where its repository is', async () => {
    const connected = await connect(bluesky, access())
    expect(connected.account).toMatchObject({ externalId: did, handle: `@${handle}`, name: handle })
    expect((connected.credentials as Credentials).pds).toBe(new URL(server.url).origin)
    const hours = ((connected.expiresAt ?? 0) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(0.5)
    expect(hours).toBeLessThan(24)
  })
  it('takes the handle with an @, as people write it', async () => {
    expect((await connect(bluesky, access({ identifier: `@${handle}` }))).account.externalId).toBe(did)
  })
  it('refuses a wrong password in plain words', async () => {
    await expect(connect(bluesky, access({ appPassword: 'aaaa-bbbb-cccc-dddd' }))).rejects.toMatchObject({
      code: 'credentials_refused',
      message: expect.stringContaining('app password'),
    })
  })
})

describe('publishing', () => {
  it('publishes text with its links, mentions and tags at the right bytes', async () => {
    const session = await open()
    const text = `${newText('Dès 7 h')} : merci @lea.test et @personne.test !\u202FLe menu (https://boulangerie.example/été_(2026)), « https://a.example/b ». #Pâques #1`
    const run = session.run(content([text]))
    const { externalId, url } = accepted(await session.publish(run))
    const { json } = await recordAt(externalId)
    const value = json['value'] as {
      text: string
      createdAt: string
      langs: string[]
      facets: { index: { byteStart: number; byteEnd: number }; features: Record<string, string>[] }[]
    }
    expect(value).toMatchObject({ text, langs: ['fr'], createdAt: new Date(run.dueAt).toISOString() })
    const bytes = Buffer.from(text)
    const shown = value.facets.map(({ index, features: [feature] }) => [
      bytes.subarray(index.byteStart, index.byteEnd).toString(),
      feature?.['did'] ?? feature?.['uri'] ?? feature?.['tag'],
    ])
    expect(shown).toEqual([
      ['@lea.test', friendDid],
      ['https://boulangerie.example/été_(2026)', 'https://boulangerie.example/été_(2026)'],
      ['https://a.example/b', 'https://a.example/b'],
      ['#Pâques', 'Pâques'],
    ])
    expect(url).toBe(`https://bsky.app/profile/${handle}/post/${rkeyOf(externalId)}`)
  })

  it('publishes images with their descriptions; the server gives the same bytes back', async () => {
    const session = await open()
    const picture = image({ alt: 'Trois baguettes', width: 4, height: 3 })
    const { externalId } = await publishOne(session, content([newText()], {}, [picture]))
    const { json } = await recordAt(externalId)
    const { embed } = json['value'] as {
      embed: { images: { alt: string; aspectRatio: unknown; image: { ref: { $link: string }; mimeType: string } }[] }
    }
    expect(embed.images).toMatchObject([
      { alt: 'Trois baguettes', aspectRatio: { width: 4, height: 3 }, image: { mimeType: 'image/png' } },
    ])
    const cid = embed.images[0]?.image.ref.$link ?? ''
    const blob = await fetch(new URL(`/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did, cid })}`, server.url))
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(await picture.read())
  })

  it('publishes a thread, each part an answer to the one before', async () => {
    const session = await open()
    const texts = [newText('Un'), newText('Deux'), newText('Trois')]
    const { externalId, parts = [] } = await publishOne(session, content(texts))
    expect(parts[0]).toBe(externalId)
    const values = await Promise.all(
      parts.map(async (uri) => (await recordAt(uri)).json['value'] as Record<string, unknown>),
    )
    expect(values.map((value) => value['text'])).toEqual(texts)
    const ends = values.map((value) => value['reply'] as { root: { uri: string }; parent: { uri: string } } | undefined)
    expect(ends.map((reply) => reply?.root.uri)).toEqual([undefined, parts[0], parts[0]])
    expect(ends.map((reply) => reply?.parent.uri)).toEqual([undefined, parts[0], parts[1]])
    expect([...parts].sort()).toEqual(parts)
  })

  it('counts as the server does: 300 graphemes go, 301 are refused by both', async () => {
    const session = await open()
    const family = '👨‍👩‍👧‍👦'
    const fits = content([`${'é'.repeat(290)}${family.repeat(10)}`])
    expect(bluesky.review(fits, bluesky.limits, {})).toMatchObject({ length: 300, problems: [] })
    await publishOne(session, fits)
    const over = content([`${'é'.repeat(291)}${family.repeat(10)}`])
    expect(bluesky.review(over, bluesky.limits, {}).problems).toMatchObject([
      { pointer: '/parts/0/text', code: 'text_too_long' },
    ])
    expect(await session.publish(session.run(over))).toMatchObject({
      kind: 'rejected',
      reason: 'invalid',
      message: english(/grapheme/),
    })
  })
  it('counts bytes as the server does: 3000 go, more are refused by both', async () => {
    const session = await open()
    const flag = '🏴󠁧󠁢󠁥󠁮󠁧󠁿' // 28 bytes, one grapheme
    const fits = content([flag.repeat(107)])
    expect(bluesky.review(fits, bluesky.limits, {}).problems).toEqual([])
    await publishOne(session, fits)
    const over = content([flag.repeat(108)])
    expect(bluesky.review(over, bluesky.limits, {}).problems).toMatchObject([{ code: 'text_too_many_bytes' }])
    expect(await session.publish(session.run(over))).toMatchObject({ kind: 'rejected', reason: 'invalid' })
  })
  it('takes content warnings and hidden tags', async () => {
    const session = await open()
    const options = { tags: ['boulangerie', 'pain'], labels: ['nudity'], langs: ['fr', 'br'] }
    const { externalId } = await publishOne(session, content([newText()], { options }))
    expect((await recordAt(externalId)).json['value']).toMatchObject({
      tags: ['boulangerie', 'pain'],
      langs: ['fr', 'br'],
      labels: { values: [{ val: 'nudity' }] },
    })
  })
})

describe('records beyond text and images', () => {
  it('takes a gallery of ten images', async () => {
    const session = await open()
    const pictures = Array.from({ length: 10 }, (_, i) => image({ alt: `Photo ${i}` }))
    const { externalId } = await publishOne(session, content([newText()], {}, pictures))
    const { embed } = (await recordAt(externalId)).json['value'] as { embed: { $type: string; items: object[] } }
    expect(embed.$type).toBe('app.bsky.embed.gallery')
    expect(embed.items.length).toBe(10)
  })
  it('takes the card of a link, with the picture of the post', async () => {
    const session = await open()
    const link = 'http://127.0.0.1:1/pain'
    const { externalId } = await publishOne(session, content([newText()], { options: { link }, cover: image() }))
    expect((await recordAt(externalId)).json['value']).toMatchObject({
      embed: { $type: 'app.bsky.embed.external', external: { uri: link, thumb: { mimeType: 'image/png' } } },
    })
  })
  it('signs the tokens that the video service asks for, to an app password too', async () => {
    const session = await open()
    const { pds, accessJwt } = session.credentials as Credentials
    const exp = String(Math.floor(Date.now() / 1000) + 30 * 60)
    for (const [aud, lxm] of [
      ['did:web:video.bsky.app', 'app.bsky.video.getUploadLimits'],
      [`did:web:${encodeURIComponent(new URL(pds).host)}`, 'com.atproto.repo.uploadBlob'],
    ] as const) {
      const params = { aud, lxm, exp }
      const { token } = await getAs(pds, accessJwt, 'com.atproto.server.getServiceAuth', params)
      const [, claims = ''] = String(token).split('.')
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: did, aud, lxm })
    }
  })
})

describe('answering', () => {
  /** Somebody else answers a post of ours; what Parvis would be told of it. */
  async function answered(): Promise<{ root: string; event: InboundEvent }> {
    const session = await open()
    const { externalId } = await publishOne(session, content([newText()]))
    const root = { uri: externalId, cid: String((await recordAt(externalId)).json['cid']) }
    const record = {
      $type: 'app.bsky.feed.post',
      text: newText(),
      createdAt: new Date().toISOString(),
      reply: { root, parent: root },
    }
    const input = { repo: friendDid, collection: 'app.bsky.feed.post', record }
    const made = await xrpc(server.url, 'com.atproto.repo.createRecord', { input, token: friendToken })
    const context = { cid: String(made['cid']), rootUri: root.uri, rootCid: root.cid }
    const target = { externalId: String(made['uri']), at: Date.now(), context }
    return { root: root.uri, event: { kind: 'comment', action: 'created', ...target } }
  }
  const act = async (
    session: Session,
    target: InboundEvent,
    action: Action,
    key = newId('publication', Date.now(), systemRandom),
  ) => bluesky.act?.({ ...session.call(), target, action, key })

  it('answers once, however often it is sent', async () => {
    const session = await open()
    const { event, root } = await answered()
    const text = newText('Réponse')
    const key = newId('publication', Date.now(), systemRandom)
    const first = await act(session, event, { name: 'reply', text }, key)
    expect(first).toMatchObject({ kind: 'done' })
    expect(await act(session, event, { name: 'reply', text }, key)).toEqual(first)
    const [uri = '', ...others] = await recordsSaying(text)
    expect(others).toEqual([])
    expect((await recordAt(uri)).json['value']).toMatchObject({
      reply: { root: { uri: root }, parent: { uri: event.externalId } },
    })
  })
  it('hides a reply, shows it again, and loses none when two are hidden at once', async () => {
    const session = await open()
    const { event, root } = await answered()
    const other = { ...event, externalId: `${event.externalId.slice(0, -13)}3kaaaaaaaaa2a` }
    const hidden = async () => {
      const params = { repo: did, collection: 'app.bsky.feed.threadgate', rkey: rkeyOf(root) }
      const { value } = (await xrpc(server.url, 'com.atproto.repo.getRecord', { params })) as {
        value: { post: string; hiddenReplies: string[] }
      }
      expect(value.post).toBe(root)
      return value.hiddenReplies.toSorted()
    }
    const both = [event.externalId, other.externalId].toSorted()
    const acted = await Promise.all([act(session, event, { name: 'hide' }), act(session, other, { name: 'hide' })])
    expect(acted).toEqual([{ kind: 'done' }, { kind: 'done' }])
    expect(await hidden()).toEqual(both)
    expect(await act(session, event, { name: 'hide' })).toEqual({ kind: 'done' })
    expect(await act(session, other, { name: 'unhide' })).toEqual({ kind: 'done' })
    expect(await hidden()).toEqual([event.externalId])
  })
})

describe('a publication is one post', () => {
  it('when it is sent again', async () => {
    const session = await open()
    const text = newText()
    const run = session.run(content([text]))
    const first = accepted(await session.publish(run))
    const again = accepted(await session.publish(session.run(run.content, run.key)))
    expect(again).toEqual(first)
    expect(await recordsSaying(text)).toEqual([first.externalId])
  })
  it('when another publication says the same, they are two', async () => {
    const session = await open()
    const text = newText()
    await publishOne(session, content([text]))
    await publishOne(session, content([text]))
    expect((await recordsSaying(text)).length).toBe(2)
  })
  it('when the answer is lost: found again, and not doubled by sending again', async () => {
    const session = await open({ pds: proxy.url })
    const text = newText()
    const run = session.run(content([text]))
    proxy.cut('createRecord', 'after')
    expect((await session.publish(run)).kind).toBe('unknown')
    const [live] = await recordsSaying(text)
    expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: live })
    expect(accepted(await session.publish(run)).externalId).toBe(live)
    expect(await recordsSaying(text)).toEqual([live])
  })
  it('when the request was lost: known to be absent, and sent', async () => {
    const session = await open({ pds: proxy.url })
    const text = newText()
    const run = session.run(content([text]))
    proxy.cut('createRecord', 'before')
    expect((await session.publish(run)).kind).toBe('unknown')
    expect(await session.find(run)).toEqual({ kind: 'absent' })
    const { externalId } = accepted(await session.publish(run))
    expect(await recordsSaying(text)).toEqual([externalId])
  })
  it('when a thread loses an answer in its middle', async () => {
    const session = await open({ pds: proxy.url })
    const texts = [newText('Un'), newText('Deux'), newText('Trois')]
    const run = session.run(content(texts))
    proxy.cut('createRecord', 'after')
    expect((await session.publish(run)).kind).toBe('unknown')
    const live = await session.recover(run)
    expect(live?.parts?.length).toBe(3)
    for (const text of texts) expect((await recordsSaying(text)).length).toBe(1)
  })
})

describe('deleting', () => {
  it('removes every part, and says the same when they are gone', async () => {
    const session = await open()
    const live = await publishOne(session, content([newText('Un'), newText('Deux')]))
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    for (const uri of live.parts ?? []) expect((await recordAt(uri)).json).toMatchObject({ error: 'RecordNotFound' })
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
  })
})

describe('sessions', () => {
  it('are renewed without the password, and the new one works', async () => {
    const session = await open()
    const before = session.credentials as Credentials
    const refreshed = await bluesky.refresh?.(tools({}), before)
    const credentials = bluesky.credentials.parse(refreshed?.credentials) as Credentials
    expect(credentials.refreshJwt).not.toBe(before.refreshJwt)
    accepted(await (await open({ ...credentials })).publish(session.run(content([newText()]))))
  })
  it('are renewed in the middle of a call when the server refuses the token', async () => {
    const session = await open({ accessJwt: 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.AAAA' })
    await publishOne(session, content([newText()], {}, [image()]))
    expect(session.refreshes).toBe(1)
  })
  it('are made anew from the app password when the refresh token is no longer taken', async () => {
    const session = await open({ accessJwt: 'a.b.c', refreshJwt: 'a.b.c' })
    await publishOne(session, content([newText()]))
  })
  it('end with the app password: then a person must connect again', async () => {
    const name = 'revoked'
    const secret = await newAppPassword(name)
    const session = await Session.open(bluesky, undefined, access({ appPassword: secret }))
    await xrpc(server.url, 'com.atproto.server.revokeAppPassword', { input: { name }, token: ownToken })
    await expect(bluesky.refresh?.(tools({}), session.credentials)).rejects.toMatchObject({
      kind: 'unauthenticated',
      code: 'reconnect_needed',
    })
  })
})

describe('without an AppView', () => {
  it('says that nothing can be read, and invents neither counters nor mentions', async () => {
    const session = await open()
    const { externalId } = await publishOne(session, content([newText()]))
    await expect(bluesky.measure?.(session.call(), [externalId])).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(bluesky.poll?.(session.call(), undefined)).rejects.toMatchObject({ kind: 'unavailable' })
  })
})
