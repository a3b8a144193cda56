/** A feed as RSS 2.0, Atom (RFC 4287), JSON Feed 1.1 and a page. Texts are people's: nothing in them is markup. */
import { generateAtomFeed, generateJsonFeed, generateRssFeed } from 'feedsmith'
import { escapeHtml, htmlPage } from '../html/index.ts'
import { languageOf, momentIn } from '../i18n/index.ts'
import { findLinks } from '../networks/text/index.ts'

export const feedFormats = ['rss', 'atom', 'json', 'html'] as const
export type FeedFormat = (typeof feedFormats)[number]

export interface FeedImage {
  readonly url: string
  readonly mime: string
  readonly bytes: number
  readonly alt: string
  readonly width: number | undefined
  readonly height: number | undefined
}

export interface FeedItem {
  readonly id: string
  /** One per part of a thread. */
  readonly parts: readonly { readonly text: string; readonly images: readonly FeedImage[] }[]
  readonly language: string
  readonly publishedAt: Date
}

export interface Feed {
  readonly title: string
  readonly description: string | undefined
  readonly language: string | undefined
  /** Of the page: the feed's language, else its workspace's. */
  readonly pageLanguage: string
  /** IANA zone of the workspace: of the times on the page. */
  readonly timeZone: string
  /** The site that it belongs to. */
  readonly link: string | undefined
  /** When something of it last changed. */
  readonly updatedAt: Date
  /** Newest first. */
  readonly items: readonly FeedItem[]
  /** Its address in a format. */
  url(format: FeedFormat): string
}

/** XML 1.0 has no place for most control characters, nor for halves of a pair. */
const withoutControls = (text: string) =>
  text.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')

function paragraphs(text: string): string {
  let html = ''
  let at = 0
  for (const link of findLinks(text)) {
    html += `${escapeHtml(text.slice(at, link.start))}<a href="${escapeHtml(link.url)}" rel="noopener">`
    html += `${escapeHtml(text.slice(link.start, link.end))}</a>`
    at = link.end
  }
  html += escapeHtml(text.slice(at))
  return html
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${paragraph.trim().replace(/\n/g, '<br>')}</p>`)
    .join('')
}

function imageTag({ url, alt, width, height }: FeedImage): string {
  const size = width === undefined || height === undefined ? '' : ` width="${width}" height="${height}"`
  return `<p><img src="${escapeHtml(url)}" alt="${escapeHtml(alt)}"${size}></p>`
}

const htmlOf = (item: FeedItem) =>
  item.parts
    .map((part) => paragraphs(withoutControls(part.text)) + part.images.map((image) => imageTag(image)).join(''))
    .join('')

const textOf = (item: FeedItem) => withoutControls(item.parts.map((part) => part.text).join('\n\n')).trim()
const imagesOf = (item: FeedItem) => item.parts.flatMap((part) => part.images)

/** Atom wants a title where posts have none: the beginning of the first line. */
function titleOf(item: FeedItem): string {
  const line = textOf(item).split('\n')[0] ?? ''
  const characters = Array.from(new Intl.Segmenter('en').segment(line), (one) => one.segment)
  if (characters.length <= 80) return line || imagesOf(item)[0]?.alt || '—'
  const cut = characters.slice(0, 80).join('')
  return `${cut.replace(/\s+\S*$/u, '') || cut}…`
}

const urn = (item: FeedItem) => `urn:parvis:${item.id}`
const pageOf = (feed: Feed, item: FeedItem) => `${feed.url('html')}#${item.id}`

export function renderFeed(feed: Feed, format: FeedFormat): { readonly contentType: string; readonly text: string } {
  const render = { rss, atom, json, html }[format]
  return { contentType: contentTypes[format], text: render(feed) }
}

const contentTypes: Readonly<Record<FeedFormat, string>> = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
  html: 'text/html; charset=utf-8',
}

/** The generator puts CDATA on lines of their own; the spaces around them would belong to the value. Read in one pass. */
function withoutIndents(xml: string): string {
  const [open, close] = ['<![CDATA[', ']]>']
  let left = ''
  let at = 0
  for (let from = xml.indexOf(open); from >= 0; from = xml.indexOf(open, at)) {
    const end = xml.indexOf(close, from) + close.length
    left += xml.slice(at, from).trimEnd() + xml.slice(from, end)
    const next = xml.slice(end, end + 200)
    at = end + (next.length - next.trimStart().length)
  }
  return left + xml.slice(at)
}

function rss(feed: Feed): string {
  const xml = generateRssFeed({
    title: feed.title,
    link: feed.link ?? feed.url('html'),
    // read as HTML, and it is a person's text
    description: escapeHtml(feed.description ?? feed.title),
    ...(feed.language === undefined ? {} : { language: feed.language }),
    lastBuildDate: feed.updatedAt,
    atom: { links: [{ href: feed.url('rss'), rel: 'self', type: 'application/rss+xml' }] },
    items: feed.items.map((item) => ({
      title: titleOf(item),
      link: pageOf(feed, item),
      description: htmlOf(item),
      guid: { value: urn(item), isPermaLink: false },
      pubDate: item.publishedAt,
      enclosures: imagesOf(item).map(({ url, mime, bytes }) => ({ url, type: mime, length: bytes })),
    })),
  })
  return withoutIndents(xml)
}

function atom(feed: Feed): string {
  const xml = generateAtomFeed({
    id: feed.url('atom'),
    title: { value: feed.title },
    ...(feed.description === undefined ? {} : { subtitle: { value: feed.description } }),
    updated: feed.updatedAt,
    authors: [{ name: feed.title }],
    links: [
      { href: feed.url('atom'), rel: 'self', type: 'application/atom+xml' },
      { href: feed.link ?? feed.url('html'), rel: 'alternate', type: 'text/html' },
    ],
    entries: feed.items.map((item) => ({
      id: urn(item),
      title: { value: titleOf(item) },
      published: item.publishedAt,
      updated: item.publishedAt,
      content: { value: htmlOf(item), type: 'html' },
      links: [
        { href: pageOf(feed, item), rel: 'alternate', type: 'text/html' },
        ...imagesOf(item).map(({ url, mime, bytes }) => ({ href: url, rel: 'enclosure', type: mime, length: bytes })),
      ],
    })),
  })
  return withoutIndents(xml)
}

function json(feed: Feed): string {
  const document = generateJsonFeed({
    title: feed.title,
    home_page_url: feed.link ?? feed.url('html'),
    feed_url: feed.url('json'),
    ...(feed.description === undefined ? {} : { description: feed.description }),
    ...(feed.language === undefined ? {} : { language: feed.language }),
    authors: [{ name: feed.title }],
    items: feed.items.map((item) => ({
      id: urn(item),
      url: pageOf(feed, item),
      content_html: htmlOf(item),
      content_text: textOf(item),
      date_published: item.publishedAt,
      language: item.language,
      attachments: imagesOf(item).map(({ url, mime, bytes, alt }) => ({
        url,
        mime_type: mime,
        size_in_bytes: bytes,
        ...(alt === '' ? {} : { title: alt }),
      })),
    })),
  })
  return `${JSON.stringify(document, undefined, 2)}\n`
}

const style =
  'body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui}article{border-top:1px solid #ccc}img{max-width:100%;height:auto}time{color:#666}'

function html(feed: Feed): string {
  const language = languageOf(feed.pageLanguage)
  const title = escapeHtml(feed.title)
  const alternates = [
    ['rss', 'application/rss+xml'],
    ['atom', 'application/atom+xml'],
    ['json', 'application/feed+json'],
  ] as const
  const items = feed.items.map((item) => {
    const at = item.publishedAt.toISOString()
    const shownAt = momentIn(at, language, feed.timeZone)
    const time = `<p><a href="#${escapeHtml(item.id)}"><time datetime="${at}">${escapeHtml(shownAt)}</time></a></p>`
    return `<article id="${escapeHtml(item.id)}" lang="${escapeHtml(item.language)}">${htmlOf(item)}${time}</article>`
  })
  const links = alternates.map(([format]) => `<a href="${escapeHtml(feed.url(format))}">${format.toUpperCase()}</a>`)
  const described = feed.description === undefined ? '' : `<p>${escapeHtml(feed.description)}</p>`
  return htmlPage({
    language: feed.pageLanguage,
    title: feed.title,
    head: alternates
      .map(
        ([format, type]) =>
          `<link rel="alternate" type="${type}" title="${title}" href="${escapeHtml(feed.url(format))}">`,
      )
      .join(''),
    style,
    main: `${described}<p>${links.join(' · ')}</p>\n${items.join('\n')}`,
    listed: true,
  })
}
