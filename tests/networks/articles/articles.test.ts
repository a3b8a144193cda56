import { describe, expect, it } from 'vitest'
import {
  draftSlug,
  htmlOf,
  options,
  picturesOf,
  reviewArticle,
  siteOf,
  subjectOf,
  textOfHtml,
  withPictures,
} from '../../../shared/networks/articles/index.ts'
import { content, image, video } from '../../conformance/session.ts'

const limits = {
  text: { max: 100, unit: 'characters' },
  title: { max: 10, unit: 'characters' },
  media: { maxCount: 5, image: { mimes: ['image/png'], maxBytes: 1000 } },
  maxParts: 1,
}

describe('the body', () => {
  it('is Markdown unless it says otherwise', () => {
    expect(htmlOf('**Pain** à 2\u202f€\n\n- un')).toBe(
      '<p><strong>Pain</strong> à 2\u202f€</p>\n<ul>\n<li>un</li>\n</ul>\n',
    )
    expect(htmlOf('**Pain** <b>', 'html')).toBe('**Pain** <b>')
    expect(htmlOf('**Pain** <b>\nici\n\n\nlà & là', 'text')).toBe(
      '<p>**Pain** &lt;b&gt;<br>ici</p>\n<p>là &amp; là</p>\n',
    )
  })
  it('keeps right-to-left, emoji and addresses with parentheses', () => {
    const text = 'مرحبا 👩‍🍳 https://fr.wikipedia.org/wiki/Parvis_(architecture)'
    expect(htmlOf(text)).toContain('مرحبا 👩‍🍳 <a href="https://fr.wikipedia.org/wiki/Parvis_(architecture)">')
  })
  it('shows pictures below it, with descriptions that cannot break out of it', () => {
    const media = image({ alt: '"><script>' })
    expect(withPictures('<p>x</p>', [{ media, url: 'https://a.example/1.png' }])).toBe(
      '<p>x</p><figure><img src="https://a.example/1.png" alt="&quot;&gt;&lt;script&gt;"></figure>\n',
    )
  })
  it('has its cover above it, else its first picture, and never a video', () => {
    const [cover, one, two, film] = [image(), image(), image(), video()]
    expect(picturesOf(content(['x'], { cover }, [one, two]))).toEqual({ featured: cover, others: [one, two] })
    expect(picturesOf(content(['x'], {}, [one, two]))).toEqual({ featured: one, others: [two] })
    expect(picturesOf(content(['x'], {}, [film, one]))).toEqual({ featured: undefined, others: [film, one] })
    expect(picturesOf(content(['x']))).toEqual({ featured: undefined, others: [] })
  })
})

describe('the review', () => {
  const pointers = (title: string | undefined) =>
    reviewArticle('WordPress', content(['x'], { options: title === undefined ? {} : { title } }), limits).problems.map(
      ({ pointer, code }) => [pointer, code],
    )
  it('wants a title, no longer than it may be', () => {
    expect(pointers('dix lettre')).toEqual([])
    expect(pointers('onze lettre')).toEqual([['/options/title', 'text_too_long']])
    expect(pointers('👩‍🍳'.repeat(3))).toEqual([])
    expect(pointers(undefined)).toEqual([['/options/title', 'title_missing']])
    expect(pointers(' ')).toEqual([['/options/title', 'title_missing']])
  })
  it('takes slugs that sites take', () => {
    for (const slug of ['le-pain', 'l-été', '2026']) expect(options.safeParse({ slug }).success, slug).toBe(true)
    for (const slug of ['', '-x', 'a--b', 'a b', 'a/b', '..']) expect(options.safeParse({ slug }).success).toBe(false)
  })
})

describe('names', () => {
  it('of drafts depend on the publication alone', () => {
    expect(draftSlug('pub_01JXAB')).toBe('parvis-pub-01jxab')
  })
  it('of sites are read as people write them', () => {
    expect(siteOf(' blog.example/journal/ ').href).toBe('https://blog.example/journal')
    expect(siteOf('http://blog.example/?x#y').href).toBe('http://blog.example/')
    for (const bad of ['', 'http://', 'a b', 'https://u:p@blog.example'])
      expect(() => siteOf(bad), bad).toThrowError(expect.objectContaining({ code: 'invalid_host' }))
  })
  it('of hooks fit in an address, and differ where the site does', () => {
    const subjects = [
      'https://Blog.example',
      'https://blog.example/a',
      'https://blog.example:8443',
      `https://${'a'.repeat(60)}.${'b'.repeat(60)}.example`,
    ].map((site) => subjectOf(new URL(site)))
    expect(subjects[0]).toBe('blog.example')
    expect(new Set(subjects).size).toBe(4)
    for (const subject of subjects) expect(subject).toMatch(/^[A-Za-z0-9._-]{1,100}$/)
  })
})

describe('what people wrote', () => {
  it('is text again', () => {
    expect(
      textOfHtml('<p>Un&nbsp;! <a href="x">deux</a><br>\ntrois</p>\n<p>« 4 » &amp; <img class="emoji" alt="🥖"></p>'),
    ).toBe('Un\u00a0! deux\ntrois\n\n« 4 » & 🥖')
    expect(textOfHtml('<script>x()</script><style>p{}</style>ok')).toBe('ok')
  })
})
