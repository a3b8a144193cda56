import type { Idempotency } from '../aws/idempotency.ts'
import type { Position } from '../aws/table.ts'
import { holdsMessage, renderAll } from '../i18n/render.ts'
import { AppError, type Problem } from '../kernel/errors.ts'
import { type CursorScope, openCursor, sealCursor } from './cursor.ts'
import { etag, ifMatch, isKnown } from './etag.ts'
import { formOrJson } from './form-body.ts'
import { type GatewayAnswer, type GatewayEvent, gatewayAnswer, header, queryOf } from './gateway.ts'
import { authenticate, demandScope } from './identity.ts'
import { jsonBody } from './json-body.ts'
import type { Answer, Call, Caller, Operation } from './operation.ts'
import type { HttpParts } from './parts.ts'
import { parameterNames } from './paths.ts'
import { readerOf } from './reader.ts'
import { idempotencyOf, storedAnswer } from './replay.ts'
import { httpTexts } from './texts.ts'
import { checkAnswer, parsed } from './validate.ts'

export type AnyOperation = Operation<unknown, unknown, unknown, unknown>

/** A route of a resource, as `functions/api/routes.ts` lists it. */
export interface ResourceRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  readonly operation: string
  readonly access: string
}

/** A body with the messages in it as text. */
type Rendered = (body: unknown) => Promise<unknown>

const defaultLimit = 25
const maxLimit = 100

/** One request: who asks, whether they may, what they ask, and the answer. Throws AppErrors. */
export async function run(
  route: ResourceRoute,
  operation: AnyOperation,
  event: GatewayEvent,
  parts: HttpParts,
  known: (caller: Caller) => void = () => {},
): Promise<GatewayAnswer> {
  const caller = await callerOf(route, event, parts)
  if (route.access !== 'public') known(caller)
  const rendered = async (body: unknown): Promise<unknown> => {
    if (!holdsMessage(body)) return body
    const workspace = route.access === 'public' ? undefined : () => parts.readerOf(caller.workspaceId)
    const { language, zone } = await readerOf(event, body, workspace)
    return renderAll(body, language, zone)
  }
  const request = await read(route, operation, event)
  const scope: CursorScope = {
    workspaceId: route.access === 'public' ? '' : caller.workspaceId,
    operation: route.operation,
    filters: request.filters,
  }
  const call: Call<unknown, unknown, unknown> = {
    caller,
    params: request.params,
    query: request.query,
    body: request.body,
    page: await pageOf(request, scope, parts),
    ifMatch: operation.updates === true ? ifMatch(header(event, 'if-match')) : undefined,
    idempotency: operation.creates === true ? idempotencyOf(event, request.sent) : undefined,
    clock: parts.clock,
    acceptLanguage: header(event, 'accept-language'),
    userAgent: header(event, 'user-agent'),
  }
  const answer = await once(operation, call, parts, rendered)
  return 'statusCode' in answer
    ? answer
    : sparing(route, event, await answerOf(route, operation, answer, scope, parts, rendered))
}

/** 304 without a body for who has it already. */
function sparing(route: ResourceRoute, event: GatewayEvent, answer: GatewayAnswer): GatewayAnswer {
  const known = isKnown(header(event, 'if-none-match'), answer.headers.etag)
  if (route.method !== 'GET' || answer.statusCode !== 200 || !known) return answer
  return { ...answer, statusCode: 304, body: '', isBase64Encoded: false }
}

async function callerOf(route: ResourceRoute, event: GatewayEvent, parts: HttpParts): Promise<Caller> {
  if (route.access === 'public') return nobody
  const caller = await authenticate(event, parts.identities(), parts.verifier())
  await parts.rateLimit().take(parts.table(), caller.workspaceId)
  demandScope(caller, route.access)
  return caller
}

/** Who calls a public route. Reading its workspace is a fault of ours, not of theirs. */
const nobody: Caller = {
  get workspaceId(): string {
    throw new Error('A public route has no workspace.')
  },
  actor: { kind: 'user', id: 'anonymous', name: 'Anonymous' },
  scopes: new Set(),
}

interface Request {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  /** The body as it was sent, before its schema. */
  readonly sent: unknown
  readonly filters: Readonly<Record<string, unknown>>
  readonly limit: number
  readonly cursor: string | undefined
}

/** The request through its schemas, every problem at once. Throws 404 for what can be no id, 400, 413, 415 and 422. */
async function read(route: ResourceRoute, operation: AnyOperation, event: GatewayEvent): Promise<Request> {
  const asked = paramsOf(route, event)
  const params = await parsed(operation.params, asked, 'path')
  if ('problems' in params) throw nothingThere()
  const { cursor, limit, ...filters } = queryOf(event)
  const list = operation.list === true
  const rest = list || (cursor === undefined && limit === undefined) ? filters : queryOf(event)
  const query =
    route.access === 'public' && operation.query === undefined
      ? { value: undefined }
      : operation.query === undefined
        ? unknownParameters(rest)
        : await parsed(operation.query, rest, 'query')
  const sent = operation.body === undefined ? undefined : operation.form === true ? formOrJson(event) : jsonBody(event)
  const body = await parsed(operation.body, sent, 'body')
  const size = list ? sizeOf(limit) : { value: defaultLimit }
  const problems = [query, body, size].flatMap((part) => ('problems' in part ? part.problems : []))
  if (problems.length > 0 || 'problems' in query || 'problems' in body || 'problems' in size)
    throw new AppError('unprocessable', 'validation_failed', httpTexts.seeProblems({ count: problems.length }), {
      problems,
    })
  if (list && Array.isArray(cursor)) throw new AppError('invalid', 'invalid_cursor', httpTexts.oneCursor())
  return {
    params: params.value,
    query: query.value,
    body: body.value,
    sent,
    filters: { ...filters, ...asked },
    limit: size.value,
    cursor: list && typeof cursor === 'string' ? cursor : undefined,
  }
}

/** The path's parameters, decoded: the router leaves them as they came. */
function paramsOf(route: ResourceRoute, event: GatewayEvent): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parameterNames(route.path).map((name) => {
      try {
        return [name, decodeURIComponent(event.pathParameters?.[name] ?? '')]
      } catch {
        throw nothingThere()
      }
    }),
  )
}

const nothingThere = () => new AppError('not_found', 'not_found', httpTexts.nothingThere())

function unknownParameters(query: Readonly<Record<string, unknown>>) {
  const problems = Object.keys(query).map(
    (name): Problem => ({
      pointer: `/${name}`,
      code: 'unknown_field',
      message: httpTexts.noParameter(),
      in: 'query',
    }),
  )
  return problems.length > 0 ? { problems } : { value: undefined }
}

function sizeOf(limit: unknown): { readonly value: number } | { readonly problems: readonly Problem[] } {
  if (limit === undefined) return { value: defaultLimit }
  const size = typeof limit === 'string' && /^\d{1,3}$/.test(limit) ? Number(limit) : 0
  if (size >= 1 && size <= maxLimit) return { value: size }
  return {
    problems: [
      { pointer: '/limit', code: 'out_of_range', message: httpTexts.limitRange({ max: maxLimit }), in: 'query' },
    ],
  }
}

async function pageOf({ limit, cursor }: Request, scope: CursorScope, parts: HttpParts) {
  if (cursor === undefined) return { limit }
  return { limit, start: openCursor(await parts.signingKey(), scope, cursor, parts.clock.now()) }
}

/** Runs the operation; a repeat of a creating call is answered what the first was. */
async function once(
  operation: AnyOperation,
  call: Call<unknown, unknown, unknown>,
  parts: HttpParts,
  rendered: Rendered,
): Promise<Answer | GatewayAnswer> {
  const { idempotency } = call
  if (idempotency === undefined) return operation.handle(call)
  const first = await replayed(call.caller, idempotency, parts, rendered)
  if (first !== undefined) return first
  try {
    return await operation.handle(call)
  } catch (error) {
    // Two at the same time: the other's record stands by now, and this one's transaction failed on it.
    const other = await replayed(call.caller, idempotency, parts, rendered)
    if (other !== undefined) return other
    throw error
  }
}

async function replayed(
  { workspaceId }: Caller,
  idempotency: Idempotency,
  parts: HttpParts,
  rendered: Rendered,
): Promise<GatewayAnswer | undefined> {
  const stored = await storedAnswer(parts.table(), workspaceId, idempotency)
  if (stored === undefined) return undefined
  const body: unknown = JSON.parse(stored.answer)
  const version = typeof body === 'object' && body !== null && 'version' in body ? body.version : undefined
  return gatewayAnswer(
    stored.status,
    {
      'content-type': 'application/json',
      'idempotency-replayed': 'true',
      ...(typeof version === 'number' ? { etag: etag(version) } : {}),
      ...(stored.location === undefined ? {} : { location: stored.location }),
    },
    `${JSON.stringify(await rendered(body))}\n`,
  )
}

async function answerOf(
  route: ResourceRoute,
  operation: AnyOperation,
  answer: Answer,
  scope: CursorScope,
  parts: HttpParts,
  rendered: Rendered,
): Promise<GatewayAnswer> {
  const status = answer.status ?? operation.status ?? 200
  const headers = { ...(answer.version === undefined ? {} : { etag: etag(answer.version) }) }
  if (answer.raw !== undefined) {
    const { contentType, text, base64 = false } = answer.raw
    return gatewayAnswer(status, { ...headers, 'content-type': contentType, ...answer.headers }, text, base64)
  }
  if (status === 204) return gatewayAnswer(status, { ...headers, ...answer.headers })
  if (operation.answer !== undefined && (parts.stage() === 'test' || parts.stage() === 'local'))
    for (const body of answer.items ?? [answer.body]) checkAnswer(operation.answer, body, route.operation)
  const body =
    answer.items === undefined ? answer.body : { items: answer.items, next: await nextOf(answer.next, scope, parts) }
  return gatewayAnswer(
    status,
    { ...headers, 'content-type': 'application/json', ...answer.headers },
    // A terminal's prompt begins on a line of its own.
    `${JSON.stringify((await rendered(body)) ?? null)}\n`,
  )
}

async function nextOf(next: Position | undefined, scope: CursorScope, parts: HttpParts): Promise<string | null> {
  return next === undefined ? null : sealCursor(await parts.signingKey(), scope, next, parts.clock.now())
}
