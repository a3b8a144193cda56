import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import { Engine } from '../support/engine.ts'
import { Chorus } from './chorus.ts'
import { actor, refusal, Scene, ws } from './scene.ts'

let engine: Engine
let chorus: Chorus
let scene: Scene
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())
beforeEach(async () => {
  chorus = await Chorus.start()
  scene = await Scene.open(engine)
  return () => chorus[Symbol.asyncDispose]()
})

const never = new AbortController().signal
const hour = 3_600_000
const access = (credentials: unknown) => (credentials as { access: string }).access
const current = () => chorus.accounts.get('@lea')?.access

async function connect(expiresInSeconds?: number) {
  const channel = await scene.connect({ ...chorus.account('@lea'), expiresInSeconds })
  return channel.id
}

describe('what is stored', () => {
  test('holds no credential in the clear, and no answer does', async () => {
    const id = await connect()
    const answers = [
      await scene.channels.get(ws, id),
      await scene.channels.list(ws, {}, { limit: 10 }),
      await scene.channels.update(ws, id, actor, { name: 'x' }),
      await scene.channels.pause(ws, id, actor),
      await refusal(scene.connect(chorusOf('@lea'))),
    ]
    const opened = await scene.channels.open(ws, id, never)
    await opened.call.credentials.refresh()
    for (const told of [await scene.everything(), answers, scene.lines, opened.channel, opened.exchanges()])
      expect(JSON.stringify(told)).not.toContain('s3cret')
    expect(access(opened.call.credentials.current())).toContain('s3cret')
    expect(opened.exchanges()).toHaveLength(1)
  })

  const chorusOf = (handle: string) => {
    const account = chorus.accounts.get(handle)
    return { server: chorus.url, access: account?.access, refresh: account?.refresh }
  }

  test('does not open once a single bit of it is another', async () => {
    const id = await connect()
    const key = keys.credentials(ws, id)
    const item = (await scene.everything()).find(({ pk, sk }) => pk === key.pk && sk === key.sk)
    const sealed = String(item?.sealed)
    const [version, keyId, nonce = '', body = ''] = sealed.split('.')
    const flip = (text: string) => {
      const bytes = Buffer.from(text, 'base64url')
      bytes[3] = (bytes[3] ?? 0) ^ 1
      return bytes.toString('base64url')
    }
    const damaged = [
      [version, keyId, nonce, flip(body)],
      [version, keyId, flip(nonce), body],
      [version, keyId, nonce, body.slice(0, -8)],
      [version, keyId, nonce, ''],
      [version, 'k9', nonce, body],
      [version, 'current', nonce, body],
      ['v0', keyId, nonce, body],
    ]
    for (const parts of damaged) {
      await scene.table.write({ update: key, set: { sealed: parts.join('.') } })
      expect(await refusal(scene.channels.open(ws, id, never))).toMatchObject({
        kind: 'internal',
        code: 'unreadable_secret',
      })
    }
    await scene.table.write({ update: key, set: { sealed } })
    await scene.channels.open(ws, id, never)
  })

  test('does not open as another channel’s, or another workspace’s', async () => {
    const mine = await connect()
    const other = (await scene.connect(chorus.account('@tom'))).id
    const elsewhere = (await scene.connect(chorus.account('@zoe'), { workspaceId: 'ws_2' })).id
    const from = keys.credentials(ws, mine)
    const item = (await scene.everything()).find(({ pk, sk }) => pk === from.pk && sk === from.sk)
    for (const [workspaceId, id] of [
      [ws, other],
      ['ws_2', elsewhere],
    ] as const) {
      await scene.table.write({ update: keys.credentials(workspaceId, id), set: { sealed: item?.sealed } })
      expect(await refusal(scene.channels.open(workspaceId, id, never))).toMatchObject({ code: 'unreadable_secret' })
    }
  })

  test('opens after the key was changed, and is written with the new one', async () => {
    const id = await connect()
    Object.assign(scene.ring, { current: 'k2', k2: 'two'.repeat(20) })
    const open = await scene.channels.open(ws, id, never)
    expect(access(open.call.credentials.current())).toBe(current())
    await open.call.credentials.refresh()
    delete scene.ring.k1
    const again = await scene.function().open(ws, id, never)
    expect(access(again.call.credentials.current())).toBe(current())
  })

  test('is lost with its key', async () => {
    const id = await connect()
    Object.assign(scene.ring, { k1: 'other'.repeat(20) })
    expect(await refusal(scene.channels.open(ws, id, never))).toMatchObject({ code: 'unreadable_secret' })
  })
})

describe('opening', () => {
  test('gives the connector all it needs', async () => {
    const id = await connect()
    const { call, connector, channel } = await scene.channels.open(ws, id, never)
    expect(connector.name).toBe('chorus')
    expect(call).toMatchObject({
      workspaceId: ws,
      channelId: id,
      account: channel.account,
      settings: { tone: 'warm', server: chorus.url },
      limits: { text: { max: 100 } },
      app: { clientId: 'app-7' },
      publicUrl: 'https://parvis.example',
    })
  })

  test('a paused channel opens: it is only not sent on', async () => {
    const id = await connect()
    await scene.channels.pause(ws, id, actor)
    expect((await scene.channels.open(ws, id, never)).channel.state).toBe('paused')
  })

  test('its calls end with the signal, though the connector does not pass it', async () => {
    const id = await connect()
    const giveUp = new AbortController()
    const { call, exchanges } = await scene.channels.open(ws, id, giveUp.signal)
    giveUp.abort()
    await expect(call.http.send({ method: 'GET', url: `${chorus.url}/me` })).rejects.toMatchObject({
      code: 'aborted',
      sent: false,
    })
    expect(exchanges()).toHaveLength(1)
  })
})

describe('refreshing', () => {
  test('ahead of the end, before anything is called', async () => {
    const id = await connect(hour / 1000)
    await scene.channels.open(ws, id, never)
    expect(chorus.refreshes).toBe(0)
    scene.later = hour - 9 * 60_000
    const { call } = await scene.channels.open(ws, id, never)
    expect(chorus.refreshes).toBe(1)
    expect(access(call.credentials.current())).toBe(current())
    const again = await scene.function().open(ws, id, never)
    expect(access(again.call.credentials.current())).toBe(current())
    expect(chorus.refreshes).toBe(1)
  })

  test('once, however many functions need it at the same time', async () => {
    const id = await connect(60)
    const gate = Promise.withResolvers<void>()
    chorus.gate = gate.promise
    const opening = Array.from({ length: 6 }, () => scene.function().open(ws, id, never))
    setTimeout(gate.resolve, 300)
    const opened = await Promise.all(opening)
    expect(chorus.refreshes).toBe(1)
    expect(new Set(opened.map(({ call }) => access(call.credentials.current())))).toEqual(new Set([current()]))
    expect((await scene.channels.get(ws, id)).state).toBe('active')
  })

  test('once, however many calls of one function ask', async () => {
    const id = await connect()
    const { call } = await scene.channels.open(ws, id, never)
    const got = await Promise.all([call.credentials.refresh(), call.credentials.refresh(), call.credentials.refresh()])
    expect(chorus.refreshes).toBe(1)
    expect(got.map(access)).toEqual([current(), current(), current()])
    expect(access(call.credentials.current())).toBe(current())
  })

  test('takes what another function refreshed meanwhile, without a call', async () => {
    const id = await connect()
    const [one, two] = [await scene.function().open(ws, id, never), await scene.function().open(ws, id, never)]
    await one.call.credentials.refresh()
    expect(access(await two.call.credentials.refresh())).toBe(current())
    expect(chorus.refreshes).toBe(1)
    expect(access(await two.call.credentials.refresh())).toBe(current())
    expect(chorus.refreshes).toBe(2)
  })

  test('is done by another once the one who began it is gone', async () => {
    const id = await connect()
    const { call } = await scene.channels.open(ws, id, never)
    const lease = { leaseOwner: 'a function that was killed', leaseUntil: scene.clock.now() + 1_000 }
    await scene.table.write({ update: keys.credentials(ws, id), set: lease })
    expect(access(await call.credentials.refresh())).toBe(current())
    expect(chorus.refreshes).toBe(1)
  })

  test('does not overwrite credentials that a person gave meanwhile', async () => {
    const id = await connect()
    const { call } = await scene.channels.open(ws, id, never)
    const gate = Promise.withResolvers<void>()
    chorus.gate = gate.promise
    const refreshing = call.credentials.refresh()
    while (chorus.refreshes === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const account = chorus.accounts.get('@lea')
    const given = { server: chorus.url, access: account?.access, refresh: 'REFRESH-s3cret-by-hand' }
    await scene.channels.reconnect(ws, id, actor, given)
    gate.resolve()
    expect(await refreshing).toMatchObject({ refresh: 'REFRESH-s3cret-by-hand' })
    const again = await scene.channels.open(ws, id, never)
    expect(again.call.credentials.current()).toMatchObject({ refresh: 'REFRESH-s3cret-by-hand' })
  })

  test('a network that says no ends it: once, with its words', async () => {
    const id = await connect(60)
    chorus.fault = 'refused'
    const opened = await Promise.all([1, 2, 3].map(() => refusal(scene.function().open(ws, id, never))))
    for (const refused of opened)
      expect(refused).toMatchObject({
        kind: 'unauthenticated',
        code: 'reconnect_needed',
        message: 'Chorus asks to log in again.',
      })
    expect(await scene.channels.get(ws, id)).toMatchObject({
      state: 'reconnect_needed',
      stateReason: 'Chorus asks to log in again.',
    })
    expect((await scene.events()).filter((event) => event.name === 'channel.reconnect_needed')).toHaveLength(1)
  })

  test('a network that is down ends nothing: what still lasts is used', async () => {
    const id = await connect(300)
    chorus.fault = 'down'
    const { call } = await scene.channels.open(ws, id, never)
    expect(access(call.credentials.current())).toBe(current())
    scene.later = 301_000
    expect(await refusal(scene.channels.open(ws, id, never))).toMatchObject({
      kind: 'unavailable',
      code: 'refresh_failed',
    })
    expect((await scene.channels.get(ws, id)).state).toBe('active')
    chorus.fault = 'none'
    const again = await scene.channels.open(ws, id, never)
    expect(access(again.call.credentials.current())).toBe(current())
  })
})
