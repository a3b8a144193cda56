import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Connected, Connector, Content, Limits, Live, NetworkTools, Review } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { feedTexts } from './texts.ts'

const credentials = z.object({})
type Credentials = z.infer<typeof credentials>

const settings = z.object({
  /** Default: the channel's name. */
  title: z.string().trim().min(1).max(200).optional().meta({ description: 'What readers see as the name of the feed' }),
  description: z.string().trim().max(1000).optional(),
  language: z.string().min(2).max(35).optional().meta({ description: 'BCP 47', example: 'fr' }),
  link: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ description: 'The site that the feed belongs to' }),
})
type Settings = z.infer<typeof settings>

const imageMimes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']
/** Readers show the file itself. */
const moving = ['image/png', 'image/gif', 'image/webp', 'image/avif']

/** Ours: feeds have no limits, their readers' patience has. */
const limits: Limits = {
  text: { max: 20_000, unit: 'characters' },
  media: { maxCount: 20, image: { mimes: imageMimes, moving, maxBytes: 20_000_000 }, altMax: 5_000 },
  maxParts: 50,
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** What a feed is called at its public address; random, since whoever knows it can read it. */
function newFeedId(tools: NetworkTools): string {
  return Array.from({ length: 20 }, () => alphabet[Math.floor(tools.random.next() * 32)]).join('')
}

/** Where `functions/api/feeds.ts` shows it to people. */
const pageUrl = (publicUrl: string, feedId: string) => `${publicUrl}/feeds/${feedId}/html`

async function connect(
  tools: NetworkTools,
  _credentials: unknown,
  given: unknown,
): Promise<Connected<Credentials, Settings>> {
  const wishes = settings.parse(given ?? {})
  const feedId = newFeedId(tools)
  return {
    account: {
      externalId: feedId,
      handle: wishes.title ?? 'Feed',
      name: wishes.title ?? 'Feed',
      url: pageUrl(tools.publicUrl, feedId),
    },
    credentials: {},
    settings: wishes,
  }
}

function review(content: Content, { text, media, maxParts }: Limits): Review {
  const problems: Problem[] = []
  const lengths = content.parts.map((part) => Array.from(part.text).length)
  content.parts.forEach((part, i) => {
    const length = lengths[i] ?? 0
    if (length > text.max)
      problems.push({
        pointer: `/parts/${i}/text`,
        code: 'text_too_long',
        message: feedTexts.textTooLong({ max: text.max, length }),
        length,
        limit: text.max,
      })
    if (part.text.trim() === '' && part.media.length === 0)
      problems.push({ pointer: `/parts/${i}/text`, code: 'empty', message: networkTexts.empty() })
    if (part.media.length > media.maxCount)
      problems.push({
        pointer: `/parts/${i}/media/${media.maxCount}`,
        code: 'too_many_media',
        message: feedTexts.tooManyImages({ max: media.maxCount, count: part.media.length }),
      })
    part.media.forEach((one, j) => {
      const pointer = `/parts/${i}/media/${j}`
      if (one.kind !== 'image' || !media.image?.mimes.includes(one.mime))
        problems.push({
          pointer,
          code: 'media_type',
          message: feedTexts.imageType({ mime: one.mime }),
        })
      else if (one.bytes > media.image.maxBytes)
        problems.push({
          pointer,
          code: 'media_too_large',
          message: feedTexts.imageTooLarge({ max: media.image.maxBytes, bytes: one.bytes }),
        })
      if (media.altMax !== undefined && Array.from(one.alt).length > media.altMax)
        problems.push({
          pointer: `${pointer}/alt`,
          code: 'alt_too_long',
          message: feedTexts.altTooLong({ max: media.altMax }),
        })
    })
  })
  if (content.parts.length > maxParts)
    problems.push({
      pointer: `/parts/${maxParts}`,
      code: 'too_many_parts',
      message: feedTexts.tooManyParts({ max: maxParts, count: content.parts.length }),
    })
  return { length: Math.max(0, ...lengths), limit: text.max, unit: text.unit, problems }
}

/** The publication's id, by which its item is called: the key without the version of the content. */
const itemId = (key: string) => key.replace(/\.\d+$/, '')

const liveOf = (publicUrl: string, feedId: string, key: string): Live => ({
  externalId: key,
  url: `${pageUrl(publicUrl, feedId)}#${itemId(key)}`,
})

/**
 * The workspace's own feed. Publishing is nothing but becoming `published`: `functions/api/feeds.ts` renders what is. So
 * a post cannot be lost or doubled here, and it can all be tried with nothing to sign up for. The parts of a thread are
 * one item.
 */
export const feed: Connector<Credentials, Settings> = {
  name: 'feed',
  title: 'Feed',
  app: [],
  capabilities: {
    reconcile: { means: 'own key', keyWindowSeconds: 10 * 365 * 24 * 3600, authoritative: true, settleSeconds: 0 },
    publishes: ['text', 'link', 'image', 'images', 'thread'],
    delete: true,
    threads: true,
    comesIn: [],
    actions: [],
    counters: ['hits'],
    channelCounters: [],
    fetchesMedia: false,
    rate: { burst: 1_000, perHour: 100_000 },
  },
  limits,
  credentialsInput: z.object({}),
  settingsInput: settings,
  credentials,
  settings,
  options: z.object({}),
  connect,
  review,
  publish: async (call) => {
    await call.begin('feed item')
    return { kind: 'accepted', ...liveOf(call.publicUrl, call.account.externalId, call.key) }
  },
  find: async (call) => ({ kind: 'found', ...liveOf(call.publicUrl, call.account.externalId, call.key) }),
  remove: async () => ({ kind: 'deleted' }),
  /** A hit is one reading of the feed, in any format, while it shows the publication. */
  measure: async (call, externalIds) => {
    const hits = await call.hits(externalIds.map(itemId))
    return new Map(externalIds.map((externalId) => [externalId, { hits: hits.get(itemId(externalId)) ?? 0 }]))
  },
}
