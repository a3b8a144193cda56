/**
 * Time grows with the length of a text, whatever is in it: every function that reads what a stranger or a user wrote, against
 * texts made to cost the most, by counted steps (of regular expressions, of methods of text and lists), not by a clock.
 */
import { describe, expect, it } from 'vitest'
import { renderFeed } from '../../shared/feeds/render.ts'
import { redact } from '../../shared/kernel/log.ts'
import { htmlOf } from '../../shared/networks/articles/body.ts'
import { textOfHtml as textOfPage } from '../../shared/networks/articles/text.ts'
import { facetsOf, findMentions } from '../../shared/networks/bluesky/facets.ts'
import { decodePage } from '../../shared/networks/cards/charset.ts'
import { factsOf } from '../../shared/networks/cards/page.ts'
import { discourseWebhook } from '../../shared/networks/discourse/webhook.ts'
import { textOfHtml as textOfLetter } from '../../shared/networks/email/html.ts'
import { withoutQuoted } from '../../shared/networks/email/quote.ts'
import { isAutomatic, readLetter, saidIn } from '../../shared/networks/email/read.ts'
import { reportedIn } from '../../shared/networks/email/report.ts'
import { asWritten } from '../../shared/networks/google_business/listen.ts'
import { keptText } from '../../shared/networks/http/recorder.ts'
import * as linkedin from '../../shared/networks/linkedin/text.ts'
import * as mastodon from '../../shared/networks/mastodon/text.ts'
import type { AnyConnector, Content } from '../../shared/networks/network.ts'
import { connectorOf, networkNames } from '../../shared/networks/registry.ts'
import { findLinks, findTags, fingerprint, shortened } from '../../shared/networks/text/index.ts'
import { linksOnMastodon, linksOnX } from '../../shared/networks/text/twitter.ts'
import { encodeArticle } from '../../shared/networks/usenet/article.ts'
import { plainText } from '../../shared/networks/x/shown.ts'
import * as x from '../../shared/networks/x/text.ts'
import { youtubeWebhook } from '../../shared/networks/youtube/webhook.ts'
import { linksOf, renderIssue } from '../../shared/newsletters/render.ts'
import { counted, TooManySteps } from '../support/counting-regexp.ts'

/** Every pattern at the first two, the three that cost most at the others. */
const sizes = { all: [250, 1_000], beyond: [9_000, 36_000], most: [10_000, 20_000, 40_000] }
/** Steps for each character at most: a text of 40,000 that takes them squared would take 40,000. */
const perCharacter = 1_000
/** Steps for what is done once, whatever the length. */
const constant = 20_000

/** What is repeated; `before` and `after` stand once. */
interface Pattern {
  readonly unit: string
  readonly before?: string
  readonly after?: string
}
const text = ({ unit, before = '', after = '' }: Pattern, size: number) =>
  before + unit.repeat(Math.ceil(size / unit.length)).slice(0, size) + after

const everywhere: readonly Pattern[] = [
  ...[
    'a',
    'é',
    ' ',
    '\n',
    '\r',
    '\t',
    '\u00a0',
    '1',
    '.',
    ',',
    ')',
    '(',
    '()',
    '((',
    '[',
    ']',
    '<',
    '>',
    '&',
    '#',
    '@',
    '$',
  ],
  ...[
    '*',
    '_',
    '-',
    '=',
    '"',
    '’',
    '!',
    '👈',
    '\ud800',
    'e\u0301',
    '\u200d',
    ' a',
    'a ',
    '\n\n',
    '> ',
    '- ',
    '1. ',
    '`',
    '~',
  ],
  ...[
    'www.',
    'a.',
    '-.',
    'a-',
    'a_',
    '.com',
    'a.com',
    'a.com ',
    '@a',
    '@a.',
    '@a@',
    '@a@a.',
    '#a',
    '#1',
    '# ',
    '#a#',
    '$a ',
  ],
  ...[
    'https://',
    'https://a.bc/',
    'https://a.bc/ ',
    'https://a.bc/(',
    'https://a.bc/?',
    '(https://a.bc/)',
    '_a_',
    '*a*',
    '**a',
  ],
  ...[
    '[a](',
    '[a](b)',
    '![',
    '<a',
    '<a href="',
    '<p>',
    '<!--',
    '</',
    '&#',
    '&amp;',
    '{',
    '}',
    '|',
    '\\',
    '|a|\n',
    'a:\n',
    '=\n',
  ],
  ...['token=', 'secret', 'bearer ', 'a@b ', '\n>', ' \n', '\n-- \n', 'On 1.1.2026 a@b.fr wrote:\n'],
].map((unit) => ({ unit }))
const once: readonly Pattern[] = [
  { before: 'https://a.bc/', unit: ')' },
  { before: 'https://a.bc/(', unit: 'a' },
  { before: 'https://a.bc/', unit: '(a' },
  { before: 'https://a.bc/', unit: ',' },
  { before: 'https://a.bc?', unit: ',' },
  { before: 'https://', unit: 'a.' },
  { before: 'https://', unit: 'a' },
  { before: '#', unit: 'a' },
  { before: '#', unit: '1', after: '!' },
  { before: '@a@', unit: 'a.', after: '!' },
  { before: 'a', unit: ' ', after: 'a' },
  { before: '*', unit: 'a*b' },
]

const content = (words: string): Content =>
  ({
    kind: 'text',
    key: 'k',
    parts: [{ text: words, media: [] }],
    title: undefined,
    language: 'fr',
    options: {},
  }) as unknown as Content

const letter = (head: string, body: string) => Buffer.from(`From: a@b.fr\r\n${head}\r\n\r\n${body}`)
const read = async (source: Uint8Array) => {
  const one = await readLetter(source)
  return [saidIn(one), isAutomatic(one), reportedIn(one)]
}
const feedOf = (words: string) => ({
  title: 'T',
  description: words.slice(0, 500),
  language: 'fr',
  pageLanguage: 'fr',
  timeZone: 'Europe/Paris',
  link: undefined,
  updatedAt: new Date(0),
  items: [{ id: 'pub_1', parts: [{ text: words, images: [] }], language: 'fr', publishedAt: new Date(0) }],
  url: (format: string) => `https://a.fr/${format}`,
})

type Reader = (words: string) => unknown
const readers: Readonly<Record<string, Reader>> = {
  'text: findLinks': findLinks,
  'text: findTags': findTags,
  'text: fingerprint': fingerprint,
  'text: shortened': (words) => shortened(words, 100),
  'text: linksOnX': linksOnX,
  'text: linksOnMastodon': linksOnMastodon,
  'x: weightedLength': x.weightedLength,
  'x: hashtags': x.hashtags,
  'x: cashtags': x.cashtags,
  'x: cutTags': x.cutTags,
  'x: accidentalLinks': x.accidentalLinks,
  'x: heavyCharacters': x.heavyCharacters,
  'x: fingerprint': x.fingerprint,
  'x: plainText': (words) => plainText({ text: words }),
  'mastodon: countLength': (words) => mastodon.countLength(words, '', 23),
  'mastodon: cutTags': mastodon.cutTags,
  'mastodon: htmlToText': mastodon.htmlToText,
  'mastodon: fingerprint': mastodon.fingerprint,
  'linkedin: littleText': linkedin.littleText,
  'linkedin: typedText': linkedin.typedText,
  'linkedin: cutTags': linkedin.cutTags,
  'linkedin: fingerprint': linkedin.fingerprint,
  'bluesky: findMentions': findMentions,
  'bluesky: facetsOf': (words) => facetsOf(words, new Map()),
  'articles: textOfHtml': textOfPage,
  'articles: htmlOf': (words) => htmlOf(words),
  'articles: htmlOf plain': (words) => htmlOf(words, 'text'),
  'cards: factsOf': (words) => factsOf(words, 'https://a.fr/'),
  'cards: decodePage': (words) => decodePage(Buffer.from(words), 'text/html'),
  'google_business: asWritten': asWritten,
  'usenet: encodeArticle': (words) =>
    encodeArticle({
      messageId: '1@a.fr',
      from: { name: 'A', address: 'a@a.fr' },
      group: 'fr.test',
      subject: words.slice(0, 300),
      text: words,
      date: 0,
      references: [],
    }),
  'discourse: normalize': (words) =>
    discourseWebhook.normalize(
      Buffer.from(
        JSON.stringify({
          post: {
            id: 1,
            username: 'a',
            created_at: '2026-01-01',
            cooked: words,
            post_type: 1,
            post_number: 1,
            topic_id: 1,
          },
        }),
      ),
      'a.fr..b',
    ),
  'youtube: normalize': (words) => youtubeWebhook.normalize(Buffer.from(`<feed >${words}`)),
  'email: textOfHtml': (words) => textOfLetter(words, { quotes: false }),
  'email: withoutQuoted': withoutQuoted,
  'email: body': (words) => read(letter('Content-Type: text/plain; charset=utf-8', words)),
  'email: html': (words) => read(letter('Content-Type: text/html; charset=utf-8', words)),
  'email: subject': (words) => read(letter(`Subject: ${words.replace(/[\r\n]/g, ' ')}`, '')),
  'email: sender': (words) => read(letter(`Reply-To: ${words.replace(/[\r\n]/g, ' ')}`, '')),
  'feeds: renderFeed': (words) =>
    (['rss', 'atom', 'json', 'html'] as const).map((format) => renderFeed(feedOf(words), format)),
  'newsletters: linksOf': linksOf,
  'newsletters: renderIssue': (words) =>
    renderIssue(
      {
        list: { name: 'L', footer: 'F' },
        subject: 'S',
        text: words,
        language: 'fr',
        unsubscribeUrl: 'https://a.fr/u',
        linkUrl: (n: number) => `https://a.fr/${n}`,
      } as never,
      [],
    ),
  'log: redact': (words) => redact(words),
  'http: keptText': keptText,
}
/** What libraries read in their own way is cut before: from there on nothing grows. */
const bounded = new Set(['email: sender', 'email: subject'])
/** Patterns that only one function knows. */
const own: Readonly<Record<string, readonly Pattern[]>> = {
  'youtube: normalize': [
    { unit: '<entry ' },
    { unit: '<at:deleted-entry ' },
    { before: '<entry >', unit: '<yt:videoId>', after: '</entry>' },
    { before: '<entry >', unit: '<uri ', after: '</entry>' },
  ],
  'discourse: normalize': [{ unit: '<a class="mention" ' }, { unit: '<a class="mention" href="/u/' }, { unit: '<br' }],
  'mastodon: htmlToText': [
    { unit: '<br ' },
    { before: '<br', unit: ' ' },
    { unit: '</p> ' },
    { before: '</p>', unit: ' ' },
  ],
  'linkedin: typedText': [{ unit: '{hashtag|#|' }, { unit: '{hashtag|\\#|a' }],
  'linkedin: littleText': [{ unit: '@[a' }, { unit: '@[a](' }, { unit: '#a_' }],
  'cards: decodePage': [{ unit: '<meta ' }, { unit: '<meta charset' }, { before: '<meta charset=', unit: ' ' }],
  'google_business: asWritten': [{ unit: '(Original)' }, { before: '(Original)', unit: ' ' }],
  'http: keptText': [{ unit: 'a-token' }, { unit: 'tokentoken-' }],
}

/** What reviews read of a channel. */
const settings = { charactersLimit: 500, charactersPerUrl: 23, accountType: 'BUSINESS', site: 'https://a.fr' } as never
for (const network of networkNames) {
  let connector: AnyConnector | undefined
  Object.assign(readers, {
    [`${network}: review`]: async (words: string) => {
      connector ??= await connectorOf(network)
      return connector.review(content(words), connector.limits, settings)
    },
  })
}

describe('counted steps grow with the length', () => {
  it.each(Object.keys(readers))('%s', { timeout: 120_000 }, async (name) => {
    const reader = readers[name]
    if (reader === undefined) throw new Error(name)
    await reader('once, so that what is loaded and compiled is not counted')
    const wrong: string[] = []
    const costs: { readonly pattern: Pattern; readonly cost: number }[] = []
    const grow = async (pattern: Pattern, lengths: readonly number[]) => {
      const steps: number[] = []
      try {
        for (const size of lengths) {
          const words = text(pattern, size)
          steps.push(await counted(() => reader(words), perCharacter * size + constant))
        }
      } catch (error) {
        const why = error instanceof TooManySteps ? `${steps.join(', ')}, then ${error.message}` : String(error)
        wrong.push(`${JSON.stringify(pattern)}: ${why}`)
        return
      }
      const [small = 0, large = 0] = [steps[0], steps.at(-1)]
      costs.push({ pattern, cost: large })
      // four times the text: four times the steps, and a little for what is done once
      if (large > 4.6 * small + constant) wrong.push(`${JSON.stringify(pattern)}: ${steps.join(', ')}`)
    }
    const lengths = bounded.has(name) ? sizes.beyond : sizes.all
    for (const pattern of [...everywhere, ...once, ...(own[name] ?? [])]) await grow(pattern, lengths)
    const most = costs.toSorted((a, b) => b.cost - a.cost).slice(0, 3)
    for (const { pattern } of most) await grow(pattern, sizes.most)
    expect(wrong).toEqual([])
  })
})
