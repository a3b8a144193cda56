import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fittable, planFit } from '../../shared/media/fit.ts'
import type { MediaRule } from '../../shared/networks/network.ts'
import { english } from '../support/english.ts'

const instagram: MediaRule = {
  mimes: ['image/jpeg'],
  maxBytes: 8_000_000,
  minWidth: 320,
  minHeight: 320,
  maxWidth: 1440,
  maxHeight: 1800,
  minRatio: 0.8,
  maxRatio: 1.91,
}
const any: MediaRule = { mimes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'], maxBytes: 10_000_000 }
const photo = (width: number, height: number, more: Partial<Fittable> = {}): Fittable => ({
  kind: 'image',
  mime: 'image/jpeg',
  bytes: 500_000,
  width,
  height,
  animated: false,
  located: false,
  turned: false,
  ...more,
})

describe('the plan for an image', () => {
  it.each([
    ['a photograph within every limit', photo(1080, 1350), instagram],
    ['a pixel beside the proportions', photo(1080, 1351), instagram],
    ['a GIF that moves where GIFs are taken', photo(400, 300, { mime: 'image/gif', animated: true }), any],
    ['a film', { ...photo(1920, 1080), kind: 'video', mime: 'video/mp4' } as const, instagram],
    ['a document', { kind: 'document', mime: 'application/pdf', bytes: 1 } as const, instagram],
  ])('is none for %s', (_, medium, rule) => {
    expect(planFit(medium, rule)).toBeUndefined()
  })

  it('crops what is too high or too wide, in the middle unless told where', () => {
    const story = { ...instagram, minRatio: 0.5625, maxRatio: 0.5625, maxHeight: 1920 }
    expect(planFit(photo(1920, 1080), story)).toMatchObject({
      crop: { left: 657, top: 0, width: 607, height: 1080 },
      width: 607,
      height: 1080,
      changes: [english('cropped from 16:9 to 9:16')],
    })
    expect(planFit(photo(1920, 1080), story, { x: 1, y: 0 })).toMatchObject({ crop: { left: 1313, width: 607 } })
    expect(planFit(photo(1920, 1080), story, { x: 0.1, y: 0 })).toMatchObject({ crop: { left: 0, width: 607 } })
    expect(planFit(photo(1000, 2000), instagram, { x: 0.5, y: 0.75 })).toMatchObject({
      crop: { left: 0, top: 750, width: 1000, height: 1250 },
      changes: [english('cropped from 1:2 to 4:5')],
    })
  })

  it('makes smaller what is too large, and says so', () => {
    expect(planFit(photo(4000, 3000), instagram)).toMatchObject({
      width: 1440,
      height: 1080,
      changes: [english('made smaller, from 4,000 × 3,000 to 1,440 × 1,080')],
    })
    expect(planFit(photo(4000, 4000), { ...any, maxPixels: 1_000_000 })).toMatchObject({ width: 1000, height: 1000 })
  })

  it('enlarges what is a little too small, twice at most', () => {
    expect(planFit(photo(200, 200), instagram)).toMatchObject({ width: 320, height: 320 })
    expect(planFit(photo(160, 160), instagram)).toMatchObject({ width: 320, height: 320 })
    expect(planFit(photo(159, 159), instagram)).toMatchObject({ cannot: english(/^320 × 320 pixels are needed/) })
    expect(planFit(photo(100, 4000), { ...any, minWidth: 200, maxHeight: 4000 })).toHaveProperty('cannot')
  })

  it.each([
    ['image/heic', any, 'image/jpeg'],
    ['image/avif', { ...any, mimes: ['image/png', 'image/webp'] }, 'image/png'],
    ['image/webp', instagram, 'image/jpeg'],
    ['image/png', { ...any, maxBytes: 100_000 }, 'image/png'],
    ['image/heic', { ...any, mimes: ['image/heic', 'image/jpeg'] }, 'image/jpeg'],
  ])('turns %s into what is taken: %#', (mime, rule, expected) => {
    expect(planFit(photo(1000, 1000, { mime, located: undefined }), rule)).toMatchObject({ mime: expected })
  })

  it('compresses what has too many bytes, and takes JPEG for a PNG that stays too large', () => {
    expect(planFit(photo(1000, 1000, { mime: 'image/png', bytes: 12_000_000 }), any)).toMatchObject({
      mime: 'image/png',
      otherwise: 'image/jpeg',
      changes: [english('compressed from 12\u00a0MB to 10\u00a0MB at most')],
    })
  })

  it('never lets out what tells a place, or what nobody looked at, and mentions no change for that', () => {
    for (const located of [true, undefined])
      expect(planFit(photo(1080, 1350, { located }), instagram)).toMatchObject({
        width: 1080,
        height: 1350,
        changes: [],
      })
    const moving = photo(400, 400, { mime: 'image/webp', animated: true, located: true })
    expect(planFit(moving, any)).toHaveProperty('cannot')
  })

  it('never lets out what is stored otherwise than it is shown', () => {
    const plan = planFit(photo(1080, 1350, { turned: true }), instagram)
    expect(plan).toMatchObject({ width: 1080, height: 1350, changes: [] })
    expect(planFit(photo(1080, 1350, { turned: false }), instagram)).toBeUndefined()
  })

  it.each(['image/webp', 'image/png', 'image/avif'])('lets %s that moves out only where it moves', (mime) => {
    const moving = photo(400, 300, { mime, animated: true })
    const taken: MediaRule = { ...any, mimes: [...any.mimes, 'image/avif'] }
    expect(planFit(moving, taken)).toMatchObject({ cannot: english(/still picture/) })
    expect(planFit(moving, { ...taken, moving: [mime] })).toBeUndefined()
    expect(planFit({ ...moving, animated: false }, taken)).toBeUndefined()
  })

  it('refuses to make a still of what moves, what no network takes, and what has too many pixels', () => {
    expect(planFit(photo(400, 400, { mime: 'image/gif', animated: true }), instagram)).toHaveProperty('cannot')
    expect(planFit(photo(400, 400, { mime: 'image/gif', animated: undefined }), instagram)).toHaveProperty('cannot')
    expect(planFit(photo(400, 400, { mime: 'image/gif' }), instagram)).toMatchObject({ mime: 'image/jpeg' })
    expect(planFit(photo(400, 400), { ...any, mimes: ['image/avif'] })).toHaveProperty('cannot')
    expect(planFit(photo(30_000, 30_000), instagram)).toHaveProperty('cannot')
    expect(planFit({ kind: 'image', mime: 'image/png', bytes: 9 }, any)).toHaveProperty('cannot')
  })

  it('ends within the limits, keeps the crop inside the picture, and takes nothing in twice', () => {
    const side = fc.integer({ min: 1, max: 9000 })
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(side, side, unit, unit, (width, height, x, y) => {
        const plan = planFit(photo(width, height), instagram, { x, y })
        if (plan === undefined || 'cannot' in plan) return
        const { crop = { left: 0, top: 0, width, height } } = plan
        expect(crop.left).toBeGreaterThanOrEqual(0)
        expect(crop.top).toBeGreaterThanOrEqual(0)
        expect(crop.left + crop.width).toBeLessThanOrEqual(width)
        expect(crop.top + crop.height).toBeLessThanOrEqual(height)
        expect(plan.width).toBeLessThanOrEqual(1440)
        expect(plan.height).toBeLessThanOrEqual(1800)
        expect(planFit(photo(plan.width, plan.height), instagram)).toBeUndefined()
      }),
    )
  })
})
