import { AppError, type Problem } from '../kernel/errors.ts'
import { jsonPointer } from '../kernel/pointer.ts'
import { type GatewayEvent, header } from './gateway.ts'
import { httpTexts } from './texts.ts'

/** Bytes of a request's body. Media go to the bucket, so that a post with fifty variants fits many times. */
export const maxBodyBytes = 512 * 1024
/** Levels of objects and arrays. The table itself takes 32. */
const maxDepth = 24

/** The request's body as JSON; undefined if there is none. Throws 400, 413 or 415. */
export function jsonBody(event: GatewayEvent): unknown {
  const encoded = event.body ?? ''
  if (encoded === '') return undefined
  // Base64 takes four characters for three bytes: what is surely too long is not decoded first.
  if (encoded.length > maxBodyBytes * 1.4) throw tooLarge()
  const bytes = Buffer.from(encoded, event.isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > maxBodyBytes) throw tooLarge()
  const type = header(event, 'content-type') ?? ''
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type))
    throw new AppError(
      'unsupported_media_type',
      'unsupported_media_type',
      type === '' ? httpTexts.noType() : httpTexts.wrongType({ type: type.slice(0, 100) }),
    )
  const text = utf8(bytes)
  checkDepth(text)
  try {
    const value: unknown = JSON.parse(text)
    checkValues(value)
    return value
  } catch (cause) {
    throw cause instanceof AppError ? cause : malformed(cause)
  }
}

/** The smallest positive number of the table. It also takes at most 38 digits, which no IEEE 754 double has. */
const minNumber = 1e-130
const maxValueProblems = 50
const unusableNames: ReadonlySet<string> = new Set(['__proto__', 'constructor'])

/**
 * What JSON can express and the storage or the networks cannot: half of a surrogate pair (the storage refuses it), NUL
 * (no XML and no post of any network holds it), a number beyond 2⁵³ (it would be kept as another) or closer to zero than
 * the storage can hold. Neither are names taken that mean something else to JavaScript: what handles objects (validation, the
 * storage's client) would lose a field of such a name, or take the object for another type. Throws 400 for text, 422 with
 * every pointer for numbers and names.
 */
function checkValues(document: unknown): void {
  const problems: Problem[] = []
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string' && isUnusable(value)) throw unusableText()
    if (typeof value === 'number') {
      const size = Math.abs(value)
      const message =
        size > Number.MAX_SAFE_INTEGER
          ? httpTexts.numberTooLarge()
          : size > 0 && size < minNumber
            ? httpTexts.numberTooSmall()
            : undefined
      if (message !== undefined)
        problems.push({ pointer: jsonPointer(path), code: 'number_out_of_range', message, in: 'body' })
    }
    if (typeof value !== 'object' || value === null) return
    for (const [name, inner] of Object.entries(value)) {
      if (isUnusable(name)) throw unusableText()
      if (unusableNames.has(name))
        problems.push({
          pointer: jsonPointer([...path, name]),
          code: 'unusable_name',
          message: httpTexts.unusableName({ name }),
          in: 'body',
        })
      visit(inner, [...path, name])
    }
  }
  visit(document, [])
  if (problems.length === 0) return
  const detail = httpTexts.seeProblems({ count: problems.length })
  const shown = { problems: problems.slice(0, maxValueProblems) }
  throw problems[0]?.code === 'unusable_name'
    ? new AppError('unprocessable', 'unusable_name', detail, shown)
    : new AppError('unprocessable', 'number_out_of_range', detail, shown)
}

const unusableText = () => new AppError('invalid', 'unusable_text', httpTexts.unusableText())

const isUnusable = (text: string) => !text.isWellFormed() || text.includes('\0')

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const at = firstNonUtf8(bytes)
    const byte = `0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`
    throw new AppError('invalid', 'malformed_json', httpTexts.notUtf8({ byte, at: at + 1 }), { cause })
  }
}

/** Index of the first byte that belongs to no UTF-8 character. */
function firstNonUtf8(bytes: Uint8Array): number {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  // one U+FFFD stands for each broken sequence; one that was sent as such is three good bytes
  let at = 0
  for (const char of lenient) {
    const sent = bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd
    if (char === '\ufffd' && !sent) return at
    at += Buffer.byteLength(char)
  }
  return at
}

/** Counts brackets outside of strings, before anything is built in memory. */
function checkDepth(text: string): void {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === 0x5c) i++
      else if (char === 0x22) inString = false
    } else if (char === 0x22) inString = true
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > maxDepth) throw new AppError('invalid', 'json_too_deep', httpTexts.tooDeep({ max: maxDepth }))
    } else if (char === 0x7d || char === 0x5d) depth--
  }
}

const malformed = (cause: unknown) => new AppError('invalid', 'malformed_json', httpTexts.malformedJson(), { cause })

const tooLarge = () => new AppError('too_large', 'body_too_large', httpTexts.bodyTooLarge({ max: maxBodyBytes }))
