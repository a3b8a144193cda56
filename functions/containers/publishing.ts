import { latenessLine } from '../../shared/aws/metric.ts'
import type { Media } from '../../shared/networks/network.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import type { PublishingParts } from '../../shared/publishing/parts.ts'
import { Posts } from '../../shared/publishing/posts.ts'
import { Publications } from '../../shared/publishing/publications.ts'
import { type MediaSource, Sender } from '../../shared/publishing/sender.ts'
import { auditWrite, findWorkspace } from '../../shared/workspaces/index.ts'
import { clock, log, once, publishQueue, random, table, variable } from '../container.ts'
import { findChannels } from '../../shared/channels/find.ts'
import { channels } from './channels.ts'
import { mediaLibrary } from './media.ts'

/** Media that are uploaded and read; what is missing or unfinished is undefined. */
const media: MediaSource = {
  load: async (workspaceId, ids) => {
    const found = await mediaLibrary().find(workspaceId, ids)
    return found.map((item): Media | undefined => (item?.state === 'ready' ? mediaLibrary().load(item) : undefined))
  },
}

const parts = /* @__PURE__ */ once(
  (): PublishingParts => ({
    table: table(),
    clock,
    random,
    log,
    queue: publishQueue(),
    channels: { findMany: (workspaceId, ids) => findChannels(table(), workspaceId, ids) },
    media,
    connectorOf,
    defaultsOf: async (workspaceId) => {
      const workspace = await findWorkspace(table(), workspaceId)
      if (workspace === undefined) throw new Error(`The workspace ${workspaceId} is gone.`)
      return workspace
    },
    audit: auditWrite,
  }),
)

export const posts = /* @__PURE__ */ once(() => new Posts(parts()))
export const publications = /* @__PURE__ */ once(() => new Publications(parts()))

export const sender = /* @__PURE__ */ once(
  () =>
    new Sender({
      table: table(),
      clock,
      random,
      log,
      queue: publishQueue(),
      channels: channels(),
      media,
      connectorOf,
      lateness: (ms) => process.stdout.write(`${latenessLine(ms, variable('STAGE'), clock.now())}\n`),
    }),
)
