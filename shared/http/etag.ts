import { AppError } from '../kernel/errors.ts'
import { httpTexts } from './texts.ts'

/** The version as an entity tag (RFC 9110 §8.8.3). */
export const etag = (version: number): string => `"${version}"`

/** The version of `If-Match`; undefined for `*`, which matches whatever is there. Throws 400 for anything else. */
export function ifMatch(value: string | undefined): number | undefined {
  const text = value?.trim()
  if (text === undefined || text === '*') return undefined
  const digits = /^"(\d{1,15})"$/.exec(text)?.[1]
  if (digits === undefined) throw new AppError('invalid', 'invalid_if_match', httpTexts.ifMatch())
  return Number(digits)
}

/** Whether the caller has this answer already: `If-None-Match`, compared weakly (RFC 9110 §13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, tag: string | undefined): boolean {
  if (ifNoneMatch === undefined || tag === undefined) return false
  const opaque = (one: string) => one.trim().replace(/^W\//, '')
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((one) => opaque(one) === opaque(tag))
}
