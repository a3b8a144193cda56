/** Which answers an operation may give, as the document says it and the tests check it. */
import * as z from 'zod'
import type { ZodOpenApiResponsesObject } from 'zod-openapi'
import type { Route } from '../../functions/api/routes.ts'
import type { AnyOperation } from '../../shared/http/run.ts'
import { problemSchema } from './prose.ts'

export const problemType = 'application/problem+json'

/** What the gateway answers in place of a function: `shared` by every operation. */
const gatewayAnswers = 'Where the gateway itself answers, the body is JSON with a `message` instead: see Problems.'

const refusals = {
  400: ['BadRequest', 'The request cannot be understood: malformed JSON, a cursor of another list, …'],
  401: ['Unauthenticated', 'No key or token, or one that is not valid (any more).'],
  403: ['Forbidden', 'The key or role may not do this.'],
  404: ['NotFound', 'There is no such thing in this workspace.'],
  409: ['Conflict', 'It cannot be done as things are now; the problem says why.'],
  412: ['PreconditionFailed', 'It has changed since you read it.'],
  413: ['TooLarge', `The body is too large. ${gatewayAnswers}`],
  415: ['UnsupportedMediaType', 'The body is no JSON.'],
  422: ['Unprocessable', 'The content is refused; `problems` says what and where.'],
  429: ['RateLimited', `Too many requests in this minute. ${gatewayAnswers}`],
  500: ['Internal', `Our fault; it was logged. ${gatewayAnswers}`],
  503: ['Unavailable', `Not available for the moment. ${gatewayAnswers}`],
} as const
type Refusal = keyof typeof refusals

/** The statuses that are answered as problem documents. */
function refusalsOf({ access, path, method, resource }: Route, operation: AnyOperation | undefined): Refusal[] {
  const open = access === 'public'
  const body = operation?.body !== undefined
  if (resource === 'webhooks')
    return [
      ...(method === 'GET' ? ([400] as const) : ([401] as const)),
      // signed, and yet refused: a topic of SNS that is not ours
      ...(method === 'GET' || !path.includes('{subject}') ? ([403] as const) : []),
      404,
      413,
      500,
      503,
    ]
  const conflicts = operation?.conflicts ?? method !== 'GET'
  return [
    ...(open ? [] : ([400, 401, 403, 422, 429] as const)),
    ...(open && body ? ([400, 413, 415, 422] as const) : []),
    ...(open && operation?.query !== undefined ? ([422] as const) : []),
    ...(!open && body ? ([413, 415] as const) : []),
    ...(path.includes('{') ? ([404] as const) : []),
    ...(conflicts ? ([409] as const) : []),
    ...(operation?.updates === true ? ([412] as const) : []),
    500,
    503,
  ]
}

/** Whether its answer has an ETag: it is a thing with a version. */
export const isVersioned = (operation: AnyOperation | undefined): boolean =>
  operation?.list !== true && operation?.answer instanceof z.ZodObject && 'version' in operation.answer.shape

/** The content types of every status that an operation may answer; none: without a body. */
export function answersOf(route: Route, operation: AnyOperation | undefined): Map<number, readonly string[]> {
  const answers = new Map<number, readonly string[]>()
  const add = (status: number, ...types: readonly string[]) =>
    answers.set(status, [...(answers.get(status) ?? []), ...types])
  if (route.resource === 'webhooks') add(200, 'text/plain', 'application/json')
  else if (operation?.raw !== undefined)
    for (const [status, types] of Object.entries(operation.raw)) add(Number(status), ...types)
  else {
    const status = operation?.status ?? 200
    if (status === 204) add(status)
    else add(status, 'application/json')
    if (route.method === 'GET' && isVersioned(operation)) add(304)
  }
  for (const status of new Set(refusalsOf(route, operation))) add(status, problemType)
  return answers
}

const successes: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted',
  204: 'Done; there is no body',
  303: 'See the address in `Location`',
  304: 'What you have is current: `If-None-Match` named its ETag',
}

/** The responses of an operation, for the document. */
export function responsesOf(route: Route, operation: AnyOperation | undefined): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {}
  for (const [status, types] of answersOf(route, operation)) {
    const refusal = Object.entries(refusals).find(([known]) => Number(known) === status)?.[1]
    const [only] = types
    if (refusal !== undefined && types.length === 1 && only === problemType) {
      responses[keyOf(status)] = { $ref: `#/components/responses/${refusal[0]}` }
      continue
    }
    const schema = status < 300 && operation?.raw === undefined ? bodyOf(operation) : undefined
    const content = types.map((type) => [
      type,
      type === problemType ? { schema: problemSchema } : { schema: schema ?? z.string() },
    ])
    responses[keyOf(status)] = {
      description: successes[status] ?? refusal?.[1] ?? 'A page that says what is wrong',
      ...(content.length === 0 ? {} : { content: Object.fromEntries(content) }),
      ...headersOf(route, operation, status),
    }
  }
  return responses
}

function bodyOf(operation: AnyOperation | undefined): z.ZodType | undefined {
  const { answer } = operation ?? {}
  if (answer === undefined || operation?.list !== true) return answer
  return z.object({
    items: z.array(answer),
    next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last.' }),
  })
}

const etag = z.string().meta({ description: 'The version, for If-Match and If-None-Match.', example: '"3"' })
const location = z.string().meta({ description: 'The address of what was made, or to go to.' })
const replayed = z
  .literal('true')
  .optional()
  .meta({ description: 'Nothing was done: this is what the first call with this Idempotency-Key was answered.' })

function headersOf({ operation: name }: Route, operation: AnyOperation | undefined, status: number) {
  const headers = {
    ...(isVersioned(operation) && status < 400 ? { ETag: etag } : {}),
    ...(status === 303 || (status === 201 && name === 'addUser') ? { Location: location } : {}),
    ...(operation?.creates === true && status < 300 ? { 'Idempotency-Replayed': replayed } : {}),
  }
  return Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) }
}

const retryAfter = z.object({ 'Retry-After': z.int().meta({ description: 'Seconds to wait.' }) })

/** The problem documents, by name. */
export const problemResponses = Object.fromEntries(
  Object.entries(refusals).map(([status, [name, description]]) => [
    name,
    {
      description,
      content: { [problemType]: { schema: problemSchema } },
      ...(status === '429' || status === '503' ? { headers: retryAfter } : {}),
    },
  ]),
)

/** The types of zod-openapi want to know that it begins with a digit of 1 to 5. */
const keyOf = (status: number): `5${string}` | `4${string}` | `3${string}` | `2${string}` => {
  const rest = String(status % 100).padStart(2, '0')
  return status >= 500 ? `5${rest}` : status >= 400 ? `4${rest}` : status >= 300 ? `3${rest}` : `2${rest}`
}
