import { afterAll, beforeAll, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { Ingest, Mentions } from '../../shared/inbox/index.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import type { InboundEvent } from '../../shared/networks/network.ts'
import { Engine } from '../support/engine.ts'
import { base, comment, someChannel } from './support.ts'

let engine: Engine
let table: Table
beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('ingest')
})
afterAll(() => engine.stop())

/** What a network delivers about one channel, and which of its workspaces were told to connect again. */
async function ingesting(events: InboundEvent[], stored = new Map<string, Uint8Array>()) {
  const channel = someChannel()
  await table.write({ put: { ...keys.account('facebook', 'page-1', channel.workspaceId, channel.id) } })
  // One that was disconnected a moment ago: still linked, no longer there.
  await table.write({ put: { ...keys.account('facebook', 'page-1', channel.workspaceId, 'chan_gone') } })
  const reconnects: string[] = []
  const mentions = new Mentions({ table, clock: systemClock, random: systemRandom, retentionOf: async () => undefined })
  const ingest = new Ingest({
    table,
    mentions,
    channels: {
      find: async (workspaceId, id) => (workspaceId === channel.workspaceId && id === channel.id ? channel : undefined),
      needsReconnect: async (_, id) => void reconnects.push(id),
    },
    log: { info() {}, warn() {}, error() {} },
    newsletters: () => ({ reported: async () => {} }),
    receiverOf: (network) =>
      network !== 'facebook'
        ? undefined
        : Promise.resolve({
            verify: () => true,
            normalize: () => events.map((event) => ({ accountId: 'page-1', event })),
          }),
    stored: async (key) => stored.get(key),
  })
  const message = { network: 'facebook', receivedAt: new Date().toISOString(), headers: {} }
  const list = async () => (await mentions.list(channel.workspaceId, {}, { limit: 10 })).items
  return { ingest, message, list, reconnects, channel }
}

const withdrawn = (at: number): InboundEvent => ({ kind: 'deauthorized', action: 'created', externalId: 'd1', at })

it('asks to connect again when access was withdrawn, but not for a channel connected since', async () => {
  const now = await ingesting([withdrawn(base + 1000)])
  await now.ingest.take({ ...now.message, body: '' })
  expect(now.reconnects).toEqual([now.channel.id])
  const late = await ingesting([withdrawn(base - 1000)])
  await late.ingest.take({ ...late.message, body: '' })
  expect(late.reconnects).toEqual([])
})

it('stores what came with something that cannot be stored, and a second try does not double it', async () => {
  const events = [comment('i1'), comment('x'.repeat(5000)), comment('i2')]
  const { ingest, message, list } = await ingesting(events)
  for (let tries = 0; tries < 2; tries++) {
    await expect(ingest.take({ ...message, body: '' })).rejects.toThrow()
    const kept = (await list()).map(({ externalId, version }) => ({ externalId, version }))
    expect(kept.sort((a, b) => a.externalId.localeCompare(b.externalId))).toEqual([
      { externalId: 'i1', version: 1 },
      { externalId: 'i2', version: 1 },
    ])
  }
})

it('fails for a body that is gone, a key elsewhere in the bucket, and a network without webhooks', async () => {
  const { ingest, message, list } = await ingesting([comment('i1')], new Map([['media/secret', new Uint8Array()]]))
  await expect(ingest.take({ ...message, key: 'ingest/gone' })).rejects.toMatchObject({ code: 'no_body' })
  await expect(ingest.take({ ...message, key: 'media/secret' })).rejects.toThrow()
  await expect(ingest.take({ ...message, network: 'feed', body: '' })).rejects.toMatchObject({ code: 'no_webhooks' })
  expect(await list()).toEqual([])
})
