import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { channelConnected, channelDeleted } from '../channels/index.ts'
import { type Clock, millis } from '../kernel/clock.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import { findPublication, isKnown, publicationEvents } from '../publishing/index.ts'
import { due } from '../scheduling/index.ts'
import type { CollectionRecord } from './record.ts'
import { looksAfter } from './rhythm.ts'

interface WatchingParts {
  readonly table: Table
  readonly clock: Clock
}

const followersOf = z.object({ followers: z.number().optional() })

/**
 * Begins and ends collecting, as events tell. Events come in any order and more than once: so what is done follows from
 * the state that is read, not from the event.
 */
export async function follow(parts: WatchingParts, event: EventEnvelope): Promise<void> {
  const { workspaceId, subject } = event
  switch (event.name) {
    case publicationEvents.published.name:
    case publicationEvents.partial.name:
    case publicationEvents.deleted.name:
      return followPublication(parts, workspaceId, subject)
    case channelConnected.name:
    case channelDeleted.name:
      return followChannel(parts, workspaceId, subject)
    default:
      return
  }
}

/** Begins with a publication that is live, and ends with one that is deleted; done again, it changes nothing. */
export async function followPublication(
  { table, clock }: WatchingParts,
  workspaceId: string,
  id: string,
): Promise<void> {
  const key = keys.collection(workspaceId, id)
  const publication = await findPublication(table, workspaceId, id)
  if (publication?.state === 'deleted') {
    await table.write({ delete: key })
    return
  }
  if (publication === undefined || !['published', 'partial'].includes(publication.state)) return
  const { channelId, network, live, deliver } = publication
  if (live === undefined && deliver !== 'handover') return
  const publishedAt = publication.publishedAt ?? publication.updatedAt
  // a person published it, and the network cannot be asked for it: its counters come by hand
  const externalIds =
    live === undefined || !isKnown(publication) ? [] : live.parts?.length ? [...live.parts] : [live.externalId]
  const channel = await table.get(keys.channelCollection(workspaceId, channelId), followersOf)
  const record: CollectionRecord = {
    workspaceId,
    publicationId: id,
    channelId,
    network,
    externalIds,
    publishedAt,
    ...(channel?.followers === undefined ? {} : { followers: channel.followers }),
    last: {},
    failures: 0,
    version: 1,
  }
  const first = Math.max(millis(publishedAt) + looksAfter[0], clock.now())
  const { set } = due({ kind: 'publication_collection', workspaceId, publicationId: id }, first, clock.now())
  const { ok } = await table.write({
    put: { ...key, ...record, ...set },
    if: ['pk', 'absent'],
  })
  // A thread that was cut short and went on later has more posts now.
  if (!ok) await table.write({ update: key, set: { externalIds }, if: ['pk', 'present'] })
}

async function followChannel({ table, clock }: WatchingParts, workspaceId: string, channelId: string): Promise<void> {
  const key = keys.channelCollection(workspaceId, channelId)
  const channel = await table.get(keys.channel(workspaceId, channelId), z.object({ network: z.string() }))
  if (channel === undefined) {
    await table.write({ delete: key })
    return
  }
  const record = { workspaceId, channelId, network: channel.network, failures: 0, version: 1 }
  const { set } = due({ kind: 'channel_collection', workspaceId, channelId }, clock.now(), clock.now())
  await table.write({ put: { ...key, ...record, ...set }, if: ['pk', 'absent'] })
}
