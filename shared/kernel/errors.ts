import { commonTexts } from '../i18n/common.ts'
import { englishOf, type Text } from '../i18n/message.ts'

/** What went wrong, in the terms of the caller. `shared/http` maps each kind to one HTTP status. */
export type ErrorKind =
  | 'invalid' // the request cannot be understood
  | 'unprocessable' // understood, but its content is refused
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'unavailable'
  | 'internal'

/** One thing that is wrong with one field. `pointer` is a JSON pointer (RFC 6901) into the request body. */
export interface Problem {
  readonly pointer: string
  readonly code: string
  readonly message: Text
  readonly [detail: string]: unknown
}

interface ErrorDetails {
  readonly problems?: readonly Problem[]
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/**
 * An error meant for the person who reads it. `code` is stable (snake_case) and documented in the OpenAPI page;
 * `message` says what happened and what to do.
 */
export class AppError extends Error {
  readonly kind: ErrorKind
  readonly code: string
  /** What a person reads, in their language (`shared/i18n`); `message` is its English, for logs. */
  readonly text: Text
  readonly problems: readonly Problem[]
  readonly retryAfterSeconds: number | undefined

  constructor(kind: ErrorKind, code: string, message: Text, details: ErrorDetails = {}) {
    super(englishOf(message), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.kind = kind
    this.code = code
    this.text = message
    this.problems = details.problems ?? []
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** The answer to an id that does not exist, or that belongs to another workspace: the two look the same from outside. */
export function notFound(what: string, id: string): AppError {
  return new AppError('not_found', 'not_found', commonTexts.notFound({ what, id }))
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
