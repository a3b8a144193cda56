import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Message } from '../../shared/aws/queue.ts'
import { Table } from '../../shared/aws/table.ts'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { isOverdueAgain } from '../../shared/scheduling/backoff.ts'
import { dueAttributes, readDueKey, shardOf } from '../../shared/scheduling/due-index.ts'
import { claim, enqueueSoon, Quarantined } from '../../shared/scheduling/index.ts'
import { listQuarantined, releaseQuarantined } from '../../shared/scheduling/quarantine.ts'
import { readShard } from '../../shared/scheduling/tick.ts'
import { wakeMessages } from '../../shared/scheduling/wake-message.ts'
import { Seeded } from '../simulation/seeded.ts'
import { VirtualClock } from '../simulation/virtual-clock.ts'
import { Engine } from '../support/engine.ts'

const start = Date.UTC(2026, 10, 30, 9)
const workspaceId = 'ws_01JDTEST0000000000000000000'
let engine: Engine
let tables = 0

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

/** One shard of the publish queue, in virtual time. */
class Shard {
  readonly clock = new VirtualClock(start)
  readonly random = new Seeded(3)
  readonly sent: { readonly id: string; readonly at: number }[] = []
  readonly lines: string[] = []
  /** How many of the next calls of the queue fail. */
  failing = 0
  readonly table: Table

  constructor(name: string) {
    this.table = new Table(engine.client(), name, this.clock, this.random)
  }

  static async open(): Promise<Shard> {
    const name = `ticks-${tables++}`
    await engine.table(name)
    return new Shard(name)
  }

  readonly log = jsonLog((line) => this.lines.push(line))
  readonly queue = {
    send: async (messages: readonly Message[]) => {
      if (this.failing > 0) {
        this.failing--
        throw new Error('the queue is down')
      }
      for (const { body, delaySeconds } of messages) {
        const { publicationId } = wakeMessages.publication.parse(body)
        this.sent.push({ id: publicationId, at: this.clock.now() + (delaySeconds ?? 0) * 1000 })
      }
    },
  }

  /** A record that is due at `dueMs`; `enqueues`: its writer puts the message on the queue. */
  async write(publicationId: string, dueMs: number, enqueues = false): Promise<void> {
    const message = { kind: 'publication', workspaceId, publicationId, wakeAt: iso(dueMs) } as const
    await this.table.write({
      put: {
        ...keys.publication(workspaceId, publicationId),
        wakeAt: message.wakeAt,
        ...dueAttributes(message, this.clock.now(), enqueues),
        wakePk: 'wake#publication#0',
      },
    })
    if (enqueues) await enqueueSoon(this, [message])
  }

  async tick() {
    const { queue, table, clock, log } = this
    const queues = { publication: queue, delivery: queue, poll: queue, collection: queue, letter: queue }
    const reading = readShard({ table, clock, log, queues }, { queue: 'publication', shard: 0 })
    let done = false
    void reading.then(
      () => (done = true),
      () => (done = true),
    )
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!done && clock.next() !== Number.POSITIVE_INFINITY) {
        clock.advance(clock.next())
        clock.wakeOne()
      }
    }
    return reading
  }

  times(id: string): number[] {
    return this.sent.filter((one) => one.id === id).map(({ at }) => at)
  }
}

describe('a tick', () => {
  it('enqueues every record before its instant, and never three times, at gaps of 0 to 119 s', async () => {
    const shard = await Shard.open()
    const { clock, random } = shard
    const due = new Map<string, number>()
    for (let n = 0; n < 60; n++) {
      // ticks come early and late, twice at once, and up to 119 s apart
      await shard.tick()
      const gap = random.pick([0, 1, 30, 60, 60, 60, 118, 119, 119, random.int(0, 119)]) * 1000
      for (let written = 0; written < 3; written++) {
        const id = `pub_${n}_${written}`
        const inMs = random.pick([10_000, 59_000, 119_000, 121_000, 200_000, 239_000, 241_000, 400_000, 900_000])
        due.set(id, clock.now() + inMs)
        await shard.write(id, clock.now() + inMs, inMs <= 240_000)
      }
      const claimed = [...due].filter(([, at]) => at <= clock.now() + gap)
      clock.advance(clock.now() + gap)
      // what came by its instant is claimed then: it leaves the index
      for (const [id, at] of claimed) {
        expect(shard.times(id).some((sent) => sent <= at)).toBe(true)
        expect(shard.times(id).length).toBeLessThan(3)
        await shard.table.write({
          update: keys.publication(workspaceId, id),
          set: {},
          remove: ['wakePk', 'wakeSk', 'wakeAt'],
        })
        due.delete(id)
      }
    }
    expect(shard.sent.length).toBeGreaterThan(100)
  })

  it('enqueues again what it lost: once more before the instant, whatever the gaps', async () => {
    for (const gaps of [
      [119, 119, 119],
      [60, 60, 60, 60],
      [1, 119, 119],
      [118, 1, 119],
    ]) {
      const shard = await Shard.open()
      const dueMs = start + 239_500
      await shard.write('pub_lost', dueMs)
      await shard.tick()
      expect(shard.times('pub_lost')).toHaveLength(1)
      for (const gap of gaps) {
        shard.clock.advance(shard.clock.now() + gap * 1000)
        if (shard.clock.now() < dueMs) await shard.tick()
      }
      expect(shard.times('pub_lost')).toHaveLength(2)
      expect(shard.times('pub_lost').every((at) => at <= dueMs)).toBe(true)
    }
  })

  it('makes up for a writer that died before it enqueued: at the next tick before the instant, else 15 s after it', async () => {
    const shard = await Shard.open()
    await shard.tick()
    const message = {
      kind: 'publication',
      workspaceId,
      publicationId: 'pub_died',
      wakeAt: iso(start + 100_000),
    } as const
    await shard.table.write({
      put: {
        ...keys.publication(workspaceId, 'pub_died'),
        ...dueAttributes(message, start, true),
        wakePk: 'wake#publication#0',
      },
    })
    shard.clock.advance(start + 60_000)
    await shard.tick()
    expect(shard.times('pub_died')).toEqual([start + 99_000])
    shard.clock.advance(start + 116_000)
    await shard.tick()
    expect(shard.times('pub_died')).toEqual([start + 99_000, start + 116_000])
  })

  it('tries a queue that fails again, and moves its cursor only once the queue took everything', async () => {
    const shard = await Shard.open()
    await shard.write('pub_a', start + 200_000)
    shard.failing = 2
    await shard.tick()
    expect(shard.times('pub_a')).toHaveLength(1)
    await shard.write('pub_b', start + 230_000)
    shard.failing = 50
    await expect(shard.tick()).rejects.toThrow('the queue is down')
    shard.failing = 0
    expect(shard.times('pub_b')).toEqual([])
    await shard.tick()
    expect(shard.times('pub_b')).toHaveLength(1)
  })

  it('backs off from what nobody claims: 40 messages in its first day at most, not 1,440', async () => {
    const shard = await Shard.open()
    await shard.write('pub_stuck', start + 1_000)
    for (let minute = 0; minute < 24 * 60; minute++) {
      shard.clock.advance(start + minute * 60_000)
      await shard.tick()
    }
    const times = shard.times('pub_stuck')
    expect(times.length).toBeGreaterThan(8)
    expect(times.length).toBeLessThan(25)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(gaps.at(-1)).toBeGreaterThan(2 * 3_600_000)
  })

  it('counts what has been due for five minutes', async () => {
    const shard = await Shard.open()
    await shard.write('pub_stuck', start + 1_000)
    expect(await shard.tick()).toEqual({ enqueued: 1, overdue: 0, quarantined: 0 })
    shard.clock.advance(start + 302_000)
    expect(await shard.tick()).toMatchObject({ overdue: 1 })
  })

  it('writes nothing while nothing is due', async () => {
    const shard = await Shard.open()
    expect(await shard.tick()).toEqual({ enqueued: 0, overdue: 0, quarantined: 0 })
    expect(await shard.table.get(keys.dueCursor('publication', 0), z.unknown())).toBeUndefined()
  })

  it('puts an entry that cannot be read into quarantine, and reads on', async () => {
    const shard = await Shard.open()
    await shard.table.write({
      put: { pk: 'x', sk: 'publication', wakePk: 'wake#publication#0', wakeSk: '2026-11-30T08:00:00.000Z#nonsense' },
    })
    await shard.write('pub_behind', start + 5_000)
    expect(await shard.tick()).toEqual({ enqueued: 1, overdue: 0, quarantined: 1 })
    expect(shard.times('pub_behind')).toHaveLength(1)
    expect(await shard.tick()).toMatchObject({ quarantined: 0 })
    expect(await listQuarantined(shard.table)).toMatchObject([{ pk: 'x', sk: 'publication' }])
    expect(shard.lines.some((line) => line.includes('quarantine'))).toBe(true)
  })
})

describe('a record that no schema reads', () => {
  it('is put into quarantine at its claim, and comes back where it was once it is repaired', async () => {
    const shard = await Shard.open()
    await shard.write('pub_broken', start)
    const schema = z.object({ wakeAt: z.string().optional(), text: z.string() })
    const message = { kind: 'publication', workspaceId, publicationId: 'pub_broken', wakeAt: iso(start) } as const
    await expect(claim(shard, message, schema, { leaseMs: 1000 })).rejects.toThrow(Quarantined)
    const [held] = await listQuarantined(shard.table)
    expect(held).toMatchObject({ ...keys.publication(workspaceId, 'pub_broken'), reason: 'text: invalid_type' })
    shard.clock.advance(start + 3_600_000)
    expect(await shard.tick()).toEqual({ enqueued: 0, overdue: 0, quarantined: 0 })
    await shard.table.write({ update: keys.publication(workspaceId, 'pub_broken'), set: { text: 'Bonjour' } })
    expect(await releaseQuarantined(shard.table, keys.publication(workspaceId, 'pub_broken'))).toBe(true)
    expect(await shard.tick()).toMatchObject({ enqueued: 1 })
    expect((await claim(shard, message, schema, { leaseMs: 1000 }))?.record).toMatchObject({ text: 'Bonjour' })
    expect(await releaseQuarantined(shard.table, keys.publication(workspaceId, 'pub_broken'))).toBe(false)
  })
})

describe('an overdue record', () => {
  it.each([
    ['before its first step', 0, 14_999, false],
    ['at its first step', 0, 15_000, true],
    ['between steps', 15_000, 59_999, false],
    ['at its second step', 15_000, 60_000, true],
    ['across several steps', 20_000, 3_600_000, true],
    ['after days, between steps of six hours', 10 * 86_400_000, 10 * 86_400_000 + 1, false],
    ['after days, across a step', 10 * 86_400_000, 10 * 86_400_000 + 6 * 3_600_000, true],
  ])('%s', (_, since, now, expected) => {
    expect(isOverdueAgain(start, start + since, start + now)).toBe(expected)
  })
})

describe('a key of the due index', () => {
  it.each([
    ['publication', { kind: 'publication', workspaceId: 'ws_1', publicationId: 'pub_1' }],
    ['delivery', { kind: 'delivery', workspaceId: 'ws_1', endpointId: 'hook_1', deliveryId: 'del_1' }],
    ['poll', { kind: 'poll', workspaceId: 'ws_1', channelId: 'chan_1' }],
    ['collection', { kind: 'publication_collection', workspaceId: 'ws_1', publicationId: 'pub_1' }],
    ['collection', { kind: 'channel_collection', workspaceId: 'ws_1', channelId: 'chan_1' }],
    ['letter', { kind: 'issue', workspaceId: 'ws_1', issueKey: 'pub_1.2' }],
    ['letter', { kind: 'confirmation', workspaceId: 'ws_1', subscriberId: 'sub_1' }],
    ['letter', { kind: 'list_cleanup', workspaceId: 'ws_1', listId: 'list_1' }],
    ['credentials', { kind: 'credentials', workspaceId: 'ws_1', channelId: 'chan_1' }],
    ['leftover', { kind: 'leftover', workspaceId: 'ws_1', publicationId: 'pub_1', sequence: 7 }],
  ] as const)('of %s says what it was made of: %o', (partition, target) => {
    const message = { ...target, wakeAt: iso(start) }
    const { wakePk, wakeSk } = dueAttributes(message, start + 5, true)
    expect(wakePk).toMatch(new RegExp(`^wake#${partition}#[0-7]$`))
    expect(readDueKey(partition, wakeSk)).toEqual({ message, writtenAt: start + 5, enqueued: true })
  })

  it.each([
    '',
    'x',
    '2026-11-30T08:00:00.000Z',
    '2026-11-30T08:00:00.000Z#ws_1',
    'soon#ws_1/pub_1',
    '2026-11-30T08:00:00.000Z#ws_1/pub_1/more#0',
  ])('that is %j is refused', (text) => expect(readDueKey('publication', text)).toBeUndefined())

  it('spreads records over all shards', () => {
    const shards = new Set(Array.from({ length: 200 }, (_, n) => shardOf(`ws_1/pub_${n}`)))
    expect(shards.size).toBe(8)
    expect(millis(iso(start))).toBe(start)
  })
})
