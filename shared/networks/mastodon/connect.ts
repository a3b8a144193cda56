/** From an address and a token to an account, with the limits of its instance. */

import * as z from 'zod'
import type { Message, Text } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import type { HttpAnswer } from '../http/index.ts'
import type { Connected, Limits, NetworkTools } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { account, type Credentials, send, unreachable, wordsOf } from './api.ts'
import { defaults, maxParts } from './facts.ts'
import { mastodonTexts } from './texts.ts'

export const visibility = z.enum(['public', 'unlisted', 'private', 'direct'])

export const credentialsInput = z.object({
  instance: z.string().min(1).max(300).meta({ description: 'The address of the server', example: 'mastodon.social' }),
  accessToken: z
    .string()
    .min(1)
    .max(1000)
    .meta({ description: 'From Preferences → Development; scopes read and write' }),
})

export const settingsInput = z.object({
  visibility: visibility.default('public').meta({ description: 'Who sees posts that do not say otherwise' }),
})

export const settings = settingsInput.extend({
  /** What a link counts on this instance. */
  charactersPerUrl: z.number().int().positive().default(defaults.charactersPerUrl),
  /** What a poll may hold on this instance. */
  poll: z
    .object({
      options: z.number().int(),
      characters: z.number().int(),
      minMinutes: z.number(),
      maxMinutes: z.number(),
    })
    .default(defaults.poll),
})
export type Settings = z.infer<typeof settings>

/** `configuration` of `GET /api/v2/instance`; whatever an instance does not say is what the software does by default. */
const instanceAnswer = z.object({
  configuration: z.object({
    statuses: z.object({
      max_characters: z.number().int().positive().catch(defaults.maxCharacters),
      max_media_attachments: z.number().int().nonnegative().catch(defaults.maxMedia),
      characters_reserved_per_url: z.number().int().positive().catch(defaults.charactersPerUrl),
    }),
    polls: z
      .object({
        max_options: z.number().int().positive().catch(defaults.poll.options),
        max_characters_per_option: z.number().int().positive().catch(defaults.poll.characters),
        min_expiration: z
          .number()
          .positive()
          .catch(defaults.poll.minMinutes * 60),
        max_expiration: z
          .number()
          .positive()
          .catch(defaults.poll.maxMinutes * 60),
      })
      .optional()
      .catch(undefined),
    media_attachments: z
      .object({
        supported_mime_types: z.array(z.string()).catch([...defaults.imageMimes, ...defaults.videoMimes]),
        image_size_limit: z.number().int().positive().catch(defaults.imageBytes),
        video_size_limit: z.number().int().positive().catch(defaults.videoBytes),
        description_limit: z.number().int().positive().catch(defaults.altMax),
      })
      .default({
        supported_mime_types: [...defaults.imageMimes, ...defaults.videoMimes],
        image_size_limit: defaults.imageBytes,
        video_size_limit: defaults.videoBytes,
        description_limit: defaults.altMax,
      }),
  }),
})

export const defaultLimits: Limits = {
  text: { max: defaults.maxCharacters, unit: 'characters' },
  media: {
    maxCount: defaults.maxMedia,
    image: { mimes: defaults.imageMimes, maxBytes: defaults.imageBytes },
    video: { mimes: defaults.videoMimes, maxBytes: defaults.videoBytes },
    altMax: defaults.altMax,
  },
  maxParts,
}

/** The origin of what a person wrote: `mastodon.social`, `https://mastodon.social/`, … */
export function originOf(written: string): string {
  const trimmed = written.trim()
  const text = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed.replace(/^@?([^@/]+@)?/, '')}`
  if (!URL.canParse(text))
    throw new AppError(
      'unprocessable',
      'invalid_host',
      networkTexts.badServer({ address: trimmed, example: 'mastodon.social' }),
    )
  return new URL(text).origin
}

/** What an instance answers while a person waits. `refused`: what its 400, 401 or 403 means. */
export async function askInstance<T>(
  host: string,
  sent: Promise<HttpAnswer>,
  schema: z.ZodType<T>,
  refused: (params: { host: string; words: Text }) => Message,
): Promise<T> {
  const answer = await sent.catch((error: unknown) => {
    throw unreachable(host, error)
  })
  const words = wordsOf(answer)
  if (answer.status === 401 || answer.status === 403 || (answer.status === 400 && words !== ''))
    throw new AppError(
      'unprocessable',
      'credentials_refused',
      refused({ host, words: words === '' ? `HTTP ${answer.status}` : networkTexts.quoted({ words }) }),
    )
  if (answer.status === 429 || answer.status >= 500)
    throw new AppError('unavailable', 'network_failed', networkTexts.hostBusy({ host, status: answer.status }))
  const parsed = schema.safeParse(answer.status === 200 ? answer.json() : undefined)
  if (!parsed.success)
    throw new AppError('unprocessable', 'not_this_network', networkTexts.notThisNetwork({ host, network: 'Mastodon' }))
  return parsed.data
}

export async function connect(
  tools: NetworkTools,
  input: unknown,
  settingsGiven: unknown,
): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const wishes = settingsInput.parse(settingsGiven ?? {})
  const instance = originOf(given.instance)
  const host = new URL(instance).host
  const as = { instance, accessToken: given.accessToken.trim() }

  const read = <T>(path: string, schema: z.ZodType<T>) =>
    askInstance(host, send(tools, as, { method: 'GET', path }), schema, mastodonTexts.tokenRefused)
  const me = await read('/api/v1/accounts/verify_credentials', account)
  const { configuration } = await read('/api/v2/instance', instanceAnswer)
  const { statuses, polls, media_attachments: media } = configuration
  const minutes = (seconds: number) => Math.floor(seconds / 60)
  const mimes = (kind: string) => media.supported_mime_types.filter((mime) => mime.startsWith(`${kind}/`))
  return {
    account: {
      externalId: `${me.id}@${host}`,
      handle: `@${me.username}@${host}`,
      name: me.display_name || me.username,
      picture: me.avatar,
      url: me.url,
    },
    credentials: { ...as, accountId: me.id },
    settings: {
      ...wishes,
      charactersPerUrl: statuses.characters_reserved_per_url,
      poll:
        polls === undefined
          ? defaults.poll
          : {
              options: polls.max_options,
              characters: polls.max_characters_per_option,
              minMinutes: minutes(polls.min_expiration + 59),
              maxMinutes: minutes(polls.max_expiration),
            },
    },
    limits: {
      text: { max: statuses.max_characters, unit: 'characters' },
      media: {
        maxCount: statuses.max_media_attachments,
        image: { mimes: mimes('image'), maxBytes: media.image_size_limit },
        video: { mimes: mimes('video'), maxBytes: media.video_size_limit },
        altMax: media.description_limit,
      },
      maxParts,
    },
  }
}
