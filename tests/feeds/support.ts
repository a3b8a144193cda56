/** Feed channels, publications and media as the product leaves them in the table. */
import { expect } from 'vitest'
import { branched, keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import type { MediaItem } from '../../shared/media/index.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { content, Session } from '../conformance/session.ts'

const connector = await connectorOf('feed')
const id = (kind: Parameters<typeof newId>[0]) => newId(kind, systemClock.now(), systemRandom)

export interface FeedChannel {
  readonly table: Table
  readonly session: Session
  readonly ws: string
  readonly channelId: string
  readonly feedId: string
}

/** A feed channel as `POST /v1/channels` leaves it. */
export async function connectFeed(
  table: Table,
  settings: Record<string, unknown> = {},
  ws = id('workspace'),
): Promise<FeedChannel> {
  const session = await Session.open(connector, undefined, { credentials: {}, settings, app: {} })
  const { account } = session.connected
  const channelId = id('channel')
  const now = new Date('2026-11-20T08:00:00Z').toISOString()
  await table.transact([
    { put: { ...keys.account('feed', account.externalId, ws, channelId), workspaceId: ws, channelId } },
    {
      put: {
        ...keys.channel(ws, channelId),
        id: channelId,
        workspaceId: ws,
        network: 'feed',
        name: 'La boulangerie',
        account,
        settings: session.connected.settings,
        state: 'active',
        version: 1,
        createdAt: now,
        updatedAt: now,
      },
    },
  ])
  return { table, session, ws, channelId, feedId: account.externalId }
}

export interface Given {
  readonly at?: string
  readonly state?: string
  readonly mediaIds?: readonly string[]
}

export async function publication(
  { table, session, ws, channelId }: FeedChannel,
  texts: readonly string[],
  given: Given = {},
): Promise<string> {
  const { at = '2026-11-21T09:00:00.000Z', state = 'published', mediaIds = [] } = given
  const publicationId = id('publication')
  const run = session.run(content(texts), `${publicationId}.1`)
  const { kind, ...live } = await session.publish(run)
  expect(kind).toBe('accepted')
  await table.write({
    put: {
      ...keys.publication(ws, publicationId),
      ...branched(ws, channelId, 'publications', at, publicationId),
      id: publicationId,
      workspaceId: ws,
      postId: id('post'),
      channelId,
      network: 'feed',
      state,
      content: {
        parts: texts.map((text, i) => ({ text, mediaIds: i === 0 ? mediaIds : [] })),
        language: 'fr',
        options: {},
      },
      contentVersion: 1,
      latePolicy: { graceMinutes: 15 },
      attempts: 1,
      dueAt: at,
      publishedAt: at,
      live,
      version: 3,
      createdAt: at,
      updatedAt: at,
    },
  })
  return publicationId
}

export async function medium({ table, ws }: FeedChannel): Promise<MediaItem> {
  const item: MediaItem = {
    id: id('media'),
    workspaceId: ws,
    state: 'ready',
    key: 'unguessable/Été.png',
    filename: 'Été.png',
    kind: 'image',
    mime: 'image/png',
    bytes: 1234,
    width: 40,
    height: 30,
    located: false,
    turned: false,
    alt: 'Trois "baguettes" & <pain>',
    version: 1,
    createdAt: '2026-11-20T08:00:00.000Z',
    updatedAt: '2026-11-20T08:00:00.000Z',
  }
  await table.write({ put: { ...keys.media(ws, item.id), ...item } })
  return item
}
