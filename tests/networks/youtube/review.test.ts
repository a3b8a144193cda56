import { describe, expect, it } from 'vitest'
import { youtube } from '../../../shared/networks/youtube/index.ts'
import { tagsLength } from '../../../shared/networks/youtube/review.ts'
import { content, image, video } from '../../conformance/session.ts'

const lying = video({ width: 1920, height: 1080, seconds: 300 })
const review = (
  options: Readonly<Record<string, unknown>>,
  media = [lying],
  text = 'Une recette',
  cover?: ReturnType<typeof image>,
) =>
  youtube.review(
    content([text], { options: { title: 'Le levain', madeForChildren: false, ...options }, cover }, media),
    youtube.limits,
    {},
  )
const found = (...given: Parameters<typeof review>) =>
  review(...given).problems.map(({ pointer, code }) => `${pointer} ${code}`)
const warned = (...given: Parameters<typeof review>) => (review(...given).warnings ?? []).map(({ code }) => code)

describe('what YouTube would refuse', () => {
  it('is nothing of a good video', () => {
    expect(review({})).toMatchObject({ problems: [], warnings: [] })
  })
  it('is a video without a title, or with one too long', () => {
    expect(found({ title: undefined })).toEqual(['/options/title title_missing'])
    expect(found({ title: 'é'.repeat(100) })).toEqual([])
    expect(found({ title: 'é'.repeat(101) })).toEqual(['/options/title text_too_long'])
  })
  it('is silence on what the law asks', () => {
    expect(found({ madeForChildren: undefined })).toEqual(['/options/madeForChildren made_for_children_missing'])
  })
  it('is < and >, in title and text', () => {
    expect(found({ title: 'Pain <3' }, [lying], 'a > b')).toEqual([
      '/options/title character_refused',
      '/parts/0/text character_refused',
    ])
  })
  it('is < and > in a tag', () => {
    expect(found({ tags: ['pain', 'pain <3', 'a > b'] })).toEqual([
      '/options/tags/1 character_refused',
      '/options/tags/2 character_refused',
    ])
  })
  it('is more than 500 characters of tags, commas and quotation marks counted', () => {
    expect(tagsLength(['pain', 'pain au levain'])).toBe('pain,"pain au levain"'.length)
    expect(found({ tags: ['x'.repeat(250), 'y'.repeat(249)] })).toEqual([])
    expect(found({ tags: ['x'.repeat(250), 'y'.repeat(250)] })).toEqual(['/options/tags text_too_long'])
  })
  it('is a Short that lies on its side, or is longer than three minutes', () => {
    const short = { kind: 'short' }
    expect(found(short, [video({ seconds: 180 })])).toEqual([])
    expect(found(short, [video({ width: 1000, height: 1000 })])).toEqual([])
    expect(found(short, [video({ seconds: 181 })])).toEqual(['/parts/0/media/0 video_too_long'])
    expect(found(short, [video({ width: 1920, height: 1080 })])).toEqual(['/parts/0/media/0 media_ratio'])
  })
  it('is a first comment where nobody can comment', () => {
    for (const closed of [{ madeForChildren: true }, { privacy: 'private' }])
      expect(found({ ...closed, firstComment: 'Et vous ?' })).toEqual(['/options/firstComment comments_closed'])
  })
  it('is a thumbnail that is too heavy or no picture', () => {
    expect(found({}, [lying], 'x', image({ mime: 'image/webp' }))).toEqual(['/cover media_type'])
    expect(found({}, [lying], 'x', image({ mime: 'image/jpeg', bytes: 2_000_001 }))).toEqual(['/cover media_too_large'])
  })
})

describe('what people would not expect', () => {
  it('is that an upright video becomes a Short', () => {
    expect(warned({}, [video()])).toEqual(['becomes_short'])
    expect(warned({ kind: 'short' }, [video()])).toEqual([])
    expect(warned({}, [video({ seconds: 200 })])).toEqual([])
  })
  it('is that long videos need a verified channel, and that Shorts show no thumbnail', () => {
    expect(warned({}, [video({ width: 1920, height: 1080, seconds: 901 })])).toEqual(['needs_verified_channel'])
    expect(warned({ kind: 'short' }, [video()], 'x', image({ mime: 'image/jpeg', width: 1280, height: 720 }))).toEqual([
      'cover_hidden',
    ])
  })
  it('is that too many hashtags are none', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, i) => `#pain${i}`).join(' ')
    expect(warned({}, [lying], tags(60))).toEqual([])
    expect(warned({}, [lying], tags(61))).toEqual(['too_many_tags'])
  })
})
