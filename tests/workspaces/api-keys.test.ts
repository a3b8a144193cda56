import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { redact } from '../../shared/kernel/log.ts'
import { scopes } from '../../shared/kernel/scopes.ts'
import { ApiKeys, auditWrite, findWorkspace, listAudit, Workspaces } from '../../shared/workspaces/index.ts'
import { Engine } from '../support/engine.ts'

let engine: Engine
let table: Table
const time = { now: Date.parse('2026-11-21T10:00:00Z') }
const clock = { now: () => time.now, sleep: async () => {} }
const parts = () => ({ table, clock, random: systemRandom })

beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('keys', clock)
})
afterAll(() => engine.stop())

const create = (rest = {}) =>
  new Workspaces(parts()).create({
    name: 'Chez Camille',
    ownerName: 'Camille',
    ownerEmail: 'camille@example.fr',
    ...rest,
  })

describe('a key', () => {
  it('remembers when it was used, written at most once an hour', async () => {
    const { apiKey, workspace } = await create()
    const keys = new ApiKeys(parts())
    const lastUsed = async () => {
      await keys.check(apiKey)
      return (await keys.list(workspace.id, { limit: 1 })).items[0]?.lastUsedAt
    }
    expect(await lastUsed()).toBe('2026-11-21T10:00:00.000Z')
    time.now += 59 * 60_000
    expect(await lastUsed()).toBe('2026-11-21T10:00:00.000Z')
    time.now += 60_000
    expect(await lastUsed()).toBe('2026-11-21T11:00:00.000Z')
  })

  it('of the time before posts:publish publishes by its posts:write, and is the owner’s still', async () => {
    const { apiKey: token, workspace, owner } = await create()
    const store = new ApiKeys(parts())
    const by = { actor: { kind: 'user', id: owner.id, name: 'Camille' }, scopes: new Set<string>(scopes) } as const
    const writer = await store.create(workspace.id, by, { name: 'Site', scopes: ['posts:read', 'posts:write'] })
    const reader = await store.create(workspace.id, by, { name: 'Board', scopes: ['posts:read'] })
    expect((await store.check(writer.token))?.scopes).toEqual(['posts:read', 'posts:write'])
    const first = (await store.check(token))?.id ?? ''
    const older = async (id: string, given: readonly string[]) => {
      const set = { scopes: given.filter((one) => one !== 'posts:publish') }
      await table.write({ update: keys.apiKey(id), set, remove: ['schema'] })
    }
    await older(first, scopes)
    await older(writer.apiKey.id, writer.apiKey.scopes)
    await older(reader.apiKey.id, reader.apiKey.scopes)
    expect((await store.check(token))?.scopes).toEqual(scopes)
    expect((await store.check(writer.token))?.scopes).toEqual(['posts:read', 'posts:write', 'posts:publish'])
    expect((await store.check(reader.token))?.scopes).toEqual(['posts:read'])
    const listed = (await store.list(workspace.id, { limit: 10 })).items
    expect(listed.find(({ id }) => id === first)?.scopes).toEqual(scopes)
    expect(listed[0]).not.toHaveProperty('schema')
    await expect(store.revoke(workspace.id, by, first)).rejects.toMatchObject({ code: 'last_owner_key' })
  })

  it('is never whole in a log line', async () => {
    const { apiKey } = await create()
    expect(JSON.stringify(redact({ note: `Bearer ${apiKey}`, other: `key ${apiKey}` }))).not.toContain(
      apiKey.slice(-43),
    )
  })
})

describe('a workspace', () => {
  it('takes other defaults, and none that are no zone, address or language', async () => {
    const { workspace } = await create({ zone: 'America/Martinique', language: 'en', country: 'MQ' })
    expect(await findWorkspace(table, workspace.id)).toEqual(workspace)
    expect(workspace).toMatchObject({ zone: 'America/Martinique', language: 'en', country: 'MQ' })
    for (const wrong of [{ zone: 'Mars/Olympus' }, { language: 'x' }, { ownerEmail: 'camille' }, { name: '' }])
      await expect(create(wrong)).rejects.toThrow()
    expect(await findWorkspace(table, 'ws_01K9ZB3M5QWERTY0123456789A')).toBeUndefined()
  })
})

describe('the audit write', () => {
  it('stands or falls with the transaction it is part of, and redacts what sounds like a secret', async () => {
    const actor = { kind: 'user', id: 'user_1', name: 'Camille' } as const
    const entry = {
      workspaceId: 'ws_a',
      actor,
      action: 'channel.connect',
      subject: 'chan_1',
      now: time.now,
      random: systemRandom,
    }
    const details = { handle: 'camille', accessToken: 'hush', note: 'Bearer abc' }
    const write = auditWrite({ ...entry, details })
    const failed = await table.transact([write, { check: { pk: 'no', sk: 'no' }, if: ['pk', 'present'] }])
    expect(failed.ok).toBe(false)
    expect((await listAudit(table, 'ws_a', { limit: 10 })).items).toEqual([])
    await table.transact([write])
    const [line] = (await listAudit(table, 'ws_a', { limit: 10 })).items
    expect(line).toMatchObject({ actor, action: 'channel.connect', subject: 'chan_1', at: '2026-11-21T11:00:00.000Z' })
    expect(line?.details).toEqual({ handle: 'camille', accessToken: '[redacted]', note: 'Bearer [redacted]' })
    expect((await listAudit(table, 'ws_b', { limit: 10 })).items).toEqual([])
  })
})
