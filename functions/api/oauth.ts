import * as z from 'zod'
import { pagePolicy, type Returned, renderPage } from '../../shared/channels/index.ts'
import { gatewayAnswer } from '../../shared/http/gateway.ts'
import { type Answer, operation } from '../../shared/http/operation.ts'
import type { GatewayHandler } from '../../shared/http/resource-handler.ts'
import { negotiated } from '../../shared/i18n/index.ts'
import { AppError, notFound } from '../../shared/kernel/errors.ts'
import { networkNames } from '../../shared/networks/registry.ts'
import { log } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { connections } from '../containers/channels.ts'
import type { OperationName } from './routes.ts'

const query = z.looseObject({
  state: z.string().optional().meta({ description: 'What the person left with' }),
  code: z.string().optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
})

export const operations = {
  returnFromNetwork: operation({
    params: z.object({ network: z.string().max(50) }),
    query,
    raw: { 200: ['text/html'], 303: [], 400: ['text/html'], 500: ['text/html'] },
    description:
      'For the person’s browser: a page in French or English, or a redirect to the `returnUrl` that was given. Works once.',
    handle: async ({ params: { network }, query: given, acceptLanguage }) => {
      if (!networkNames.includes(network)) throw notFound('network', network)
      const texts = Object.entries(given).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
      try {
        const returned = await connections().returned(network, Object.fromEntries(texts))
        // Never what the network sent: a code is as good as a password for some minutes.
        log.info('a person came back from a network', { network, outcome: returned.code })
        return shown(returned, returned.page === 'found' ? 200 : 400, acceptLanguage)
      } catch (error) {
        if (error instanceof AppError && error.kind !== 'internal') throw error
        log.error('a person came back in vain', { network, error })
        return shown({ page: 'broken', facts: {}, code: 'internal' }, 500, acceptLanguage)
      }
    },
  }),
} satisfies Record<OperationName<'oauth'>, unknown>

function shown(returned: Returned, status: 200 | 400 | 500, acceptLanguage: string | undefined): Answer {
  const { to } = returned
  if (to !== undefined)
    return { status: 303, headers: { location: to }, raw: { contentType: 'text/plain; charset=utf-8', text: '' } }
  return {
    status,
    headers: { 'content-security-policy': pagePolicy, 'x-frame-options': 'DENY', vary: 'accept-language' },
    raw: { contentType: 'text/html; charset=utf-8', text: renderPage(returned, negotiated(acceptLanguage) ?? 'en') },
  }
}

const handle = resourceHandler('oauth', operations)

/** A look is no visit: HEAD, which is elsewhere answered as GET is, would spend the person's only way back. */
export const handler: GatewayHandler = async (event, context) =>
  event.requestContext.http.method === 'HEAD' ? gatewayAnswer(200) : handle(event, context)
