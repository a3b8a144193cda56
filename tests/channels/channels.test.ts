import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import { duePartition, dueShards, readDueKey } from '../../shared/scheduling/index.ts'
import { Engine } from '../support/engine.ts'
import { english } from '../support/english.ts'
import { Chorus } from './chorus.ts'
import { actor, refusal, Scene, ws } from './scene.ts'

let engine: Engine
let chorus: Chorus
let scene: Scene
beforeAll(async () => {
  engine = await Engine.start()
  chorus = await Chorus.start()
})
afterAll(async () => {
  await engine.stop()
  await chorus[Symbol.asyncDispose]()
})
beforeEach(async () => {
  scene = await Scene.open(engine)
})

const never = new AbortController().signal
const eventNames = async () => (await scene.events()).map((event) => event.name)

async function polls() {
  const sortKeys: string[] = []
  for (let shard = 0; shard < dueShards; shard++) {
    const page = await scene.table.query(
      { pk: duePartition('poll', shard), index: 'wake' },
      z.object({ wakeSk: z.string() }),
    )
    sortKeys.push(...page.items.map((item) => item.wakeSk))
  }
  return sortKeys.map((sortKey) => readDueKey('poll', sortKey)?.message)
}

describe('connecting', () => {
  test('fills in who the account is, from the network itself', async () => {
    const channel = await scene.connect(chorus.account('@lea'))
    expect(channel).toMatchObject({
      workspaceId: ws,
      network: 'chorus',
      name: 'The @lea',
      account: { externalId: expect.stringMatching(/^acc-/), handle: '@lea', picture: expect.stringContaining('.png') },
      settings: { tone: 'warm' },
      state: 'active',
      simulated: false,
      version: 1,
    })
    expect(await scene.channels.get(ws, channel.id)).toEqual(channel)
    expect(await scene.channels.find(ws, channel.id)).toEqual(channel)
    expect((await scene.channels.list(ws, {}, { limit: 10 })).items).toEqual([channel])
  })

  test('says so, audits it, asks for its mentions, and is found by webhooks', async () => {
    const channel = await scene.connect(chorus.account('@lea'), { name: 'Léa' })
    expect(channel.name).toBe('Léa')
    const [event] = await scene.events()
    expect(event).toMatchObject({
      name: 'channel.connected',
      workspaceId: ws,
      subject: channel.id,
      data: { channelId: channel.id },
    })
    const items = await scene.everything()
    expect(items.find((item) => item.sk === 'audit')).toMatchObject({
      action: 'channel.connect',
      subject: channel.id,
      actor: { kind: 'user', id: 'user_1' },
    })
    expect(await polls()).toEqual([{ kind: 'poll', workspaceId: ws, channelId: channel.id, wakeAt: channel.createdAt }])
    const pointer = keys.account('chorus', channel.account.externalId, ws, channel.id)
    expect(items.find((item) => item.pk === pointer.pk && item.sk === pointer.sk)).toMatchObject({
      workspaceId: ws,
      channelId: channel.id,
    })
  })

  test('the same account twice names the channel it is', async () => {
    const credentials = chorus.account('@lea')
    const channel = await scene.connect(credentials)
    const again = await refusal(scene.connect(credentials))
    expect(again).toMatchObject({
      kind: 'conflict',
      code: 'already_connected',
      message: expect.stringContaining(channel.id),
    })
    expect((await scene.channels.list(ws, {}, { limit: 10 })).items).toHaveLength(1)
    expect(await eventNames()).toEqual(['channel.connected'])
  })

  test('the same account at the same moment is connected once', async () => {
    const credentials = chorus.account('@lea')
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => scene.connect(credentials)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect((await scene.channels.list(ws, {}, { limit: 10 })).items).toHaveLength(1)
  })

  test('another workspace may connect the same account, and neither sees the other’s', async () => {
    const credentials = chorus.account('@lea')
    const mine = await scene.connect(credentials)
    const theirs = await scene.connect(credentials, { workspaceId: 'ws_2' })
    expect(theirs.id).not.toBe(mine.id)
    const { channels } = scene
    const refused = await Promise.all(
      [
        channels.get('ws_2', mine.id),
        channels.update('ws_2', mine.id, actor, { name: 'x' }),
        channels.pause('ws_2', mine.id, actor),
        channels.resume('ws_2', mine.id, actor),
        channels.reconnect('ws_2', mine.id, actor, credentials),
        channels.remove('ws_2', mine.id, actor),
        channels.open('ws_2', mine.id, never),
      ].map(refusal),
    )
    for (const { kind, code } of refused) expect([kind, code]).toEqual(['not_found', 'not_found'])
    await channels.needsReconnect('ws_2', mine.id, 'no')
    expect(await channels.findMany('ws_2', [mine.id, theirs.id])).toEqual([undefined, theirs])
    expect(await channels.get(ws, mine.id)).toEqual(mine)
  })

  test('refused credentials write nothing, and do not look like a refused API key', async () => {
    chorus.account('@lea')
    const wrong = { server: chorus.url, access: 'wrong-s3cret', refresh: '' }
    const refused = await refusal(scene.connect(wrong))
    expect(refused).toMatchObject({ kind: 'unprocessable', code: 'credentials_refused' })
    expect(refused.message).not.toContain('s3cret')
    expect(await scene.everything()).toEqual([])
  })

  test('what is missing or unknown is pointed at, without a call', async () => {
    const looks = chorus.looks
    const refused = await refusal(
      scene.connect({ access: 7, refresh: 's3cret', acess: 's3cret' }, { settings: { tone: 'loud' } }),
    )
    expect(refused).toMatchObject({
      kind: 'unprocessable',
      code: 'validation_failed',
      problems: expect.arrayContaining([
        expect.objectContaining({ pointer: '/credentials/server' }),
        expect.objectContaining({ pointer: '/credentials/access' }),
        expect.objectContaining({ pointer: '/credentials/acess', code: 'unknown_field' }),
        expect.objectContaining({ pointer: '/settings/tone' }),
      ]),
    })
    expect(JSON.stringify(refused)).not.toContain('s3cret')
    expect(chorus.looks).toBe(looks)
  })

  test.each([
    ['http://127.0.0.1:1', 'unavailable', 'host_unreachable'],
    ['http://nowhere.invalid', 'unprocessable', 'host_unreachable'],
    ['http://169.254.169.254', 'unprocessable', 'host_blocked'],
    ['no address', 'unprocessable', 'host_unreachable'],
  ])('a server at %s is %s, %s', async (server, kind, code) => {
    expect(await refusal(scene.connect({ server, access: 'a', refresh: 'b' }))).toMatchObject({ kind, code })
    expect(await scene.everything()).toEqual([])
  })

  test.each(['google+', 'Google Plus', 'viadeo', 'MySpace', 'facebook groups', 'facebook-group'])(
    '%s answers what became of it',
    async (network) => {
      const nothing = { idempotency: undefined, status: 201, body: () => ({}) }
      const refused = await refusal(scene.channels.create(ws, actor, { network, credentials: {} }, nothing))
      expect(refused).toMatchObject({ kind: 'unprocessable', code: 'network_gone' })
      expect(refused.message).toMatch(/closed|took its|removed/)
    },
  )

  test('a call that is repeated with its key is not done twice', async () => {
    const one = chorus.account('@lea')
    const answer = { idempotency: { key: 'k', requestHash: 'h' }, status: 201, body: (channel: unknown) => channel }
    const made = await scene.channels.create(ws, actor, { network: 'chorus', credentials: one }, answer)
    const second = scene.channels.create(ws, actor, { network: 'chorus', credentials: chorus.account('@tom') }, answer)
    expect(await refusal(second)).toMatchObject({ code: 'idempotency_key_in_use' })
    const [record] = (await scene.everything()).filter((item) => item.sk === 'idempotency')
    expect(JSON.parse(String(record?.answer))).toEqual(made)
  })
})

describe('changing', () => {
  test('settings merge: what is not named stays, null goes back to the default', async () => {
    const channel = await scene.connect(chorus.account('@lea'), { settings: { tone: 'dry' } })
    const named = await scene.channels.update(ws, channel.id, actor, { settings: {} })
    expect(named.settings).toMatchObject({ tone: 'dry', server: chorus.url })
    const back = await scene.channels.update(ws, channel.id, actor, { settings: { tone: null } })
    expect(back.settings).toMatchObject({ tone: 'warm', server: chorus.url })
  })

  test('name and settings, against the version that was read', async () => {
    const channel = await scene.connect(chorus.account('@lea'))
    const next = await scene.channels.update(ws, channel.id, actor, { name: 'Shop', settings: { tone: 'dry' } }, 1)
    expect(next).toMatchObject({ name: 'Shop', settings: { tone: 'dry', server: chorus.url }, version: 2 })
    expect(await refusal(scene.channels.update(ws, channel.id, actor, { name: 'x' }, 1))).toMatchObject({
      kind: 'precondition_failed',
      code: 'stale_version',
    })
    expect(await scene.channels.get(ws, channel.id)).toEqual(next)
  })

  test('what connecting found out cannot be pointed elsewhere', async () => {
    const channel = await scene.connect(chorus.account('@lea'))
    const removal = { settings: { server: null } }
    expect(await refusal(scene.channels.update(ws, channel.id, actor, removal))).toMatchObject({
      problems: [{ pointer: '/settings/server', code: 'unknown_field' }],
    })
    const change = { settings: { server: 'https://thief.example' } }
    expect(await refusal(scene.channels.update(ws, channel.id, actor, change))).toMatchObject({
      code: 'validation_failed',
      problems: [{ pointer: '/settings/server', code: 'unknown_field' }],
    })
    expect(await refusal(scene.channels.update(ws, channel.id, actor, { settings: { tone: 1 } }))).toMatchObject({
      problems: [{ pointer: '/settings/tone' }],
    })
    expect(await scene.channels.get(ws, channel.id)).toEqual(channel)
  })

  test('changes at the same moment are all kept', async () => {
    const channel = await scene.connect(chorus.account('@lea'))
    await Promise.all([
      scene.channels.update(ws, channel.id, actor, { name: 'Shop' }),
      scene.channels.update(ws, channel.id, actor, { settings: { tone: 'dry' } }),
      scene.channels.pause(ws, channel.id, actor),
    ])
    expect(await scene.channels.get(ws, channel.id)).toMatchObject({
      name: 'Shop',
      settings: { tone: 'dry' },
      state: 'paused',
      version: 4,
    })
  })

  test('paused and resumed, each said once', async () => {
    const { id } = await scene.connect(chorus.account('@lea'))
    expect(await scene.channels.pause(ws, id, actor)).toMatchObject({
      state: 'paused',
      stateReason: english('Paused by Ana.'),
    })
    await scene.channels.pause(ws, id, actor)
    const resumed = await scene.channels.resume(ws, id, actor)
    expect(resumed.state).toBe('active')
    expect(resumed.stateReason).toBeUndefined()
    await scene.channels.resume(ws, id, actor)
    expect(await eventNames()).toEqual(['channel.connected', 'channel.paused', 'channel.resumed'])
  })

  test('listed by network and state, page by page', async () => {
    const made = [
      await scene.connect(chorus.account('@a')),
      await scene.connect(chorus.account('@b')),
      await scene.connect(chorus.account('@c')),
    ]
    const first = await scene.channels.list(ws, {}, { limit: 2 })
    expect(first.next).toBeDefined()
    const second = await scene.channels.list(
      ws,
      {},
      { limit: 2, ...(first.next === undefined ? {} : { start: first.next }) },
    )
    expect([...first.items, ...second.items].map((channel) => channel.id).toSorted()).toEqual(
      made.map((channel) => channel.id).toSorted(),
    )
    await scene.channels.pause(ws, made[1]?.id ?? '', actor)
    const paused = await scene.channels.list(ws, { state: 'paused' }, { limit: 10 })
    expect(paused.items.map((channel) => channel.account.handle)).toEqual(['@b'])
    expect((await scene.channels.list(ws, { network: 'other' }, { limit: 10 })).items).toEqual([])
  })
})

describe('when the network no longer takes the credentials', () => {
  test('it is said once, with its reason, and nothing can be opened', async () => {
    const { id } = await scene.connect(chorus.account('@lea'))
    await Promise.all(Array.from({ length: 4 }, () => scene.channels.needsReconnect(ws, id, 'Logged out.')))
    await scene.channels.needsReconnect(ws, id, 'Logged out again.')
    expect(await scene.channels.get(ws, id)).toMatchObject({ state: 'reconnect_needed', stateReason: 'Logged out.' })
    const said = (await scene.events()).filter((event) => event.name === 'channel.reconnect_needed')
    expect(said).toMatchObject([{ data: { channelId: id, reason: 'Logged out.', cause: expect.stringContaining(id) } }])
    expect(await refusal(scene.channels.open(ws, id, never))).toMatchObject({
      kind: 'unauthenticated',
      code: 'reconnect_needed',
    })
    expect(await refusal(scene.channels.resume(ws, id, actor))).toMatchObject({
      kind: 'conflict',
      code: 'reconnect_needed',
    })
  })

  test('new credentials of the same account make it send again', async () => {
    const first = chorus.account('@lea')
    const { id } = await scene.connect(first)
    await scene.channels.needsReconnect(ws, id, 'Logged out.')
    const account = chorus.accounts.get('@lea')
    if (account !== undefined) account.access = 'ACCESS-s3cret-new'
    const again = await scene.channels.reconnect(ws, id, actor, { ...first, access: 'ACCESS-s3cret-new' })
    expect(again).toMatchObject({ id, state: 'active' })
    expect(again.stateReason).toBeUndefined()
    const open = await scene.channels.open(ws, id, never)
    expect(open.call.credentials.current()).toMatchObject({ access: 'ACCESS-s3cret-new' })
    expect((await eventNames()).toSorted()).toEqual([
      'channel.connected',
      'channel.reconnect_needed',
      'channel.reconnected',
      'channel.resumed',
    ])
    const order = (await scene.events()).flatMap(({ name, sequence }) =>
      name === 'channel.connected' ? [] : [sequence],
    )
    expect(order.toSorted()).toEqual([2, 3, 3])
    await scene.channels.needsReconnect(ws, id, 'Once more.')
    const causes = (await scene.events()).flatMap((event) =>
      event.name === 'channel.reconnect_needed' ? [event.data] : [],
    )
    expect(new Set(causes.map((data) => JSON.stringify(data))).size).toBe(2)
  })

  test('credentials of another account are refused, and nothing changes', async () => {
    const channel = await scene.connect(chorus.account('@lea'))
    const refused = await refusal(scene.channels.reconnect(ws, channel.id, actor, chorus.account('@tom')))
    expect(refused).toMatchObject({ kind: 'conflict', code: 'other_account', message: expect.stringContaining('@tom') })
    expect(await scene.channels.get(ws, channel.id)).toEqual(channel)
    const { call } = await scene.channels.open(ws, channel.id, never)
    expect(call.account.handle).toBe('@lea')
  })

  test('a pause outlives it', async () => {
    const credentials = chorus.account('@lea')
    const { id } = await scene.connect(credentials)
    await scene.channels.pause(ws, id, actor)
    await scene.channels.needsReconnect(ws, id, 'Logged out.')
    expect((await scene.channels.reconnect(ws, id, actor, credentials)).state).toBe('paused')
    await scene.channels.resume(ws, id, actor)
    await scene.channels.needsReconnect(ws, id, 'Logged out.')
    await scene.channels.pause(ws, id, actor)
    expect((await scene.channels.reconnect(ws, id, actor, credentials)).state).toBe('paused')
    expect((await eventNames()).filter((name) => name === 'channel.resumed')).toHaveLength(1)
    expect((await eventNames()).filter((name) => name === 'channel.reconnected')).toHaveLength(2)
  })
})

describe('disconnecting', () => {
  test('forgets everything but the history, and the account can be connected again', async () => {
    const credentials = chorus.account('@lea')
    const { id } = await scene.connect(credentials)
    await scene.channels.remove(ws, id, actor, 1)
    expect(await refusal(scene.channels.get(ws, id))).toMatchObject({ code: 'not_found' })
    expect(await refusal(scene.channels.open(ws, id, never))).toMatchObject({ code: 'not_found' })
    expect(await refusal(scene.channels.remove(ws, id, actor))).toMatchObject({ code: 'not_found' })
    expect((await scene.channels.list(ws, {}, { limit: 10 })).items).toEqual([])
    const left = (await scene.everything()).map((item) => item.sk)
    expect(left.filter((sk) => sk !== 'event' && sk !== 'audit')).toEqual([])
    expect(await eventNames()).toEqual(['channel.connected', 'channel.deleted'])
    expect(await polls()).toEqual([])
    expect((await scene.connect(credentials)).id).not.toBe(id)
  })

  test('not if it changed since it was read', async () => {
    const { id } = await scene.connect(chorus.account('@lea'))
    await scene.channels.pause(ws, id, actor)
    expect(await refusal(scene.channels.remove(ws, id, actor, 1))).toMatchObject({ code: 'stale_version' })
    expect((await scene.channels.get(ws, id)).state).toBe('paused')
  })
})
