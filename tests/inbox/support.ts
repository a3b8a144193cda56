import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { eventOf } from '../../shared/aws/outbox.ts'
import type { Item, Table } from '../../shared/aws/table.ts'
import type { Channel } from '../../shared/channels/channel.ts'
import type { EventEnvelope } from '../../shared/kernel/events.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import type { InboundEvent } from '../../shared/networks/network.ts'
import type { Engine } from '../support/engine.ts'

export const base = Date.parse('2026-11-02T08:00:00.000Z')

export function someChannel(fields: Partial<Channel> = {}): Channel {
  return {
    id: newId('channel', base, systemRandom),
    workspaceId: newId('workspace', base, systemRandom),
    network: 'facebook',
    name: 'Boulangerie',
    account: { externalId: 'page-1', handle: 'boulangerie', name: 'Boulangerie' },
    settings: {},
    state: 'active',
    simulated: false,
    version: 1,
    createdAt: new Date(base).toISOString(),
    updatedAt: new Date(base).toISOString(),
    ...fields,
  }
}

export function comment(externalId: string, fields: Partial<InboundEvent> = {}): InboundEvent {
  return {
    kind: 'comment',
    action: 'created',
    externalId,
    at: base,
    author: { externalId: 'psid-7', handle: 'ana', name: 'Ana' },
    text: 'Vous ouvrez dimanche ?',
    postExternalId: 'page-1_55',
    ...fields,
  }
}

/** Every item of a table. */
export async function everything(engine: Engine, table: Table): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(engine.client())
  const items: Item[] = []
  for await (const page of paginateScan({ client }, { TableName: table.name })) items.push(...(page.Items ?? []))
  return items
}

/** What was put into the outbox for this workspace. */
export async function events(engine: Engine, table: Table, workspaceId: string): Promise<EventEnvelope[]> {
  const items = await everything(engine, table)
  return items
    .filter((item) => item.sk === 'event')
    .map(eventOf)
    .filter((event) => event.workspaceId === workspaceId)
}
