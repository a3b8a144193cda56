/** A picture of 1600 × 900 as each network takes it: what shrinking to a byte limit makes of it is as wide for its height as before. */
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type FitPlan, planFit } from '../../shared/media/fit.ts'
import { make } from '../../shared/media/raster.ts'
import type { MediaRule } from '../../shared/networks/network.ts'
import { connectorOf, networkNames } from '../../shared/networks/registry.ts'

const rules = new Map<string, MediaRule>()
for (const network of networkNames) {
  const { limits } = await connectorOf(network)
  const all = [
    ['', limits.media] as const,
    ...Object.entries(limits.kinds ?? {}).map(([kind, own]) => [kind, own?.media] as const),
  ]
  for (const [kind, media] of all) if (media?.image !== undefined) rules.set(`${network} ${kind}`.trim(), media.image)
}

/** A third of the picture is white, at the left; the rest is noise, which takes many bytes. */
const picture = await sharp({
  create: {
    width: 1600,
    height: 900,
    channels: 3,
    background: '#808080',
    noise: { type: 'gaussian', mean: 128, sigma: 40 },
  },
})
  .composite([
    { input: { create: { width: (1600 / 3) | 0, height: 900, channels: 3, background: '#ffffff' } }, left: 0, top: 0 },
  ])
  .jpeg({ quality: 100 })
  .toBuffer()

const planOf = (rule: MediaRule): FitPlan => {
  const medium = {
    kind: 'image',
    mime: 'image/jpeg',
    bytes: picture.length,
    width: 1600,
    height: 900,
    animated: false,
    located: false,
    turned: false,
  } as const
  const plan = planFit(medium, { ...rule, maxBytes: 90_000 })
  if (plan === undefined || 'cannot' in plan) throw new Error(`no plan: ${JSON.stringify(plan)}`)
  return plan
}
/** What the rule lets of 16:9. */
const proportions = ({ minRatio = 0, maxRatio = Infinity }: MediaRule) => Math.min(maxRatio, Math.max(minRatio, 16 / 9))

/** Networks with the same plan get the same file: it is made once. */
const made = new Map<string, ReturnType<typeof make>>()
const fileOf = (plan: FitPlan) => {
  const key = JSON.stringify({ ...plan, changes: [] })
  const file = made.get(key) ?? make(picture, 'image/jpeg', plan)
  made.set(key, file)
  return file
}

let shrunk = 0

describe('a picture of 1600 × 900 with too many bytes', () => {
  it.each([...rules])('keeps its proportions for %s', async (_, rule) => {
    const plan = planOf(rule)
    expect(Math.abs(plan.width / plan.height / proportions(rule) - 1)).toBeLessThan(0.01)
    const file = await fileOf(plan)
    // the smallest that the network takes already
    const smallest = plan.width * 0.8 < plan.floor.width || plan.height * 0.8 < plan.floor.height
    if (file === undefined) return expect(smallest).toBe(true)
    expect(file.bytes.length).toBeLessThanOrEqual(90_000)
    if (file.width < plan.width) shrunk += 1
    expect(Math.abs(file.width / file.height / proportions(rule) - 1)).toBeLessThan(0.01)
    const { width, height } = await sharp(file.bytes).metadata()
    expect([width, height]).toEqual([file.width, file.height])
  })
  it('is made smaller for most networks', () => {
    expect(rules.size).toBeGreaterThan(15)
    expect(shrunk).toBeGreaterThan(15)
  })
})
