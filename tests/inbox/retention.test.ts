import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import type { OpenChannel } from '../../shared/channels/index.ts'
import { Actions, Mentions } from '../../shared/inbox/index.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { Engine } from '../support/engine.ts'
import { Parrot } from './parrot.ts'
import { base, comment, everything, someChannel } from './support.ts'

const hour = 3_600_000
const limit = { hours: 48, profileHours: 24 }

let engine: Engine
let tables = 0
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

async function scene() {
  const clock = { at: base + 10_000, now: () => clock.at, sleep: async () => {} }
  const table: Table = await engine.table(`retention-${++tables}`, clock)
  const channel = someChannel({ network: 'parrot' })
  const parts = { table, clock, random: systemRandom }
  const mentions = new Mentions({ ...parts, retentionOf: async () => limit })
  const parrot = new Parrot()
  const actions = new Actions({
    ...parts,
    log: { info() {}, warn() {}, error() {} },
    connectorOf: async () => parrot.connector as never,
    channels: {
      find: async () => channel,
      needsReconnect: async () => {},
      open: async () =>
        ({ channel, connector: parrot.connector, call: {}, exchanges: () => [] }) as unknown as OpenChannel,
    },
  })
  const list = async () => (await mentions.list(channel.workspaceId, {}, { limit: 10 })).items
  const answer = async (id: string) =>
    actions.take(
      channel.workspaceId,
      id,
      { action: 'reply', text: 'Merci', byHand: false },
      { actor: { kind: 'user', id: 'user_1', name: 'Ana' }, idempotency: undefined, writes: () => [] },
    )
  return { clock, table, channel, mentions, parrot, answer, list }
}

/** Whether the engine would still hold a word at this instant: an item is deleted once its `expiresAt` is past. */
async function held(table: Table, at: number): Promise<string> {
  const items = await everything(engine, table)
  return JSON.stringify(items.filter(({ expiresAt }) => typeof expiresAt !== 'number' || expiresAt * 1000 > at))
}

describe('a network whose terms limit how long', () => {
  it('who wrote it is gone after its time, and not answered a moment longer', async () => {
    const { clock, table, channel, mentions, list } = await scene()
    await mentions.apply(channel, comment('c1'))
    const [mention] = await list()
    expect(mention).toMatchObject({ author: { name: 'Ana' }, keptUntil: '2026-11-04T08:00:10.000Z' })
    expect(await mentions.find(channel.workspaceId, mention?.id ?? '')).toEqual(mention)
    expect(await held(table, clock.at)).toContain('psid-7')
    clock.at += 24 * hour - 1
    expect((await list())[0]?.author?.name).toBe('Ana')
    clock.at += 1
    expect((await list())[0]).toMatchObject({ text: 'Vous ouvrez dimanche ?' })
    expect((await list())[0]).not.toHaveProperty('author')
    expect(await held(table, clock.at)).not.toMatch(/psid-7|"Ana"/)
  })

  it('the whole is gone after its time, and does not begin again when it is told once more', async () => {
    const { clock, table, channel, mentions, list, answer } = await scene()
    await mentions.apply(channel, comment('c1'))
    const [mention] = await list()
    await answer(mention?.id ?? '')
    clock.at += 48 * hour - 1_000
    expect(await list()).toHaveLength(1)
    clock.at += 1_000
    expect(await list()).toEqual([])
    expect(await mentions.find(channel.workspaceId, mention?.id ?? '')).toBeUndefined()
    await expect(answer(mention?.id ?? '')).rejects.toMatchObject({ code: 'not_found' })
    expect(await held(table, clock.at)).not.toMatch(/psid-7|dimanche|Merci/)
    expect(await mentions.apply(channel, comment('c1', { action: 'edited', at: base + 5 }))).toBe('ignored')
    // Also once the engine has deleted it.
    await table.write({ delete: keys.mention(channel.workspaceId, mention?.id ?? '') })
    expect(await mentions.apply(channel, comment('c1', { action: 'edited', at: base + 9 }))).toBe('ignored')
    expect(await list()).toEqual([])
  })

  it('its time begins when it first came, whatever is told of it later', async () => {
    const { clock, table, channel, mentions, list } = await scene()
    await mentions.apply(channel, comment('c1'))
    clock.at += 23 * hour
    await mentions.apply(channel, comment('c1', { action: 'edited', at: base + 60_000, text: 'Et lundi ?' }))
    const renamed = { externalId: 'psid-7', handle: 'ana', name: 'Ana B.' }
    await mentions.apply(channel, comment('c1', { action: 'edited', at: base + 90_000, author: renamed, text: 'Et ?' }))
    expect((await list())[0]).toMatchObject({ text: 'Et ?', author: { name: 'Ana B.' } })
    clock.at += hour
    expect((await list())[0]).not.toHaveProperty('author')
    const married = { ...renamed, name: 'Ana C.' }
    await mentions.apply(channel, comment('c1', { action: 'edited', at: base + 99_000, author: married }))
    expect(JSON.stringify(await everything(engine, table))).not.toContain('Ana C.')
    expect(await held(table, clock.at)).not.toMatch(/psid-7/)
    clock.at += 24 * hour
    expect(await list()).toEqual([])
  })

  it('whoever answers in time answers who wrote it', async () => {
    const { channel, mentions, parrot, answer, list } = await scene()
    await mentions.apply(channel, comment('c1'))
    await answer((await list())[0]?.id ?? '')
    expect(parrot.asked[0]?.target.author?.externalId).toBe('psid-7')
    expect((await list())[0]).toMatchObject({ answered: true, author: { name: 'Ana' } })
  })

  it('the same deliveries in another order leave the same author', async () => {
    const later = { externalId: 'psid-7', handle: 'ana', name: 'Ana B.' }
    const told = [comment('c1'), comment('c1', { action: 'edited', at: base + 5_000, author: later })]
    for (const order of [told, told.toReversed(), [...told, ...told]]) {
      const { channel, mentions, list } = await scene()
      for (const event of order) await mentions.apply(channel, event)
      expect((await list())[0]?.author?.name).toBe('Ana B.')
    }
  })
})
