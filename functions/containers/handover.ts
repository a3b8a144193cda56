/** What the pages of hand-overs are made of. Whoever imports this carries libvips. */
import { findChannels } from '../../shared/channels/index.ts'
import { type Language, languageOf, momentIn } from '../../shared/i18n/index.ts'
import { limitsOf } from '../../shared/networks/network.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { loadMedia, mediaIdsOf } from '../../shared/publishing/compose.ts'
import { kindOf } from '../../shared/publishing/fitting.ts'
import { handedOver } from '../../shared/publishing/handover/handed.ts'
import type { HandedOver } from '../../shared/publishing/handover/page.ts'
import { openHandover } from '../../shared/publishing/handover/token.ts'
import { findPublication, type Publication } from '../../shared/publishing/index.ts'
import { findWorkspace } from '../../shared/workspaces/index.ts'
import { clock, optionalVariable, table } from '../container.ts'
import { mediaFitter } from './media-fitter.ts'
import { bucket, mediaLibrary } from './media-library.ts'
import { media } from './media-source.ts'
import { signingKey } from './signing.ts'

const fileSeconds = 600

/** A link that is good, and what it leads to. */
export interface Opened {
  readonly publication: Publication
  readonly language: Language
  readonly workspace: string
  /** Its moment, in words. */
  readonly when: string
}

/** What this link leads to; undefined for a link that is not ours, or that expired. */
export async function opened(publicationId: string, token: string): Promise<Opened | undefined> {
  const workspaceId = openHandover(await signingKey(), token, publicationId, clock.now())
  if (workspaceId === undefined) return undefined
  const [publication, workspace] = await Promise.all([
    findPublication(table(), workspaceId, publicationId),
    findWorkspace(table(), workspaceId),
  ])
  if (publication === undefined || workspace === undefined) return undefined
  const language = languageOf(workspace.language)
  const when = publication.dueAt === undefined ? '' : momentIn(publication.dueAt, language, workspace.zone)
  return { publication, language, workspace: workspace.name, when }
}

/** What its page shows; undefined where its channel is gone. */
export async function shown({ publication, workspace, when }: Opened): Promise<HandedOver | undefined> {
  const { workspaceId, channelId, content, network } = publication
  const [[channel], connector, loaded] = await Promise.all([
    findChannels(table(), workspaceId, [channelId]),
    connectorOf(network),
    loadMedia(media, workspaceId, mediaIdsOf(content)),
  ])
  return channel === undefined ? undefined : handedOver(publication, { channel, connector, workspace, when }, loaded)
}

/**
 * A short-lived address of the file as the network takes it, made now if need be; undefined for a medium that is not of
 * this publication. On one machine it is the public address, which a telephone reaches.
 */
export async function fileAddress(
  { workspaceId, channelId, content, network }: Publication,
  mediaId: string,
  save: boolean,
): Promise<string | undefined> {
  const ids = mediaIdsOf(content)
  if (!ids.includes(mediaId)) return undefined
  const [[channel], connector, items, loaded] = await Promise.all([
    findChannels(table(), workspaceId, [channelId]),
    connectorOf(network),
    mediaLibrary().find(workspaceId, [mediaId]),
    loadMedia(media, workspaceId, ids),
  ])
  const [item] = items
  if (item?.state !== 'ready') return undefined
  const limits = channel?.limits ?? connector.limits
  const file = await mediaFitter().file(item, limitsOf(limits, kindOf(content, loaded, limits)).media[item.kind])
  if ('cannot' in file) return undefined
  const address = optionalVariable('STAGE') === 'local' ? mediaLibrary().urlOf(file) : undefined
  return address ?? bucket().presignDownload(file.key, clock.now(), fileSeconds, save ? nameOf(item, file) : undefined)
}

/** Where files are read, if there are any: what the page's policy allows. */
export async function fileOrigin({ content }: Publication): Promise<string | undefined> {
  if (mediaIdsOf(content).length === 0) return undefined
  const local = optionalVariable('STAGE') === 'local' ? mediaLibrary().urlOf({ key: 'media' }) : undefined
  return new URL(local ?? (await bucket().presignDownload('media', clock.now(), fileSeconds))).origin
}

/** As the person named it, with the ending of what it became. */
function nameOf(
  { filename, mime }: { readonly filename: string; readonly mime: string },
  made: { readonly mime: string },
) {
  if (made.mime === mime) return filename
  return `${filename.replace(/\.[^.]*$/, '')}.${made.mime === 'image/jpeg' ? 'jpg' : made.mime.replace(/^.*\//, '')}`
}
