/** The body of an article: what a person wrote as HTML, and its pictures. */
import type { Content, Media } from '../network.ts'
import { markOf } from '../sent.ts'
import { htmlOfMarkdown } from '../text/markdown.ts'
import type { Wished } from './options.ts'

interface Pictures {
  /** Shown above the article and in lists: the cover, or else the first picture. */
  readonly featured: Media | undefined
  /** In the body, below the text. */
  readonly others: readonly Media[]
}

export function picturesOf({ parts, cover }: Content): Pictures {
  const media = parts[0]?.media ?? []
  if (cover !== undefined) return { featured: cover, others: media }
  const [first, ...others] = media
  return first?.kind === 'image' ? { featured: first, others } : { featured: undefined, others: media }
}

/** The mark of the files and alt texts that a draft is made of. */
export function picturesMark(content: Content): string {
  const { featured, others } = picturesOf(content)
  return markOf(...[featured, ...others].flatMap((one) => [one?.file, one?.alt]))
}

export function htmlOf(text: string, format: Wished['format'] = 'markdown'): string {
  if (format === 'html') return text
  if (format === 'markdown') return htmlOfMarkdown(text, { html: 'kept', images: 'kept' })
  return text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${escaped(paragraph).replaceAll('\n', '<br>')}</p>\n`)
    .join('')
}

/** The body, with what was uploaded below it. */
export function withPictures(html: string, shown: readonly { readonly media: Media; readonly url: string }[]): string {
  return [html, ...shown.map(({ media, url }) => figure(media, url))].join('')
}

const figure = ({ kind, alt }: Media, url: string): string =>
  kind === 'video'
    ? `<figure class="wp-block-video"><video controls src="${escaped(url)}"></video></figure>\n`
    : `<figure><img src="${escaped(url)}" alt="${escaped(alt)}"></figure>\n`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
