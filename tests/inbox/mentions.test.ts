import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import type { Channel } from '../../shared/channels/channel.ts'
import { Mentions } from '../../shared/inbox/index.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import type { InboundEvent } from '../../shared/networks/network.ts'
import { Engine } from '../support/engine.ts'
import { base, comment, events, everything, someChannel } from './support.ts'

let engine: Engine
let table: Table
let mentions: Mentions

beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('inbox')
  mentions = new Mentions({ table, clock: systemClock, random: systemRandom, retentionOf: async () => undefined })
})
afterAll(() => engine.stop())

const all = async (channel: Channel) => (await mentions.list(channel.workspaceId, {}, { limit: 100 })).items

/** What a user sees, but for what differs from run to run. */
const shown = async (channel: Channel) =>
  (await all(channel)).map(
    ({ id: _, workspaceId: __, channelId: ___, receivedAt: ____, version: _____, ...rest }) => rest,
  )

const eventNames = async (channel: Channel) =>
  (await events(engine, table, channel.workspaceId)).map((event) => event.name)

const life: InboundEvent[] = [
  comment('c1'),
  comment('c1', { action: 'edited', at: base + 60_000, text: 'Vous ouvrez dimanche matin ?' }),
  comment('c1', { action: 'edited', at: base + 120_000, text: 'Et lundi ?' }),
  comment('c1', { action: 'hidden', at: base + 180_000, text: undefined, author: undefined }),
  comment('c1', { action: 'unhidden', at: base + 240_000, text: undefined, author: undefined }),
]
const deletion = comment('c1', { action: 'deleted', at: base + 300_000, text: undefined, author: undefined })

describe('Mentions', () => {
  it('keeps a comment with what it answers, and says so once', async () => {
    const channel = someChannel()
    await table.write({
      put: {
        ...keys.live(channel.workspaceId, channel.id, 'page-1_55'),
        publicationId: 'pub_00000000000000000000000001',
      },
    })
    expect(await mentions.apply(channel, comment('c1'))).toBe('stored')
    expect(await mentions.apply(channel, comment('c1'))).toBe('unchanged')
    const [mention, ...others] = await all(channel)
    expect(others).toEqual([])
    expect(mention).toMatchObject({
      kind: 'comment',
      state: 'visible',
      text: 'Vous ouvrez dimanche ?',
      author: { name: 'Ana' },
      publicationId: 'pub_00000000000000000000000001',
      occurredAt: '2026-11-02T08:00:00.000Z',
      version: 1,
    })
    expect(await mentions.find(channel.workspaceId, mention?.id ?? '')).toEqual(mention)
    expect(await eventNames(channel)).toEqual(['mention.created'])
  })

  it('ends the same whatever the order and the number of the deliveries', async () => {
    const orders = fc.tuple(fc.boolean(), fc.nat({ max: 3 })).chain(([deleted, repeats]) => {
      const once = deleted ? [...life, deletion] : life
      return fc
        .shuffledSubarray([...once, ...once.slice(0, repeats)], { minLength: once.length + repeats })
        .map((order) => ({ deleted, order }))
    })
    const expected = new Map<boolean, unknown>()
    await fc.assert(
      fc.asyncProperty(orders, async ({ deleted, order }) => {
        const channel = someChannel()
        for (const event of order) await mentions.apply(channel, event)
        const seen = await shown(channel)
        if (!expected.has(deleted)) expected.set(deleted, seen)
        expect(seen).toEqual(expected.get(deleted))
      }),
      { numRuns: 60 },
    )
    const common = {
      occurredAt: '2026-11-02T08:00:00.000Z',
      author: { externalId: 'psid-7', handle: 'ana', name: 'Ana' },
    }
    expect(expected.get(false)).toEqual([expect.objectContaining({ ...common, state: 'visible', text: 'Et lundi ?' })])
    expect(expected.get(true)).toEqual([expect.objectContaining({ ...common, state: 'deleted' })])
    expect(JSON.stringify(expected.get(true))).not.toContain('lundi')
  })

  it('ends the same when deliveries are taken in side by side', async () => {
    const channel = someChannel()
    await Promise.all([...life, ...life].map((event) => mentions.apply(channel, event)))
    expect(await shown(channel)).toEqual([expect.objectContaining({ state: 'visible', text: 'Et lundi ?' })])
  })

  it('does not show what was deleted before it came, nor tell of it', async () => {
    const channel = someChannel()
    await mentions.apply(channel, deletion)
    expect(await all(channel)).toEqual([])
    await mentions.apply(channel, comment('c1'))
    expect((await all(channel)).map(({ state, text }) => ({ state, text }))).toEqual([
      { state: 'deleted', text: undefined },
    ])
    expect(await eventNames(channel)).toEqual([])
  })

  it('takes the text of a deleted comment out of the storage, not only out of the answer', async () => {
    const channel = someChannel()
    const secret = `private-${channel.id}`
    await mentions.apply(channel, comment('c9', { text: secret }))
    await mentions.apply(channel, comment('c9', { action: 'edited', at: base + 5, text: `${secret} again` }))
    expect(JSON.stringify(await everything(engine, table))).toContain(secret)
    await mentions.apply(channel, comment('c9', { action: 'deleted', at: base + 10, text: undefined }))
    expect(JSON.stringify(await everything(engine, table))).not.toContain(secret)
  })

  it('tells of each change once, in growing sequence', async () => {
    const channel = someChannel()
    for (const event of [...life, ...life, deletion, deletion]) await mentions.apply(channel, event)
    const told = await events(engine, table, channel.workspaceId)
    const ordered = told.toSorted((a, b) => a.sequence - b.sequence)
    expect(ordered.map((event) => event.name)).toEqual([
      'mention.created',
      ...Array(4).fill('mention.updated'),
      'mention.deleted',
    ])
    expect(new Set(told.map((event) => event.sequence)).size).toBe(6)
    expect(JSON.stringify(told)).not.toContain('dimanche')
  })

  it('is not told by its own words that come back, nor by reactions', async () => {
    const channel = someChannel()
    const own = { externalId: 'page-1', handle: 'boulangerie', name: 'Boulangerie' }
    expect(await mentions.apply(channel, comment('own', { author: own }))).toBe('ignored')
    const group = { ...channel, account: { ...channel.account, alsoKnownAs: ['group-1'] } }
    const asGroup = { externalId: 'group-1', handle: 'boulangerie', name: 'Boulangerie' }
    expect(await mentions.apply(group, comment('own', { author: asGroup }))).toBe('ignored')
    expect(await mentions.apply(channel, comment('like', { kind: 'reaction' }))).toBe('ignored')
    expect(await mentions.apply(channel, comment('state', { kind: 'post_state' }))).toBe('ignored')
    expect(await all(channel)).toEqual([])
  })

  it('gives two workspaces with the same Page each a mention of their own', async () => {
    const [one, two] = [someChannel(), someChannel()]
    await mentions.apply(one, comment('c1'))
    await mentions.apply(two, comment('c1'))
    const [a] = await all(one)
    const [b] = await all(two)
    expect(a?.id).not.toBe(b?.id)
    expect(await mentions.find(two.workspaceId, a?.id ?? '')).toBeUndefined()
  })

  it('lists by channel, kind, state and time, newest first, page by page', async () => {
    const channel = someChannel()
    const other = someChannel({ workspaceId: channel.workspaceId })
    for (let i = 0; i < 7; i++)
      await mentions.apply(
        channel,
        comment(`c${i}`, { at: base + i * 1000, kind: i % 2 === 0 ? 'comment' : 'direct_message' }),
      )
    await mentions.apply(channel, comment('c6', { action: 'hidden', at: base + 9000 }))
    await mentions.apply(other, comment('o1', { at: base + 500 }))
    const ids = async (filter: object) => {
      const found: string[] = []
      let start: Record<string, string> | undefined
      do {
        const page = await mentions.list(channel.workspaceId, filter, { limit: 2, ...(start && { start }) })
        found.push(...page.items.map((mention) => mention.externalId))
        start = page.next
      } while (start !== undefined)
      return found
    }
    expect(await ids({})).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'c1', 'o1', 'c0'])
    expect(await ids({ channelId: other.id })).toEqual(['o1'])
    expect(await ids({ kind: 'direct_message' })).toEqual(['c5', 'c3', 'c1'])
    expect(await ids({ state: 'hidden' })).toEqual(['c6'])
    const at = (ms: number) => new Date(base + ms).toISOString()
    expect(await ids({ from: at(2000), to: at(5000) })).toEqual(['c4', 'c3', 'c2'])
  })

  it('bounds what it stores, and refuses what cannot be a key', async () => {
    const channel = someChannel()
    await mentions.apply(channel, comment('long', { text: '😀'.repeat(300_000), url: 'javascript:alert(1)' }))
    const [mention] = await all(channel)
    expect(mention?.text?.length).toBeLessThanOrEqual(20_000)
    expect(mention?.text?.isWellFormed()).toBe(true)
    expect(mention?.url).toBeUndefined()
    await expect(mentions.apply(channel, comment('x'.repeat(3_000)))).rejects.toThrow(z.ZodError)
    await expect(mentions.apply(channel, comment('nan', { at: Number.NaN }))).rejects.toThrow(z.ZodError)
  })
})
