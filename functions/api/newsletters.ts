import * as z from 'zod'
import { type Answer, operation } from '../../shared/http/operation.ts'
import { languageOf, negotiated } from '../../shared/i18n/index.ts'
import { notFound } from '../../shared/kernel/errors.ts'
import { idPattern } from '../../shared/kernel/ids.ts'
import { count, followed, pagePolicy, renderPage, seen, trackingWording } from '../../shared/newsletters/index.ts'
import { issueKey } from '../../shared/newsletters/issue.ts'
import { type List, personAddress } from '../../shared/newsletters/list.ts'
import { clock, table } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { subscribers } from '../containers/lists.ts'
import type { OperationName } from './routes.ts'

const params = z.object({ address: personAddress })
/** Who opened an address, where they agreed that it is kept. */
const byReader = z.looseObject({ by: z.string().max(80).optional() })
const query = z.looseObject({ issue: z.string().max(80).optional() })
const ofIssue = z.object({ workspaceId: z.string().regex(idPattern('workspace')), issue: issueKey })

const pages = { raw: { 200: ['text/html'], 400: ['text/html'] }, conflicts: false }

export const operations = {
  showConfirmation: operation({
    params,
    query,
    ...pages,
    description: 'A button and no more: programs that follow every link of a letter confirm nothing.',
    handle: async ({ params: { address }, acceptLanguage }) => {
      const about = await subscribers().about(address, 'confirmToken')
      const { state } = about?.subscriber ?? {}
      if (about?.list === undefined || (state !== 'pending' && state !== 'subscribed'))
        return page('unknown', undefined, acceptLanguage)
      return state === 'pending'
        ? page('confirm', about.list, acceptLanguage, {
            wording: about.subscriber.proof.wording,
            tracking: about.list.askTracking ? 'ask' : undefined,
          })
        : page('confirmed', about.list, acceptLanguage)
    },
  }),
  confirmSubscription: operation({
    params,
    query,
    ...pages,
    form: true,
    body: z.strictObject({ tracking: z.string().max(10).optional() }),
    handle: async ({ params: { address }, body, acceptLanguage, userAgent }) => {
      const about = await subscribers().about(address, 'confirmToken')
      const tracking = about?.list?.askTracking === true ? trackingWording(body.tracking) : undefined
      const done = await subscribers().confirm(address, userAgent, tracking)
      return done === undefined
        ? page('unknown', undefined, acceptLanguage)
        : page('confirmed', about?.list, acceptLanguage)
    },
  }),
  showUnsubscribe: operation({
    params,
    query,
    ...pages,
    handle: async ({ params: { address }, acceptLanguage }) => {
      const about = await subscribers().about(address, 'token')
      if (about === undefined) return page('unknown', undefined, acceptLanguage)
      const { state } = about.subscriber
      const there = state === 'subscribed' || state === 'pending'
      return page(there ? 'leave' : 'left', about.list, acceptLanguage, {
        tracking: about.subscriber.tracked ? 'withdraw' : undefined,
      })
    },
  }),
  unsubscribe: operation({
    params,
    query,
    ...pages,
    description: 'Takes effect at once, and again changes nothing. Needs no cookie and no other page (RFC 8058 §3.2).',
    handle: async ({ params: { address }, query: { issue }, acceptLanguage }) => {
      const about = await subscribers().about(address, 'token')
      const gone = await subscribers().leave(address)
      if (gone === undefined) return page('unknown', undefined, acceptLanguage)
      const [workspaceId = ''] = address.split('.')
      const first = about?.subscriber.state === 'subscribed'
      if (first && issue !== undefined) await count(table(), workspaceId, issue, 'unsubscribes')
      return page('left', about?.list, acceptLanguage)
    },
  }),
  withdrawTracking: operation({
    params,
    query,
    ...pages,
    description: 'What was kept of what they opened and followed is erased; they stay on the list.',
    handle: async ({ params: { address }, acceptLanguage }) => {
      const about = await subscribers().about(address, 'token')
      const done = await subscribers().untrack(address)
      return done === undefined
        ? page('unknown', undefined, acceptLanguage)
        : page('untracked', about?.list, acceptLanguage)
    },
  }),
  followLink: operation({
    params: ofIssue.extend({ link: z.string().regex(/^\d{1,4}$/) }),
    query: byReader,
    raw: { 303: [] },
    description: 'Leads where the issue says, and nowhere else. Who clicked is kept only where they agreed to it.',
    handle: async ({ params: { workspaceId, issue, link }, query: { by } }) => {
      const to = await followed(table(), workspaceId, issue, Number(link))
      if (to === undefined) throw notFound('link', link)
      if (by !== undefined) await seen({ table: table(), clock }, workspaceId, { by, issue, what: 'clicked' })
      return {
        status: 303,
        headers: { location: to, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
        raw: { contentType: 'text/plain; charset=utf-8', text: '' },
      }
    },
  }),
  countOpening: operation({
    params: ofIssue,
    query: byReader,
    raw: { 200: ['image/gif'] },
    handle: async ({ params: { workspaceId, issue }, query: { by } }) => {
      if (!(await count(table(), workspaceId, issue, 'opens'))) throw notFound('issue', issue)
      if (by !== undefined) await seen({ table: table(), clock }, workspaceId, { by, issue, what: 'opened' })
      return {
        headers: { 'cache-control': 'no-store' },
        raw: { contentType: 'image/gif', text: onePixel, base64: true },
      }
    },
  }),
} satisfies Record<OperationName<'newsletters'>, unknown>

const onePixel = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

function page(
  which: Parameters<typeof renderPage>[0],
  list: Pick<List, 'name' | 'language'> | undefined,
  acceptLanguage: string | undefined,
  shown?: Parameters<typeof renderPage>[3],
): Answer {
  return {
    status: which === 'unknown' ? 400 : 200,
    headers: {
      'content-security-policy': pagePolicy,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      vary: 'accept-language',
    },
    raw: {
      contentType: 'text/html; charset=utf-8',
      text: renderPage(
        which,
        list?.name ?? '',
        negotiated(acceptLanguage) ?? (list === undefined ? 'en' : languageOf(list.language)),
        shown,
      ),
    },
  }
}

export const handler = resourceHandler('newsletters', operations)
