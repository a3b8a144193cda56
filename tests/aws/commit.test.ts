import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Commit, commit, commitChange } from '../../shared/aws/commit.ts'
import { keys, listPartition } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { eventEnvelope } from '../../shared/kernel/events.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { Engine } from '../support/engine.ts'

const ws = 'ws_1'
const by = { kind: 'user', id: 'user_1', name: 'Camille' } as const
const key = keys.list(ws, 'list_1')
const record = z.object({ version: z.number(), name: z.string() })
const anything = z.record(z.string(), z.unknown())
let engine: Engine
let table: Table
let tables = 0

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())
beforeEach(async () => {
  table = await engine.table(`commits-${tables++}`)
  await table.write({ put: { ...key, version: 1, name: 'before' } })
})

const parts = () => ({ table, clock: systemClock, random: systemRandom })
const event = (id: string) =>
  eventEnvelope.parse({
    id,
    name: 'list.changed',
    version: 1,
    time: new Date().toISOString(),
    workspaceId: ws,
    subject: 'list_1',
    sequence: 1,
    data: {},
  })
const rename = (from: number, name: string) =>
  ({ update: key, set: { name, version: from + 1 }, if: ['version', '=', from] }) as const
const change = (more: Partial<Commit> = {}): Commit => ({
  workspaceId: ws,
  by,
  action: 'list.changed',
  subject: 'list_1',
  writes: [rename(1, 'after')],
  ...more,
})
const audits = async () =>
  (await table.query({ index: 'list', pk: listPartition(ws, 'audit') }, z.object({ action: z.string() }))).items
const stored = async () => table.get(key, record)
const idempotency = { of: { key: 'k1', requestHash: 'h1' }, status: 201, answer: { id: 'list_1' } }

describe('a commit', () => {
  it('writes the state, its audit, its events and what a repeat is answered', async () => {
    expect(await commit(parts(), change({ events: [event('evt_1'), undefined], idempotency }))).toBe('committed')
    expect(await stored()).toEqual({ version: 2, name: 'after' })
    expect(await audits()).toEqual([{ action: 'list.changed' }])
    expect(await table.get(keys.outbox('evt_1'), anything)).toMatchObject({ event: { name: 'list.changed' } })
    expect(await table.get(keys.idempotency(ws, 'k1'), anything)).toMatchObject({
      status: 201,
      answer: '{"id":"list_1"}',
    })
  })

  it('answers "changed" and writes nothing where the version is another', async () => {
    expect(await commit(parts(), change({ writes: [rename(7, 'x')], events: [event('evt_2')], idempotency }))).toBe(
      'changed',
    )
    expect(await stored()).toEqual({ version: 1, name: 'before' })
    expect(await audits()).toEqual([])
    expect(await table.get(keys.outbox('evt_2'), anything)).toBeUndefined()
    expect(await table.get(keys.idempotency(ws, 'k1'), anything)).toBeUndefined()
  })

  it('throws idempotency_key_in_use for a key that was used, whatever became of the version since', async () => {
    await commit(parts(), change({ idempotency }))
    await expect(commit(parts(), change({ idempotency }))).rejects.toMatchObject({ code: 'idempotency_key_in_use' })
    expect(await audits()).toHaveLength(1)
  })

  it('throws what a named write says, with what stood there', async () => {
    const taken = keys.live(ws, 'chan_1', 'ext_1')
    await table.write({ put: { ...taken, publicationId: 'pub_other' } })
    const named = {
      write: { put: { ...taken, publicationId: 'pub_1' }, if: ['pk', 'absent'] },
      or: (there: unknown) => new Error(`taken by ${anything.parse(there).publicationId}`),
    } as const
    await expect(commit(parts(), change({ writes: [rename(1, 'x'), named] }))).rejects.toThrow('taken by pub_other')
    expect(await stored()).toEqual({ version: 1, name: 'before' })
  })

  it('refuses more than 100 writes, and takes 100', async () => {
    const puts = (count: number) => Array.from({ length: count }, (_, n) => ({ put: { pk: `p${n}`, sk: 's' } }))
    await expect(commit(parts(), change({ writes: puts(100) }))).rejects.toMatchObject({ code: 'too_many_changes' })
    expect(await commit(parts(), change({ writes: puts(99) }))).toBe('committed')
  })
})

describe('a change of a versioned record', () => {
  const about = { workspaceId: ws, by, action: 'list.changed', subject: 'list_1' }
  const read = async () => (await stored()) ?? { version: 0, name: '' }
  const renamed = async ({ version }: { version: number }) => ({
    answer: version,
    writes: [rename(version, `after ${version}`)],
  })

  it('reads again where somebody else wrote in between, and answers what was decided last', async () => {
    let others = 2
    const answer = await commitChange(parts(), about, read, async (found) => {
      if (others-- > 0) await table.write({ update: key, set: { version: found.version + 1 } })
      return renamed(found)
    })
    expect(answer).toBe(3)
    expect(await stored()).toEqual({ version: 4, name: 'after 3' })
  })

  it('throws changed_meanwhile where it keeps changing', async () => {
    const changing = commitChange(parts(), about, read, async (found) => {
      await table.write({ update: key, set: { version: found.version + 1 } })
      return renamed(found)
    })
    await expect(changing).rejects.toMatchObject({ kind: 'conflict', code: 'changed_meanwhile' })
    expect(await audits()).toEqual([])
  })

  it('throws stale_version for another If-Match, also where the change came in between', async () => {
    await expect(commitChange(parts(), { ...about, ifMatch: 9 }, read, renamed)).rejects.toMatchObject({
      kind: 'precondition_failed',
      code: 'stale_version',
    })
    const overtaken = commitChange(parts(), { ...about, ifMatch: 1 }, read, async (found) => {
      await table.write({ update: key, set: { version: 2 } })
      return renamed(found)
    })
    await expect(overtaken).rejects.toMatchObject({ kind: 'precondition_failed', code: 'stale_version' })
  })
})
