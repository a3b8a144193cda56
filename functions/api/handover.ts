import * as z from 'zod'
import { type Answer, operation } from '../../shared/http/operation.ts'
import { negotiated, render } from '../../shared/i18n/index.ts'
import { AppError, notFound } from '../../shared/kernel/errors.ts'
import { mediaId } from '../../shared/media/index.ts'
import { endOf } from '../../shared/publishing/handover/handed.ts'
import { handoverPolicy, type Refused, renderEnd, renderHandover } from '../../shared/publishing/handover/page.ts'
import { addressTexts, type PageEnd } from '../../shared/publishing/handover/texts.ts'
import { publicationId } from '../../shared/publishing/index.ts'
import { variable } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { fileAddress, fileOrigin, type Opened, opened, shown } from '../containers/handover.ts'
import { publications } from '../containers/publishing.ts'
import { apiTexts } from '../texts.ts'
import type { OperationName } from './routes.ts'

const params = z.object({ publicationId })
const token = z.string().max(500)
const version = z.string().max(20).describe('Of the content that the page showed.')
/** What mail and networks hang on addresses is let through. */
const query = z.looseObject({ token: token.optional() })

/** Nobody is signed in: whoever has the link may say so. */
const actorOf = ({ language }: Opened) =>
  ({ kind: 'user', id: 'handover_link', name: render(apiTexts.linkHolder(), language), mayPublish: true }) as const

/** Where it cannot be settled, the page says why. */
const settles = { raw: { 200: ['text/html'], 303: [], 400: ['text/html'] }, conflicts: false }

export const operations = {
  getHandover: operation({
    params,
    query,
    raw: { 200: ['text/html'], 400: ['text/html'] },
    description:
      'For the telephone of the person who publishes by hand: texts to copy, media to save, the network to open, and a form to say that it is done. Needs no key: the link, of the mail or of `handover.url`, opens this publication only, for seven days.',
    handle: async ({ params: { publicationId: id }, query: { token: given = '' }, acceptLanguage }) => {
      const link = await opened(id, given)
      return link === undefined ? stale(acceptLanguage) : answered(link, given)
    },
  }),
  getHandoverMedium: operation({
    params: z.object({ publicationId, mediaId }),
    query: query.extend({ save: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional() }),
    raw: { 303: [] },
    description: 'A redirect to a short-lived address of the file as the network takes it.',
    handle: async ({ params: { publicationId: id, mediaId: medium }, query: { token: given = '', save = false } }) => {
      const link = await opened(id, given)
      const isTheirs = link?.publication.state === 'handed_over'
      const address = isTheirs ? await fileAddress(link.publication, medium, save) : undefined
      if (address === undefined) throw notFound('medium', medium)
      return {
        status: 303,
        headers: { location: address },
        raw: { contentType: 'text/plain; charset=utf-8', text: '' },
      }
    },
  }),
  finishHandover: operation({
    params,
    form: true,
    body: z.strictObject({
      token,
      version,
      url: z.string().max(4_000).optional(),
    }),
    ...settles,
    description: 'The form of that page. Programs: `POST /v1/publications/{publicationId}/resolve`.',
    handle: async ({ params: { publicationId: id }, body, acceptLanguage }) => {
      const link = await opened(id, body.token)
      if (link === undefined) return stale(acceptLanguage)
      const { workspaceId } = link.publication
      const url = addressOf(body.url ?? '')
      const given = body.url ?? ''
      if (url === 'none') return answered(link, body.token, { given, wrong: addressTexts.address() })
      const act = () =>
        publications().done(workspaceId, id, actorOf(link), { url, contentVersion: Number(body.version) })
      return settled(id, body.token, acceptLanguage, act, given)
    },
  }),
  giveHandoverBack: operation({
    params,
    form: true,
    body: z.strictObject({ token, version, why: z.string().max(4_000).optional() }),
    ...settles,
    description: 'The other form of that page: it could not be published, and is `failed`.',
    handle: async ({ params: { publicationId: id }, body, acceptLanguage }) => {
      const link = await opened(id, body.token)
      if (link === undefined) return stale(acceptLanguage)
      const why = (body.why ?? '').trim().slice(0, 500)
      return settled(id, body.token, acceptLanguage, () =>
        publications().undone(link.publication.workspaceId, id, actorOf(link), { why }),
      )
    },
  }),
} satisfies Record<OperationName<'handover'>, unknown>

/** Back to the page, which says what became of it; or the page again, with what was not taken. */
async function settled(
  id: string,
  given: string,
  acceptLanguage: string | undefined,
  act: () => Promise<unknown>,
  /** What was typed as the address. */
  typed = '',
): Promise<Answer> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'conflict') throw error
    const now = await opened(id, given)
    if (now === undefined) return stale(acceptLanguage)
    const isOfAddress = addressErrors.has(error.code)
    const text = error.code === 'live_elsewhere' ? addressTexts.taken() : error.text
    if (isOfAddress) return answered(now, given, { given: typed, wrong: text })
    return answered(now, given, {
      given: typed,
      notice: error.code === 'handover_outdated' ? 'outdated' : 'again',
    })
  }
  const location = `${pathOf(id)}?token=${encodeURIComponent(given)}`
  return { status: 303, headers: { location }, raw: { contentType: 'text/plain; charset=utf-8', text: '' } }
}

/** Shown beside the field. */
const addressErrors: ReadonlySet<string> = new Set(['not_a_post_address', 'live_elsewhere'])

/** The page of what is there now: of something to publish, or of what became of it. */
async function answered(link: Opened, given: string, refused?: Refused): Promise<Answer> {
  const { publication, language, when } = link
  const handed = publication.state === 'handed_over' ? await shown(link) : undefined
  if (handed === undefined) return html(renderEnd(endOf(publication), language, when))
  const place = { path: pathOf(publication.id), token: given }
  const policy = handoverPolicy(await fileOrigin(publication))
  return html(renderHandover(handed, place, language, refused), policy, refused === undefined ? 200 : 400)
}

/** Nobody knows whose page it is: in the language that the browser asks for. */
const stale = (acceptLanguage: string | undefined): Answer =>
  html(renderEnd('stale' satisfies PageEnd, negotiated(acceptLanguage) ?? 'en'), handoverPolicy(), 400)

const html = (text: string, policy = handoverPolicy(), status: 200 | 400 = 200): Answer => ({
  status,
  headers: { 'content-security-policy': policy, 'x-frame-options': 'DENY', 'x-robots-tag': 'noindex' },
  raw: { contentType: 'text/html; charset=utf-8', text },
})

/** Below the API's own address, which may have a path. */
const pathOf = (id: string) => `${new URL(variable('PUBLIC_URL')).pathname.replace(/\/+$/, '')}/handover/${id}`

/** What a person pasted, as an address; undefined if they left it empty, `none` if it is none. */
function addressOf(given: string): string | undefined {
  const text = given.trim()
  if (text === '') return undefined
  const address = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`
  if (!URL.canParse(address) || address.length > 2_000) return 'none'
  const url = new URL(address)
  return /^https?:$/.test(url.protocol) && url.hostname.includes('.') ? url.href : 'none'
}

export const handler = resourceHandler('handover', operations)
