import type { Channel } from '../../channels/index.ts'
import type { AnyConnector, Media } from '../../networks/network.ts'
import { isKnown } from '../known.ts'
import type { Publication } from '../publication.ts'
import type { HandedOver } from './page.ts'
import { placeOf } from './places.ts'
import type { PageEnd } from './texts.ts'

/** What the page shows of a publication that is a person's. Pure. */
export function handedOver(
  publication: Publication,
  {
    channel,
    connector,
    workspace,
    when,
  }: { channel: Channel; connector: AnyConnector; workspace: string; when: string },
  media: ReadonlyMap<string, Media>,
): HandedOver {
  const { content, contentVersion, handover } = publication
  const { title, firstComment, link, ...options } = content.options
  const { of } = channel.settings
  return {
    network: connector.capabilities.byHand === true && typeof of === 'string' ? of : connector.title,
    channel: channel.name,
    workspace,
    when,
    paused: channel.state === 'paused',
    edited: handover !== undefined && handover.contentVersion < contentVersion,
    contentVersion,
    instructions: content.instructions,
    title: textOf(title),
    firstComment: textOf(firstComment),
    link: textOf(link),
    options: Object.entries(options).map(
      ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
    parts: content.parts.map(({ text, mediaIds }, index) => ({
      text,
      media: [
        ...mediaIds,
        ...(index === 0 && content.coverMediaId !== undefined ? [content.coverMediaId] : []),
      ].flatMap((id) => {
        const one = media.get(id)
        return one === undefined ? [] : [{ id, kind: one.kind, name: one.name ?? id, alt: one.alt }]
      }),
    })),
    open: placeOf(channel),
  }
}

/** What became of one that is not a person's, or no longer. Pure. */
export function endOf(publication: Publication): PageEnd {
  const { state, handover, live } = publication
  switch (state) {
    case 'published':
    case 'partial':
      return live === undefined ? 'unaddressed' : isKnown(publication) ? 'published' : 'untracked'
    case 'cancelled':
      return 'cancelled'
    case 'scheduled':
      return 'moved'
    case 'failed':
      return handover?.doneAt === undefined ? 'closed' : 'given_back'
    default:
      return 'closed'
  }
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
