import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { Table } from '../../shared/aws/table.ts'
import { iso } from '../../shared/kernel/clock.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { claim, due, recordKey, type WakeTarget } from '../../shared/scheduling/index.ts'
import { releaseLeases } from '../../shared/scheduling/release-leases.ts'
import { Seeded } from '../simulation/seeded.ts'
import { VirtualClock } from '../simulation/virtual-clock.ts'
import { Engine } from '../support/engine.ts'

const start = Date.UTC(2026, 10, 30, 9)
const workspaceId = 'ws_1'
const targets: readonly WakeTarget[] = [
  { kind: 'publication', workspaceId, publicationId: 'pub_1' },
  { kind: 'delivery', workspaceId, endpointId: 'hook_1', deliveryId: 'del_1' },
  { kind: 'poll', workspaceId, channelId: 'chan_1' },
  { kind: 'publication_collection', workspaceId, publicationId: 'pub_1' },
  { kind: 'channel_collection', workspaceId, channelId: 'chan_1' },
  { kind: 'issue', workspaceId, issueKey: 'pub_1' },
  { kind: 'leftover', workspaceId, publicationId: 'pub_1', sequence: 3 },
]
const item = z.object({ wakeAt: z.string().optional(), wakeSk: z.string().optional(), done: z.boolean().optional() })
const log = jsonLog(() => {})
let engine: Engine
let tables = 0

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

async function scene() {
  const name = `leases-${tables++}`
  await engine.table(name)
  const clock = new VirtualClock(start)
  return { clock, log, table: new Table(engine.client(), name, clock, new Seeded(1)) }
}

describe('leases of a process that is dead', () => {
  it.each(targets)('are over at once for $kind, and its own late writes do nothing', async (target) => {
    const { clock, table } = await scene()
    const parts = { clock, table, log }
    await table.write({ put: { ...recordKey(target), ...due(target, start, start).set } })
    const held = await claim(parts, { ...target, wakeAt: iso(start) }, item, { leaseMs: 100_000 })
    clock.advance(start + 7_000)
    expect(await releaseLeases(parts)).toBe(1)
    const { wakeAt, wakeSk } = (await table.get(recordKey(target), item)) ?? {}
    expect([wakeAt, wakeSk?.startsWith(`${iso(start + 7_000)}#`)]).toEqual([iso(start + 7_000), true])
    expect((await table.write(held?.lease.ending(undefined, { set: { done: true } }) ?? fail())).ok).toBe(false)
    expect(await claim(parts, { ...target, wakeAt: iso(start + 7_000) }, item, { leaseMs: 1_000 })).toBeDefined()
  })

  it('leave what only waits where it is', async () => {
    const { clock, table } = await scene()
    for (const target of targets)
      await table.write({ put: { ...recordKey(target), ...due(target, start + 60_000, start).set } })
    expect(await releaseLeases({ clock, table })).toBe(0)
    for (const target of targets)
      expect(await table.get(recordKey(target), item)).toMatchObject({ wakeAt: iso(start + 60_000) })
  })

  it('of a renewal of credentials are over at once', async () => {
    const { clock, table } = await scene()
    const target = { kind: 'credentials', workspaceId, channelId: 'chan_1' } as const
    const waiting = due(target, start + 30 * 86_400_000, start).set
    await table.write({ put: { ...recordKey(target), ...waiting, leaseOwner: 'dead', leaseUntil: start + 60_000 } })
    expect(await releaseLeases({ clock, table })).toBe(1)
    const after = await table.get(recordKey(target), z.object({ leaseUntil: z.number(), wakeSk: z.string() }))
    expect(after).toEqual({ leaseUntil: start, wakeSk: waiting.wakeSk })
  })
})

function fail(): never {
  throw new Error('it was not claimed')
}
