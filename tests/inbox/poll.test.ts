import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Channel } from '../../shared/channels/index.ts'
import { duePartition, dueShards } from '../../shared/scheduling/index.ts'
import { MastodonSimulator } from '../simulators/mastodon.ts'
import { type House, startHouse } from './house.ts'
import { events } from './support.ts'

const pollItem = z.object({ wakeAt: z.string(), cursor: z.string().optional(), failures: z.number().default(0) })
const actor = { kind: 'user', id: 'user_1', name: 'Ana' } as const
const second = 1000

let house: House
let mastodon: MastodonSimulator
let owner: { id: string; token: string }
let channel: Channel

beforeAll(async () => {
  house = await startHouse('polling')
  owner = await house.workspace()
})
afterAll(() => house.stop())
beforeEach(async () => {
  mastodon = await new MastodonSimulator().start()
  channel = await house.connect(owner.id, mastodon)
  return () => mastodon.stop()
})

const poll = async () => {
  const item = await house.table.get(keys.poll(owner.id, channel.id), pollItem)
  if (item === undefined) throw new Error('no poll')
  return item
}
/** A message of the queue; `wakeAt` as it stands if it is not said. */
const wake = async (wakeAt?: string) => {
  const { handler } = await import('../../functions/consumers/poll.ts')
  const body = JSON.stringify({
    kind: 'poll',
    workspaceId: owner.id,
    channelId: channel.id,
    wakeAt: wakeAt ?? (await poll()).wakeAt,
  })
  return handler({ Records: [{ messageId: 'm', body }] })
}
const texts = async () => {
  const { mentions } = await import('../../functions/containers/mentions.ts')
  const { items } = await mentions().list(owner.id, { channelId: channel.id }, { limit: 100 })
  return items.map((mention) => mention.text)
}
/** Whether the next tick would find it. */
const waiting = async () => {
  const found = await Promise.all(
    Array.from({ length: dueShards }, (_, shard) =>
      house.table.query({ index: 'wake', pk: duePartition('poll', shard) }, z.object({ wakeSk: z.string() })),
    ),
  )
  return found.flatMap((page) => page.items).filter((item) => item.wakeSk.includes(channel.id)).length
}
const reads = () => mastodon.journal.filter((entry) => entry.path.includes('notifications')).length
const inFuture = async () => Date.parse((await poll()).wakeAt) - Date.now()
const channels = async () => (await import('../../functions/containers/channels.ts')).channels()

describe('polling', () => {
  it('brings what came, each thing once, over any number of polls', async () => {
    await mastodon.mention('premier')
    await wake()
    expect(await texts()).toEqual([expect.stringContaining('premier')])
    mastodon.pageSize = 2
    for (const word of ['deux', 'trois', 'quatre', 'cinq', 'six']) await mastodon.directMessage(word)
    await wake()
    // A small page does not look full to the connector: the next polls bring the rest.
    for (let i = 0; i < 4; i++) await wake()
    expect(await texts()).toHaveLength(6)
    await wake()
    expect(await texts()).toHaveLength(6)
    expect(
      (await events(house.engine, house.table, owner.id)).filter(
        (event) => event.name === 'mention.created' && Object(event.data).channelId === channel.id,
      ),
    ).toHaveLength(6)
    expect(mastodon.violations).toEqual([])
  })

  it('keeps what cannot be read as an item that says so, once, with its raw form, and goes on behind it', async () => {
    mastodon.spoiled = true
    await mastodon.mention('lisible')
    for (let i = 0; i < 3; i++) await wake()
    const { mentions } = await import('../../functions/containers/mentions.ts')
    const { items } = await mentions().list(owner.id, { channelId: channel.id }, { limit: 100 })
    expect(items).toHaveLength(2)
    expect(items.map(({ text }) => text)).toContainEqual(expect.stringContaining('lisible'))
    const unreadable = items.find((one) => one.unreadable !== undefined)
    expect(unreadable).toMatchObject({ externalId: 'broken', unreadable: { contentType: 'application/json' } })
    const raw = await mentions().raw(owner.id, unreadable?.id ?? '')
    expect(JSON.parse(Buffer.from(raw?.bytes ?? []).toString())).toMatchObject({ id: 'broken' })
    expect((await poll()).failures).toBe(0)
    mastodon.spoiled = false
    await mastodon.mention('ensuite')
    await wake()
    expect(await texts()).toContainEqual(expect.stringContaining('ensuite'))
  })

  it('asks every minute while something comes, and ever more rarely up to 15 minutes while nothing does', async () => {
    await mastodon.mention('bonjour')
    const waits: number[] = []
    for (let i = 0; i < 7; i++) {
      await wake()
      waits.push(Math.round((await inFuture()) / (60 * second)))
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15])
    await mastodon.mention('encore')
    await wake()
    expect(Math.round((await inFuture()) / (60 * second))).toBe(1)
  })

  it('drops a message that is older than the item, and two at once ask once', async () => {
    const { wakeAt } = await poll()
    const before = reads()
    await Promise.all([wake(wakeAt), wake(wakeAt), wake(wakeAt)])
    expect(reads()).toBe(before + 1)
    await wake(wakeAt)
    expect(reads()).toBe(before + 1)
  })

  it('leaves the wake-up alone that somebody else set while it asked', async () => {
    await mastodon.mention('bonjour')
    mastodon.fault({ kind: 'slow', on: 'any', ms: 400 })
    const polling = wake()
    while (reads() === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    await (await channels()).reconnect(owner.id, channel.id, actor, mastodon.access().credentials)
    const { wakeAt } = await poll()
    await polling
    expect((await poll()).wakeAt).toBe(wakeAt)
    await wake()
    expect(await texts()).toHaveLength(1)
  })

  it('loses nothing when the function dies after storing and before moving the cursor', async () => {
    await mastodon.mention('avant')
    await wake()
    const { cursor } = await poll()
    await mastodon.mention('pendant')
    await wake()
    // As if the last writes had never come: the lease ends, the old cursor stands.
    const lease = new Date(Date.now() - second).toISOString()
    await house.table.write({ update: keys.poll(owner.id, channel.id), set: { cursor, wakeAt: lease } })
    await wake()
    expect(await texts()).toHaveLength(2)
  })

  it('waits as long as the network asks', async () => {
    mastodon.fault({ kind: 'limited', on: 'any', wait: 'seconds', seconds: 3600 })
    expect((await wake()).batchItemFailures).toEqual([])
    expect(await inFuture()).toBeGreaterThan(55 * 60 * second)
    expect(await waiting()).toBe(1)
  })

  it('tries again after a failure, later each time, and goes on from where it was', async () => {
    await mastodon.mention('malgré tout')
    const waits: number[] = []
    for (let i = 0; i < 3; i++) {
      mastodon.fault({ kind: 'server_error', on: 'any', status: 502 })
      await wake()
      waits.push(Math.round((await inFuture()) / (60 * second)))
    }
    expect(waits).toEqual([2, 4, 8])
    expect(await waiting()).toBe(1)
    await wake()
    expect(await texts()).toEqual([expect.stringContaining('malgré tout')])
    expect((await poll()).failures).toBe(0)
  })

  it('stops when the credentials are dead, says so once, and goes on when they are given anew', async () => {
    await mastodon.mention('avant')
    await wake()
    mastodon.expireToken()
    await mastodon.mention('entre-temps')
    await wake()
    expect((await (await channels()).find(owner.id, channel.id))?.state).toBe('reconnect_needed')
    expect(await waiting()).toBe(0)
    const told = (await events(house.engine, house.table, owner.id)).filter((event) => event.subject === channel.id)
    expect(told.map((event) => event.name).filter((name) => name === 'channel.reconnect_needed')).toHaveLength(1)
    await (await channels()).reconnect(owner.id, channel.id, actor, mastodon.access().credentials)
    expect(await waiting()).toBe(1)
    await wake()
    expect(await texts()).toEqual([expect.stringContaining('entre-temps'), expect.stringContaining('avant')])
  })

  it('listens on while sending is paused, and no more once the channel is gone', async () => {
    await (await channels()).pause(owner.id, channel.id, actor)
    await mastodon.mention('pause')
    await wake()
    expect(await texts()).toHaveLength(1)
    const { wakeAt } = await poll()
    await (await channels()).remove(owner.id, channel.id, actor)
    expect((await wake(wakeAt)).batchItemFailures).toEqual([])
    expect(await waiting()).toBe(0)
    expect(await house.table.get(keys.poll(owner.id, channel.id), z.unknown())).toBeUndefined()
  })
})
