/**
 * JSON of the networks, answered or delivered. Their ids are 64-bit integers in places, and a JavaScript number holds
 * integers exactly up to 2^53 − 1 only: a longer one is kept as the text of its digits. On `zod/mini`, for the receiver.
 */
import * as z from 'zod/mini'

/** The value, or undefined for what is not JSON. An integer beyond 2^53 − 1 becomes the text of its digits. */
export function parseJson(source: string | Uint8Array): unknown {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  try {
    // the reviver is slow, and most documents hold no such number
    return /\d{16}/.test(text) ? JSON.parse(text, exact) : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The source text of a number is what `JSON.parse` gives its reviver (ECMAScript, “JSON.parse source text access”). */
const exact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
  const digits = context?.source
  const rounded = typeof value === 'number' && !Number.isSafeInteger(value)
  return rounded && digits !== undefined && /^-?\d+$/.test(digits) ? digits : value
}

/** An id that the platform writes as a number or as text. */
export const idText = z.pipe(z.union([z.string().check(z.minLength(1)), z.int()]), z.transform(String))
