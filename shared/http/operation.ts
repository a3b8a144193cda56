import type * as z from 'zod'
import type { Idempotency } from '../aws/idempotency.ts'
import type { Position } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'

/** Who asks: an API key, a person, or nobody (public routes). The workspace comes from here and from nowhere else. */
export interface Caller {
  readonly workspaceId: string
  readonly actor: { readonly kind: 'api_key' | 'user'; readonly id: string; readonly name: string }
  readonly scopes: ReadonlySet<string>
}

/** A request, parsed. What fails its schema never gets here. */
export interface Call<Params, Query, Body> {
  readonly caller: Caller
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** For lists: how many, and where to go on (from a verified cursor). */
  readonly page: { readonly limit: number; readonly start?: Position }
  /** The version the caller saw (`If-Match`), if it said. */
  readonly ifMatch: number | undefined
  /** Pass to the creating call's transaction (`aws/idempotency.ts`). */
  readonly idempotency: Idempotency | undefined
  readonly clock: Clock
  /** What the browser asks for (`Accept-Language`), for pages that a person reads. */
  readonly acceptLanguage: string | undefined
  /** What the browser says it is (`User-Agent`): kept where somebody agrees to something. */
  readonly userAgent: string | undefined
}

export interface Answer {
  /** 303, 400 and 500 are of pages that a person reads; programs get a problem document. */
  readonly status?: 200 | 201 | 202 | 204 | 303 | 400 | 500
  /** The body of a single thing … */
  readonly body?: unknown
  /** … or the items of a list, answered as `{ items, next }`. */
  readonly items?: readonly unknown[]
  /** Where the list goes on; signed into an opaque cursor. */
  readonly next?: Position | undefined
  /** The version, sent as `ETag`. */
  readonly version?: number
  readonly headers?: Readonly<Record<string, string>>
  /** A body that is not JSON (feeds, the docs page): sent as it is with this content type. */
  readonly raw?: {
    readonly contentType: string
    readonly text: string
    /** `text` is bytes in base64. */
    readonly base64?: boolean
  }
}

/** What the OpenAPI document says of an operation, and what checks and runs it. */
export interface Operation<Params, Query, Body, Result> {
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** The body may also come from a form of a page of ours. */
  readonly form?: boolean
  /** The schema of the answer's body; answers are checked against it in tests. */
  readonly answer?: z.ZodType<Result>
  /** Status of success; default 200. */
  readonly status?: 200 | 201 | 202 | 204
  /**
   * Answers of {@link Answer.raw}, for the OpenAPI document: the content types by status, none for an answer without a
   * body (a redirect, 304). Problem documents are documented beside them.
   */
  readonly raw?: Readonly<Partial<Record<200 | 303 | 304 | 400 | 500, readonly string[]>>>
  /** Whether it may be refused as things are now (409). Default: every operation but GET. */
  readonly conflicts?: boolean
  /** A list: takes `cursor` and `limit`, answers `{ items, next }`, and `answer` is the schema of one item. */
  readonly list?: boolean
  /** A creating call: takes `Idempotency-Key`. */
  readonly creates?: boolean
  /** An updating call: takes `If-Match`. */
  readonly updates?: boolean
  readonly description?: string
  handle(call: Call<Params, Query, Body>): Promise<Answer>
}

/** One operation of a resource's file. Types are inferred from the schemas. */
export function operation<Params = unknown, Query = unknown, Body = unknown, Result = unknown>(
  definition: Operation<Params, Query, Body, Result>,
): Operation<Params, Query, Body, Result> {
  return definition
}
