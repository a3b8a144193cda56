import type { ErrorKind } from '../kernel/errors.ts'

/** The one map from what went wrong to the HTTP status. Total: a kind without a status does not compile. */
export const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ErrorKind, number>

export const titleOf = {
  invalid: 'The request cannot be understood',
  unauthenticated: 'Authentication is needed',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  conflict: 'Conflict',
  precondition_failed: 'It has changed since you read it',
  too_large: 'Too large',
  unsupported_media_type: 'Unsupported content type',
  unprocessable: 'The content is refused',
  rate_limited: 'Too many requests',
  internal: 'Something went wrong on our side',
  unavailable: 'Not available for the moment',
} as const satisfies Record<ErrorKind, string>
