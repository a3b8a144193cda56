/**
 * What Google's hub (WebSub) tells of a channel's uploads: an Atom feed of one entry. Apart from the connector, so that the
 * receiver's bundle stays small; for the same reason read without a parser of XML: of a feed whose every byte was signed,
 * a handful of elements is wanted.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../kernel/errors.ts'
import type { AppConfig, InboundEvent, RawDelivery, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { topicOf } from './facts.ts'

/** The hub signs with SHA-1. */
const signatureOf = /^sha1=([0-9a-f]{40})$/
/** The hub tells of every change of title or text; within this long after it appeared it is taken for news of the video. */
const newForMs = 10 * 60_000

export const youtubeWebhook: WebhookReceiver = {
  perSubject: true,

  /** Anybody can ask the hub for anything on our behalf: only what we ask for is agreed to, and never an end. */
  handshake(method, { query, subject = '' }, app) {
    const mode = query['hub.mode']
    if (method !== 'GET' || mode === undefined) return undefined
    // the hub only tells that it ended or refused a subscription; polling renews it
    if (mode === 'denied') return { status: 200, body: '' }
    const ours = mode === 'subscribe' && subject !== '' && query['hub.topic'] === topicOf(subject)
    if (!ours || !app.hookSecret) return { status: 403, body: 'This was not asked for.' }
    return { status: 200, body: query['hub.challenge'] ?? '' }
  },

  verify({ headers, body }: RawDelivery, app: AppConfig): boolean {
    const given = signatureOf.exec(headers['x-hub-signature'] ?? '')?.[1]
    if (given === undefined || !app.hookSecret) return false
    return timingSafeEqual(createHmac('sha1', app.hookSecret).update(body).digest(), Buffer.from(given, 'hex'))
  },

  normalize(body, subject) {
    const feed = Buffer.from(body).toString('utf8')
    if (!/<feed[\s>]/.test(feed))
      throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'YouTube' }))
    const entries = elementsOf(feed, 'entry').flatMap(({ whole }) => uploaded(whole))
    const deleted = elementsOf(feed, 'at:deleted-entry').flatMap(({ whole }) => removed(whole))
    return [...entries, ...deleted].filter(({ accountId }) => subject === undefined || accountId === subject)
  },
}

interface Told {
  readonly accountId: string
  readonly event: InboundEvent
}

function uploaded(entry: string): Told[] {
  const videoId = inside(entry, 'yt:videoId')
  const accountId = inside(entry, 'yt:channelId')
  const published = Date.parse(inside(entry, 'published') ?? '')
  const updated = Date.parse(inside(entry, 'updated') ?? '')
  if (videoId === undefined || accountId === undefined || Number.isNaN(published)) return []
  const at = Number.isNaN(updated) ? published : updated
  const event: InboundEvent = {
    kind: 'post_state',
    action: at - published > newForMs ? 'edited' : 'created',
    externalId: videoId,
    postExternalId: videoId,
    at,
    state: 'live',
    text: inside(entry, 'title'),
    url: `https://www.youtube.com/watch?v=${encodeURIComponent(videoId)}`,
  }
  return [{ accountId, event }]
}

function removed(entry: string): Told[] {
  const videoId = /\sref="yt:video:([^"]+)"/.exec(entry)?.[1]
  const at = Date.parse(/\swhen="([^"]+)"/.exec(entry)?.[1] ?? '')
  const accountId = /\/channel\/([\w-]+)\s*$/.exec(inside(entry, 'uri') ?? '')?.[1]
  if (videoId === undefined || accountId === undefined || Number.isNaN(at)) return []
  const event: InboundEvent = {
    kind: 'post_state',
    action: 'deleted',
    externalId: videoId,
    postExternalId: videoId,
    at,
    state: 'gone',
  }
  return [{ accountId, event }]
}

interface Element {
  /** With its tags. */
  readonly whole: string
  readonly content: string
}

/** The elements of this name, at most `max`; one in another of the same name is not looked for. Read in one pass. */
function elementsOf(xml: string, name: string, max = Number.POSITIVE_INFINITY): Element[] {
  const found: Element[] = []
  const [open, close] = [`<${name}`, `</${name}>`]
  for (let at = xml.indexOf(open); at >= 0 && found.length < max; at = xml.indexOf(open, at)) {
    const behind = at + open.length
    if (!/[\s>]/.test(xml.charAt(behind))) {
      at = behind
      continue
    }
    const from = xml.indexOf('>', behind) + 1
    const to = from === 0 ? -1 : xml.indexOf(close, from)
    if (to < 0) return found
    found.push({ whole: xml.slice(at, to + close.length), content: xml.slice(from, to) })
    at = to
  }
  return found
}

/** The text of the first element of this name. */
function inside(xml: string, name: string): string | undefined {
  const text = elementsOf(xml, name, 1)[0]?.content
  return text === undefined ? undefined : plain(text.trim())
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/** CDATA and the references of XML 1.0 §4.1. */
function plain(text: string): string {
  const data = /^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(text)?.[1]
  if (data !== undefined) return data
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|quot|apos|amp));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
