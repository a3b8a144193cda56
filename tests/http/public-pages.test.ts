/** Every page that people without an account open is a whole HTML document. */
import { expect, it } from 'vitest'
import { renderPage as connectingPage, pagePolicy as connectingPolicy } from '../../shared/channels/connecting/page.ts'
import { renderFeed } from '../../shared/feeds/render.ts'
import { renderPage as newsletterPage, pagePolicy as newsletterPolicy } from '../../shared/newsletters/pages.ts'
import { handoverPolicy, renderEnd, renderHandover } from '../../shared/publishing/handover/page.ts'

const handed = {
  network: 'Xing',
  channel: 'C',
  workspace: 'W',
  when: 'on Monday',
  paused: false,
  edited: false,
  contentVersion: 1,
  instructions: undefined,
  title: undefined,
  firstComment: undefined,
  link: undefined,
  options: [],
  parts: [{ text: 'T', media: [] }],
  open: undefined,
}
const feed = {
  title: 'Pain & sel',
  description: undefined,
  language: 'fr',
  link: undefined,
  pageLanguage: 'fr',
  timeZone: 'Europe/Paris',
  updatedAt: new Date(0),
  items: [
    {
      id: 'pub_1',
      parts: [{ text: 'Bonjour', images: [] }],
      language: 'fr',
      publishedAt: new Date('2026-12-01T20:24:00Z'),
    },
  ],
  url: (format: string) => `https://a.fr/feeds/f/${format}`,
}
const letters = ['confirm', 'confirmed', 'leave', 'left', 'untracked', 'unknown'] as const
const pages: (readonly [string, string, string?])[] = [
  ...letters.map((one) => [`newsletter: ${one}`, newsletterPage(one, 'Pain', 'fr'), newsletterPolicy] as const),
  ['hand-over', renderHandover(handed, { path: '/handover/p', token: 't' }, 'fr', undefined), handoverPolicy()],
  ['hand-over, over', renderEnd('stale', 'fr'), handoverPolicy()],
  ['OAuth', connectingPage({ page: 'found', facts: { network: 'X' } }, 'fr'), connectingPolicy],
  ['feed', renderFeed(feed, 'html').text],
]

it.each(pages)(
  'the page %s has a language, a title, an icon that its policy allows, and one main part',
  (_, html = '', policy) => {
    expect(html).toMatch(/^<!doctype html><html lang="fr">/)
    expect(html).toMatch(/<title>[^<]+<\/title>/)
    expect(html).toContain('<link rel="icon" href="data:image/svg+xml,')
    expect(html.match(/<main>/g)).toHaveLength(1)
    expect(html.match(/<h1>/g)).toHaveLength(1)
    if (policy !== undefined) expect(policy).toMatch(/img-src [^;]*data:/)
  },
)

it('shows the times of a feed in the zone of its workspace, and the instant for programs', () => {
  expect(renderFeed(feed, 'html').text).toContain(
    '<time datetime="2026-12-01T20:24:00.000Z">le mardi 1er décembre 2026 à 21\u00a0h\u00a024, heure de Paris</time>',
  )
})
