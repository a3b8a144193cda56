import { createHash } from 'node:crypto'
import { type Feed, type FeedFormat, renderFeed } from './render.ts'

export type Rendered = ReturnType<typeof renderFeed>

/** A function serves few feeds; what is asked for least recently goes first. */
const maxKept = 20

/** Feeds are public: each is rendered once for as long as what it shows stays the same. */
export class RenderedFeeds {
  readonly #kept = new Map<string, { readonly shows: string; readonly rendered: Rendered }>()

  of(feed: Feed, format: FeedFormat): Rendered {
    const address = feed.url(format)
    const shows = createHash('sha256').update(JSON.stringify(feed)).digest('base64')
    const known = this.#kept.get(address)
    const rendered = known?.shows === shows ? known.rendered : renderFeed(feed, format)
    this.#kept.delete(address)
    this.#kept.set(address, { shows, rendered })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest)
    return rendered
  }
}
