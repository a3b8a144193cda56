import { findChannels } from '../../shared/channels/index.ts'
import type { Caller } from '../../shared/http/operation.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { channelOfList } from '../../shared/newsletters/index.ts'
import type { Author, PublishingParts } from '../../shared/publishing/parts.ts'
import { Posts } from '../../shared/publishing/posts.ts'
import { Publications } from '../../shared/publishing/publications.ts'
import { findWorkspace } from '../../shared/workspaces/index.ts'
import { clock, log, once, publishQueue, random, table } from '../container.ts'
import { media } from './media-source.ts'

const parts = /* @__PURE__ */ once(
  (): PublishingParts => ({
    table: table(),
    clock,
    random,
    log,
    queue: publishQueue(),
    channels: { findMany: (workspaceId, ids) => findChannels(table(), workspaceId, ids) },
    media,
    channelOfList: (workspaceId, listId) => channelOfList(table(), workspaceId, listId),
    connectorOf,
    defaultsOf: async (workspaceId) => {
      const workspace = await findWorkspace(table(), workspaceId)
      if (workspace === undefined) throw new Error(`The workspace ${workspaceId} is gone.`)
      return workspace
    },
  }),
)

/** Who asks, as whoever changes posts. */
export const authorOf = ({ actor, scopes }: Caller): Author => ({ ...actor, mayPublish: scopes.has('posts:publish') })

export const posts = /* @__PURE__ */ once(() => new Posts(parts()))
export const publications = /* @__PURE__ */ once(() => new Publications(parts()))
