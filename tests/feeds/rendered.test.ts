import { expect, it } from 'vitest'
import type { Feed } from '../../shared/feeds/render.ts'
import { RenderedFeeds } from '../../shared/feeds/rendered.ts'

const feed = (id: string, text: string): Feed => ({
  title: 'Pain',
  description: undefined,
  language: 'fr',
  pageLanguage: 'fr',
  timeZone: 'Europe/Paris',
  link: undefined,
  updatedAt: new Date(0),
  items: [{ id: 'pub_1', parts: [{ text, images: [] }], language: 'fr', publishedAt: new Date(0) }],
  url: (format) => `https://a.fr/feeds/${id}/${format}`,
})

it('renders a feed once while it shows the same, and anew when it shows something else', () => {
  const feeds = new RenderedFeeds()
  const first = feeds.of(feed('f', 'Bonjour'), 'html')
  expect(feeds.of(feed('f', 'Bonjour'), 'html')).toBe(first)
  const edited = feeds.of(feed('f', 'Bonsoir'), 'html')
  expect(edited.text).toContain('Bonsoir')
  expect(feeds.of(feed('f', 'Bonjour'), 'json').contentType).toBe('application/feed+json; charset=utf-8')
  expect(feeds.of(feed('f', 'Bonsoir'), 'html')).toBe(edited)
})

it('keeps those that were asked for last', () => {
  const feeds = new RenderedFeeds()
  const first = feeds.of(feed('first', 'a'), 'html')
  for (let i = 0; i < 19; i += 1) feeds.of(feed(`f${i}`, 'a'), 'html')
  expect(feeds.of(feed('first', 'a'), 'html')).toBe(first)
  for (let i = 0; i < 20; i += 1) feeds.of(feed(`g${i}`, 'a'), 'html')
  expect(feeds.of(feed('first', 'a'), 'html')).not.toBe(first)
})
