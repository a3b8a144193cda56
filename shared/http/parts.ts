import type { Table } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Identities, TokenVerifier } from './identity.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Reader } from './reader.ts'

/** What handlers stand on. Functions, so that a resource with public routes only needs none of it. */
export interface HttpParts {
  /** Answers are checked against their schemas in `test` and `local`. */
  stage(): string
  readonly clock: Clock
  readonly log: Log
  rateLimit(): RateLimit
  /** The language and zone of a workspace. */
  readerOf(workspaceId: string): Promise<Reader>
  table(): Table
  identities(): Identities
  /** Undefined where no OIDC issuer is configured. */
  verifier(): TokenVerifier | undefined
  /** Signs cursors. */
  signingKey(): Promise<Uint8Array>
}
