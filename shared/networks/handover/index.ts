import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Connected, Connector, Content, Limits, NetworkTools, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkParts, checkText } from '../rules/index.ts'
import { handoverTexts } from './texts.ts'

const address = z.url({ protocol: /^https?$/ }).max(2_000)
const credentials = z.object({})
type Credentials = z.infer<typeof credentials>

const wishes = {
  profileUrl: address
    .optional()
    .meta({ description: 'The profile or page there', example: 'https://www.xing.com/profile/Camille_Durand' }),
  textMax: z
    .number()
    .int()
    .min(1)
    .max(60_000)
    .optional()
    .meta({ description: 'How many characters a text may have there, if it is known' }),
  openUrl: address.optional().meta({ description: 'What opens the place where a post is written there' }),
}
const settingsInput = z.object({
  of: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .meta({ description: 'What it is called by those who publish there', example: 'Xing' }),
  ...wishes,
})
const settings = z.object({ of: z.string().default('Hand-over'), ...wishes })
type Settings = z.infer<typeof settings>

const imageMimes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

/** Ours, and generous: the person who publishes knows the place better. What they know can be said in `textMax`. */
const limits: Limits = {
  text: { max: 60_000, unit: 'characters' },
  media: {
    maxCount: 20,
    image: { mimes: imageMimes, moving: imageMimes, maxBytes: 50_000_000 },
    video: { mimes: ['video/mp4', 'video/quicktime'], maxBytes: 536_870_912 },
    document: { mimes: ['application/pdf'], maxBytes: 104_857_600 },
    altMax: 5_000,
  },
  maxParts: 50,
}

/** There is nothing to call: the account is what its name and address say, so that the same one is never there twice. */
async function connect(
  _tools: NetworkTools,
  _credentials: unknown,
  given: unknown,
): Promise<Connected<Credentials, Settings>> {
  const wanted = settingsInput.parse(given)
  const { of, profileUrl } = wanted
  const externalId = createHash('sha256')
    .update(`${of.toLowerCase()}\n${profileUrl ?? ''}`)
    .digest('hex')
    .slice(0, 32)
  return {
    account: { externalId, handle: of, name: of, ...(profileUrl === undefined ? {} : { url: profileUrl }) },
    credentials: {},
    settings: wanted,
  }
}

function review(content: Content, standing: Limits, { of, textMax }: Settings): Review {
  const own = textMax === undefined ? standing : { ...standing, text: { ...standing.text, max: textMax } }
  const lengths = content.parts.map((part) => Array.from(part.text).length)
  const problems: Problem[] = content.parts.flatMap((part, index) => [
    ...checkText(of, own, lengths[index] ?? 0, `/parts/${index}/text`),
    ...checkNotEmpty(part, `/parts/${index}/text`),
    ...checkMedia(of, own, part.media, `/parts/${index}/media`),
  ])
  problems.push(...checkParts(of, content, own))
  return { length: Math.max(0, ...lengths), limit: own.text.max, unit: own.text.unit, problems }
}

/**
 * Networks that no program may post to (Xing, personal profiles), as channels of their own: each publication becomes a
 * person's at its second. Nothing is called, so nothing comes in or is measured by itself.
 */
export const handover: Connector<Credentials, Settings> = {
  name: 'handover',
  title: 'Hand-over',
  app: [],
  capabilities: {
    reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
    byHand: true,
    publishes: ['text', 'link', 'image', 'images', 'video', 'document', 'thread', 'first_comment'],
    delete: false,
    threads: true,
    comesIn: [],
    actions: [],
    counters: [],
    channelCounters: [],
    fetchesMedia: false,
    rate: { burst: 1_000, perHour: 100_000 },
  },
  limits,
  credentialsInput: z.object({}),
  settingsInput,
  credentials,
  settings,
  // whatever its person should know: it is shown to them as it is
  options: z.looseObject({
    title: z.string().max(1_000).optional(),
    link: z.string().max(2_000).optional(),
    firstComment: z.string().max(10_000).optional(),
  }),
  connect,
  review,
  publish: async () => ({
    kind: 'rejected',
    reason: 'permission',
    message: handoverTexts.byHandOnly(),
  }),
}
