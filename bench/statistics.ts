/** The value below which this share of the values lies (nearest rank); NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

export interface Spread {
  readonly count: number
  readonly min: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export const spread = (values: readonly number[]): Spread => ({
  count: values.length,
  min: percentile(values, 0),
  p50: median(values),
  p99: percentile(values, 0.99),
  max: percentile(values, 1),
})

/** At most this many digits after the point. */
export const rounded = (value: number, digits = 0): number => Math.round(value * 10 ** digits) / 10 ** digits

/** How many times the second is in the first: `0.42`. */
export const ratio = (ours: number, theirs: number): number => rounded(ours / theirs, 2)
