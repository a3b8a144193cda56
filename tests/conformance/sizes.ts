/** Widths and heights at the edge of a rule, found by trial: all of its other limits hold. */
import type { MediaRule } from '../../shared/networks/network.ts'

export const sizes = ['minWidth', 'maxWidth', 'minHeight', 'maxHeight', 'maxPixels', 'minRatio', 'maxRatio'] as const
type SizeLimit = (typeof sizes)[number]

interface Size {
  readonly width: number
  readonly height: number
}

/** How far this size is from each limit: not negative where it holds. */
const room: Readonly<Record<SizeLimit, (size: Size, limit: number) => number>> = {
  minWidth: ({ width }, limit) => width - limit,
  maxWidth: ({ width }, limit) => limit - width,
  minHeight: ({ height }, limit) => height - limit,
  maxHeight: ({ height }, limit) => limit - height,
  maxPixels: ({ width, height }, limit) => limit - width * height,
  minRatio: ({ width, height }, limit) => width / height - limit,
  maxRatio: ({ width, height }, limit) => limit - width / height,
}

/** A pixel of rounding is taken; this much more is not. */
const pastRounding = (ratio: number) => Math.ceil(Math.max(1, ratio)) + 1

/** The sizes next to this limit for one side of that length: at it exactly, and the first that is refused. */
const around: Readonly<
  Record<SizeLimit, (limit: number, side: number) => { readonly at: Size; readonly beyond: Size }>
> = {
  minWidth: (width, height) => ({ at: { width, height }, beyond: { width: width - 1, height } }),
  maxWidth: (width, height) => ({ at: { width, height }, beyond: { width: width + 1, height } }),
  minHeight: (height, width) => ({ at: { width, height }, beyond: { width, height: height - 1 } }),
  maxHeight: (height, width) => ({ at: { width, height }, beyond: { width, height: height + 1 } }),
  maxPixels: (pixels, width) => ({
    at: { width, height: pixels / width },
    beyond: { width, height: Math.floor(pixels / width) + 1 },
  }),
  minRatio: (ratio, height) => ({
    at: { width: ratio * height, height },
    beyond: { width: Math.round(ratio * height) - pastRounding(ratio), height },
  }),
  maxRatio: (ratio, height) => ({
    at: { width: ratio * height, height },
    beyond: { width: Math.round(ratio * height) + pastRounding(ratio), height },
  }),
}

/** Of very small pictures the pixel of rounding is most of the picture. */
const leastSide = 50

const isSize = ({ width, height }: Size) =>
  Number.isInteger(width) && Number.isInteger(height) && width >= leastSide && height >= leastSide

/** Undefined where no size meets the other limits too. */
export function sizeAt(
  rule: MediaRule,
  name: SizeLimit,
  limit: number,
): { readonly at: Size | undefined; readonly beyond: Size | undefined } {
  const holds = (size: Size, but?: SizeLimit) =>
    isSize(size) &&
    sizes.every((one) => one === but || room[one](size, rule[one] ?? Infinity * (/^min/.test(one) ? -1 : 1)) >= -1e-9)
  const sides = Array.from({ length: 20_000 }, (_, i) => i + 1)
  const nearest = sides.map((side) => around[name](limit, side))
  const meets = nearest.find(({ at }) => holds(at))
  return {
    at: meets?.at,
    // where proportions are fixed, one side too short makes the other too short as well
    beyond: (nearest.find(({ beyond }) => holds(beyond, name)) ?? meets)?.beyond,
  }
}
