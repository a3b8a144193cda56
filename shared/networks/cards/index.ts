/** Link cards, for the networks that want them supplied: the title, the description and the picture of a page. */
import { type HttpAnswer, HttpFailure, type HttpRequest } from '../http/index.ts'
import type { NetworkTools } from '../network.ts'
import { decodePage } from './charset.ts'
import { factsOf } from './page.ts'
import { pictureMime } from './picture.ts'

export interface CardImage {
  readonly bytes: Uint8Array
  /** `image/jpeg`, `image/png`, `image/webp` or `image/gif`, told by the bytes. */
  readonly mime: string
  /** Where it was read. */
  readonly url: string
}

export interface Card {
  /** As it was asked for: what follows a `?` counts visits. */
  readonly url: string
  /** At most 300 graphemes; the host's name where the page has none. */
  readonly title: string
  /** At most 1,000 graphemes; empty where the page has none. */
  readonly description: string
  readonly image?: CardImage
}

/** Bytes. What a page says of itself stands in its head; the rest is not read. */
const pageMax = 512 * 1024
const imageMax = 5 * 1024 * 1024
const timeoutMs = 8_000

/**
 * The card of a page, or undefined where there is none to be had: it does not answer, it is no page, it says nothing of
 * itself, or the client may not go there. Whatever a site does, nothing is thrown; only when the caller gives up
 * (`tools.signal`) does the client's failure pass through. Takes 16 seconds at most.
 */
export async function readCard(tools: Pick<NetworkTools, 'http' | 'signal'>, url: string): Promise<Card | undefined> {
  const page = await got(tools, { method: 'GET', url, headers: { accept: pageTypes }, maxBytes: pageMax, cut: true })
  const type = page?.headers['content-type']
  if (page === undefined || !/^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type ?? '')) return undefined
  const facts = factsOf(decodePage(page.bytes, type), page.url)
  if (facts.title === undefined && facts.description === undefined && facts.image === undefined) return undefined
  const image = facts.image === undefined ? undefined : await readImage(tools, facts.image)
  return {
    url,
    title: facts.title ?? new URL(page.url).hostname,
    description: facts.description ?? '',
    ...(image === undefined ? {} : { image }),
  }
}

const pageTypes = 'text/html,application/xhtml+xml;q=0.9'

async function readImage(tools: Pick<NetworkTools, 'http' | 'signal'>, url: string): Promise<CardImage | undefined> {
  const answer = await got(tools, { method: 'GET', url, headers: { accept: 'image/*' }, maxBytes: imageMax })
  const mime = answer === undefined ? undefined : pictureMime(answer.bytes)
  return answer === undefined || mime === undefined ? undefined : { bytes: answer.bytes, mime, url: answer.url }
}

/** What a site answers with 2xx; undefined for everything else it may do. */
async function got(
  { http, signal }: Pick<NetworkTools, 'http' | 'signal'>,
  request: HttpRequest,
): Promise<HttpAnswer | undefined> {
  try {
    const answer = await http.send({ ...request, signal, timeoutMs })
    return answer.status >= 200 && answer.status < 300 ? answer : undefined
  } catch (error) {
    if (signal.aborted) throw error
    const secure = httpsInstead(request.url)
    // People still write http://, where the client speaks https only; sites nearly always take both.
    if (secure !== undefined && error instanceof HttpFailure && error.code === 'bad_url')
      return got({ http, signal }, { ...request, url: secure })
    return undefined
  }
}

function httpsInstead(address: string | URL): string | undefined {
  const url = URL.parse(String(address))
  if (url?.protocol !== 'http:') return undefined
  url.protocol = 'https:'
  return url.href
}
