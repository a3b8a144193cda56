/**
 * From the gateway to an operation and back. A resource's file in `functions/api/` reads:
 *
 * ```ts
 * import * as z from 'zod'
 * import { operation } from '../../shared/http/operation.ts'
 * import { resourceHandler } from '../containers/api.ts'
 * import { posts } from '../containers/posts.ts' // const posts = once(() => new Posts(table(), …)): made on first use
 *
 * export const operations = {
 *   getPost: operation({
 *     params: z.object({ postId }),
 *     answer: postSchema,
 *     handle: async ({ caller, params }) => {
 *       const post = await posts().get(caller.workspaceId, params.postId)
 *       return { body: post, version: post.version }
 *     },
 *   }),
 *   listPosts: operation({
 *     query: z.object({ state: postState.optional() }), // `cursor` and `limit` are read by the handler: call.page
 *     answer: postSchema, // of one item
 *     list: true,
 *     handle: ({ caller, query, page }) => posts().list(caller.workspaceId, query, page), // { items, next }
 *   }),
 *   …
 * }
 *
 * export const handler = resourceHandler('posts', operations)
 * ```
 *
 * Importing the file touches no environment: the OpenAPI document is made from `operations`. A route of `routes.ts`
 * without its operation does not compile. What goes wrong is thrown as an AppError and answered as a problem document.
 */

import middy from '@middy/core'
import httpRouter from '@middy/http-router'
import type { Context } from 'aws-lambda'
import { AppError, messageOf } from '../kernel/errors.ts'
import { type GatewayAnswer, type GatewayEvent, gatewayAnswer, requestIdOf } from './gateway.ts'
import type { HttpParts } from './parts.ts'
import { allowed } from './paths.ts'
import { problemAnswer } from './problem.ts'
import { anyReader, readerOf } from './reader.ts'
import { type AnyOperation, type ResourceRoute, run } from './run.ts'
import { httpTexts, titleOf } from './texts.ts'

export type GatewayHandler = (event: GatewayEvent, context: Context) => Promise<GatewayAnswer>

/** A Lambda handler (HTTP API, payload 2.0) for the routes of one resource. Throws if a route lacks its operation. */
export function createResourceHandler(
  routes: readonly ResourceRoute[],
  operations: Readonly<Record<string, AnyOperation>>,
  parts: HttpParts,
): GatewayHandler {
  /** Whose request it was, for the language of its errors. */
  const callers = new WeakMap<GatewayEvent, string>()
  const router = httpRouter<GatewayEvent, GatewayAnswer>({
    routes: routes.map((route) => {
      const operation = operations[route.operation]
      if (operation === undefined) throw new Error(`${route.method} ${route.path} has no operation ${route.operation}.`)
      return {
        method: route.method,
        path: route.path,
        handler: (event: GatewayEvent) =>
          run(route, operation, event, parts, ({ workspaceId }) => callers.set(event, workspaceId)),
      }
    }),
    notFoundResponse: ({ method, path }) => notRouted(routes, method, path),
  })
  // Before Lambda ends the function, so that even what takes too long gets an answer of ours.
  const handler = middy<GatewayEvent, GatewayAnswer>({ timeoutEarlyInMillis: 200 })
    .use({
      onError: async (request: { event: GatewayEvent; error: unknown; response?: unknown }) => {
        const { event, error } = request
        const methods = allowed(routes, event.requestContext.http.path)
        const workspaceId = callers.get(event)
        const reader = await readerOf(
          event,
          error instanceof AppError ? [titleOf(error.kind), error.text, error.problems] : titleOf('internal'),
          workspaceId === undefined ? undefined : () => parts.readerOf(workspaceId).catch(() => anyReader),
        )
        const answer = problemAnswer(
          error,
          requestIdOf(event),
          reader,
          methods.length > 0 && is405(error) ? { allow: methods.join(', ') } : {},
        )
        if (answer.statusCode >= 500) logFailure(parts, event, error)
        request.response = answer
      },
    })
    .handler(router)
  return async (event, context) => {
    if (event.requestContext.http.method !== 'HEAD') return handler(event, context)
    const { requestContext } = event
    const get = { ...event, requestContext: { ...requestContext, http: { ...requestContext.http, method: 'GET' } } }
    return { ...(await handler(get, context)), body: '', isBase64Encoded: false }
  }
}

const is405 = (error: unknown) => error instanceof AppError && error.kind === 'method_not_allowed'

/** The router knows one answer to what it does not know; a path that is there under another method gets 405. */
function notRouted(routes: readonly ResourceRoute[], method: string, path: string): GatewayAnswer {
  const methods = allowed(routes, path)
  if (methods.length === 0) throw new AppError('not_found', 'no_such_route', httpTexts.noSuchRoute())
  if (method === 'OPTIONS') return gatewayAnswer(204, { allow: methods.join(', ') })
  throw new AppError('method_not_allowed', 'method_not_allowed', httpTexts.methods({ methods: methods.join(', ') }))
}

/** With the stack, which a person never sees. */
function logFailure({ log }: HttpParts, event: GatewayEvent, error: unknown): void {
  const { method, path } = event.requestContext.http
  log.error('request failed', {
    requestId: requestIdOf(event),
    method,
    path,
    code: error instanceof AppError ? error.code : 'internal',
    error: messageOf(error),
    cause: error instanceof Error ? error.cause : undefined,
    stack: error instanceof Error ? error.stack : undefined,
  })
}
