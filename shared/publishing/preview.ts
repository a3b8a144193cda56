/** What a post will look like on one channel, as far as its network's limits tell. */

import * as z from 'zod'
import type { Channel } from '../channels/index.ts'
import { textSchema } from '../i18n/index.ts'
import { type AnyConnector, type Content, type Limits, limitsOf } from '../networks/network.ts'
import { cutAfter, findLinks } from '../networks/text/index.ts'
import { kindOf, type PlannedMedia } from './fitting.ts'
import type { StoredContent } from './publication.ts'

const previewMedium = z.object({
  mediaId: z.string(),
  kind: z.enum(['image', 'video', 'document']),
  mime: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  seconds: z.number().optional(),
  alt: z.string(),
  name: z.string().optional(),
  changes: z.array(textSchema).describe('What is done to it so that it fits, in words.'),
  fitted: z.string().describe('GET this path for a short-lived address of the very file that leaves.'),
})

export const cardSchema = z.object({
  url: z.string(),
  title: z.string(),
  description: z.string(),
  image: z.string().optional(),
})
export type CardFacts = z.infer<typeof cardSchema>

export const previewSchema = z.object({
  kind: z.string().optional(),
  title: z.string().optional(),
  parts: z.array(
    z.object({
      text: z.string(),
      foldsAt: z
        .number()
        .int()
        .optional()
        .describe('Where the feed folds it behind "more": an index into `text`, in UTF-16 units. Absent: nowhere.'),
      cutsAt: z
        .number()
        .int()
        .optional()
        .describe('Where it would have to end, if it is too long; counted the same way.'),
      media: z.array(previewMedium),
    }),
  ),
  cover: previewMedium.optional(),
  firstComment: z.string().optional(),
  link: z.string().optional().describe('Whose card the network shows, if it shows one.'),
  card: cardSchema.optional().describe('With `?cards=true`: what the linked page says of itself. Kept for an hour.'),
})
export type Preview = z.infer<typeof previewSchema>

interface Previewed {
  readonly channel: Channel
  readonly connector: AnyConnector
  readonly limits: Limits
  readonly stored: StoredContent
  readonly content: Content
  readonly media: ReadonlyMap<string, PlannedMedia>
}

/** Pure. `content` and `media` as they are planned to leave. */
export function previewOf(previewed: Previewed): Preview {
  const { stored, content, media } = previewed
  const kind = kindOf(stored, media, previewed.limits)
  const limits = limitsOf(previewed.limits, kind)
  const shown = (one: PlannedMedia) => shownMedium(one, previewed.channel.id, kind)
  const { title, firstComment } = stored.options
  const { coverMediaId } = stored
  const cover = coverMediaId === undefined ? undefined : media.get(coverMediaId)
  const link = linkOf(stored)
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(typeof title === 'string' ? { title } : {}),
    parts: content.parts.map(({ text }, index) => {
      const foldsAt = limits.text.foldsAt === undefined ? undefined : cutAfter(text, limits.text.foldsAt)
      const cutsAt = cutOf(previewed, index)
      return {
        text,
        ...(foldsAt === undefined ? {} : { foldsAt }),
        ...(cutsAt === undefined ? {} : { cutsAt }),
        media: (stored.parts[index]?.mediaIds ?? []).flatMap((id) => {
          const one = media.get(id)
          return one === undefined ? [] : [shown(one)]
        }),
      }
    }),
    ...(cover === undefined ? {} : { cover: shown(cover) }),
    ...(typeof firstComment === 'string' ? { firstComment } : {}),
    ...(link === undefined ? {} : { link }),
  }
}

function shownMedium(one: PlannedMedia, channelId: string, kind: string | undefined) {
  const { id, mime, width, height, seconds, alt, name, changes = [] } = one
  const query = new URLSearchParams({ channelId, ...(kind === undefined ? {} : { kind }) })
  return {
    mediaId: id,
    kind: one.kind,
    mime,
    width,
    height,
    ...(seconds === undefined ? {} : { seconds }),
    alt,
    ...(name === undefined ? {} : { name }),
    changes: [...changes],
    fitted: `/v1/media/${id}/fitted?${query}`,
  }
}

/** A card is shown of the link that was asked for, or of the first in a text that stands without media. */
function linkOf({ options, parts: [first] }: StoredContent): string | undefined {
  if (typeof options.link === 'string') return options.link
  return first === undefined || first.mediaIds.length > 0 ? undefined : findLinks(first.text)[0]?.url
}

/**
 * The longest beginning of a part's text, in whole graphemes, that the network does not call too long. Asked of the
 * network itself, since each counts in its own way; undefined if the whole is not too long.
 */
function cutOf({ channel, connector, content, limits }: Previewed, index: number): number | undefined {
  const settings = connector.settings.safeParse(channel.settings)
  const text = content.parts[index]?.text ?? ''
  const tooLong = (shorter: string) => {
    const parts = content.parts.map((part, at) => (at === index ? { ...part, text: shorter } : part))
    return connector
      .review({ ...content, parts }, limits, settings.success ? settings.data : {})
      .problems.some(({ code, pointer }) => code === 'text_too_long' && pointer === `/parts/${index}/text`)
  }
  if (!tooLong(text)) return undefined
  const ends = Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text), ({ index: at }) => at)
  let [low, high] = [0, ends.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (tooLong(text.slice(0, ends[middle]))) high = middle - 1
    else low = middle
  }
  return ends[low] ?? 0
}
