/** What a page says of itself in its head, for whoever links to it. */
import { Parser } from 'htmlparser2'
import { shortened } from '../text/index.ts'

export interface PageFacts {
  readonly title: string | undefined
  readonly description: string | undefined
  /** Absolute; `http` or `https`. */
  readonly image: string | undefined
}

/** Graphemes. Longer ones are text that somebody put in the wrong place. */
const titleMax = 300
const descriptionMax = 1_000

const titles = ['og:title', 'twitter:title', 'title']
const descriptions = ['og:description', 'twitter:description', 'description']
const images = ['og:image:secure_url', 'og:image:url', 'og:image', 'twitter:image', 'twitter:image:src', 'image_src']

/** `address`: where the page was read, against which its addresses are resolved. The first of several of a kind counts. */
export function factsOf(html: string, address: string): PageFacts {
  const said = new Map<string, string>()
  const say = (name: string | undefined, value: string | undefined) => {
    const key = name?.trim().toLowerCase() ?? ''
    const text = tidy(value ?? '')
    if (key !== '' && text !== '' && !said.has(key)) said.set(key, text)
  }
  let title: string | undefined
  let drawing = 0
  const parser = new Parser({
    onopentag(name, { property, name: called, content, rel, href }) {
      if (name === 'svg') drawing += 1
      else if (name === 'title' && drawing === 0 && title === undefined) title = ''
      else if (name === 'meta') {
        say(property, content)
        say(called, content)
      } else if (name === 'base') say('base', href)
      else if (name === 'link' && /(^|\s)image_src(\s|$)/i.test(rel ?? '')) say('image_src', href)
    },
    ontext(text) {
      if (title !== undefined) title += text
    },
    onclosetag(name) {
      if (name === 'svg') drawing = Math.max(0, drawing - 1)
      else if (name === 'title' && title !== undefined && drawing === 0) {
        say('title', title)
        title = undefined
      }
    },
  })
  parser.end(html)
  const first = (names: readonly string[]) => names.map((name) => said.get(name)).find((value) => value !== undefined)
  const base = URL.parse(said.get('base') ?? '', address)?.href ?? address
  const image = URL.parse(first(images) ?? ' ', base)
  return {
    title: bounded(first(titles), titleMax),
    description: bounded(first(descriptions), descriptionMax),
    image: first(images) !== undefined && /^https?:$/.test(image?.protocol ?? '') ? image?.href : undefined,
  }
}

const bounded = (text: string | undefined, max: number) => (text === undefined ? undefined : shortened(text, max))

/** One line. The spaces of French typography (U+00A0, U+202F) are no accident and stay. */
const tidy = (text: string) =>
  text
    .replace(/[\t\n\f\r ]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(/^ +| +$/g, '')
