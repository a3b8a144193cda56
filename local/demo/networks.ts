/** The networks of the demo: what simulates each, who is there, and how they reach the shop. */
import { BlueskySimulator } from '../../tests/simulators/bluesky.ts'
import { DiscordSimulator } from '../../tests/simulators/discord.ts'
import { FacebookSimulator } from '../../tests/simulators/facebook.ts'
import { InstagramSimulator } from '../../tests/simulators/instagram.ts'
import { LinkedinSimulator } from '../../tests/simulators/linkedin.ts'
import { MastodonSimulator } from '../../tests/simulators/mastodon.ts'
import { PinterestSimulator } from '../../tests/simulators/pinterest.ts'
import type { Person, Simulator } from '../../tests/simulators/simulator.ts'
import { TelegramSimulator } from '../../tests/simulators/telegram.ts'
import { ThreadsSimulator } from '../../tests/simulators/threads.ts'
import { TikTokSimulator } from '../../tests/simulators/tiktok.ts'
import { WhatsAppSimulator } from '../../tests/simulators/whatsapp.ts'
import { XSimulator } from '../../tests/simulators/x.ts'
import { YoutubeSimulator } from '../../tests/simulators/youtube.ts'

/** How people reach the shop of their own accord; below its posts they comment. `upload`: the shop itself posts by hand. */
type Saying = 'mention' | 'message' | 'upload'
type Seen = 'views' | 'impressions' | 'reach' | 'clicks' | 'saves'

interface DemoNetwork {
  /** `mediaUrl`: where the network would find our media. */
  make(mediaUrl: string): Simulator
  readonly followers: number
  readonly comments: boolean
  readonly says: Saying | undefined
  /** What its signed webhooks tell of; the rest is polled. */
  readonly hooks: 'everything' | 'messages' | 'nothing'
  /** Counters that the network tells besides those its simulator begins with. */
  readonly tells?: readonly Seen[]
  /** Somebody of this name: `slug` in small letters, `digits` (20) and `letters` (24) always the same for a name. */
  person(name: string, slug: string, digits: string, letters: string): Person
}

/** Where a person is known by a number and a handle. */
const numbered =
  (handle: (slug: string) => string, length = 10) =>
  (name: string, slug: string, digits: string): Person => ({
    externalId: `1${digits}`.slice(0, length),
    handle: handle(slug),
    name,
  })
const dotted = (slug: string) => slug.replaceAll('-', '.')
const underscored = (slug: string) => slug.replaceAll('-', '_')

export const networks = {
  bluesky: {
    make: () => new BlueskySimulator(),
    followers: 640,
    comments: true,
    says: 'mention',
    hooks: 'nothing',
    person: (name, slug, _, letters) => ({
      externalId: `did:plc:${letters}`,
      handle: `${slug}.bsky.test`,
      name,
    }),
  },
  mastodon: {
    make: () => new MastodonSimulator(),
    followers: 415,
    comments: true,
    says: 'mention',
    hooks: 'nothing',
    person: numbered((slug) => `${underscored(slug)}@piaille.example`),
  },
  facebook: {
    make: () => new FacebookSimulator(),
    followers: 2_180,
    comments: true,
    says: 'mention',
    hooks: 'everything',
    person: (name, _, digits) => ({ externalId: `1${digits}`.slice(0, 10), handle: name, name }),
  },
  instagram: {
    make: () => new InstagramSimulator(),
    followers: 3_920,
    comments: true,
    says: 'message',
    hooks: 'everything',
    person: (_, slug, digits) => ({
      externalId: `1${digits}`.slice(0, 10),
      handle: dotted(slug),
      name: dotted(slug),
    }),
  },
  threads: {
    make: () => new ThreadsSimulator(),
    followers: 870,
    comments: true,
    says: 'mention',
    hooks: 'everything',
    tells: ['views'],
    person: (_, slug) => ({ externalId: dotted(slug), handle: `@${dotted(slug)}`, name: dotted(slug) }),
  },
  x: {
    make: () => new XSimulator(),
    followers: 1_240,
    comments: true,
    says: 'mention',
    hooks: 'everything',
    person: numbered(underscored, 19),
  },
  linkedin: {
    make: () => new LinkedinSimulator(),
    followers: 310,
    comments: true,
    says: 'mention',
    hooks: 'everything',
    person: (name, _, __, letters) => ({
      externalId: `urn:li:person:${letters.slice(0, 10)}`,
      handle: letters.slice(0, 10),
      name,
    }),
  },
  youtube: {
    make: () => new YoutubeSimulator(),
    followers: 150,
    comments: true,
    says: 'upload',
    hooks: 'nothing',
    person: (_, slug, __, letters) => ({
      externalId: `UC${letters.slice(0, 22)}`,
      handle: `@${slug}`,
      name: `@${slug}`,
    }),
  },
  pinterest: {
    make: () => new PinterestSimulator(),
    followers: 530,
    comments: false,
    says: undefined,
    hooks: 'nothing',
    tells: ['impressions', 'clicks', 'saves'],
    person: numbered(dotted),
  },
  tiktok: {
    make: (mediaUrl) => Object.assign(new TikTokSimulator(), { photosFrom: `${mediaUrl}/` }),
    followers: 4_400,
    comments: true,
    says: undefined,
    hooks: 'nothing',
    tells: ['views'],
    person: numbered(dotted),
  },
  telegram: {
    make: () => Object.assign(new TelegramSimulator(), { local: true }),
    followers: 260,
    comments: true,
    says: 'message',
    hooks: 'everything',
    person: numbered((slug) => `@${underscored(slug)}`),
  },
  discord: {
    make: () => new DiscordSimulator(),
    followers: 95,
    comments: true,
    says: 'message',
    hooks: 'messages',
    person: numbered(dotted, 19),
  },
  whatsapp: {
    make: () => new WhatsAppSimulator(),
    followers: 0,
    comments: false,
    says: 'message',
    hooks: 'everything',
    person: (name, _, digits) => {
      const number = `336${digits.slice(0, 8)}`
      return { externalId: number, handle: `+${number}`, name }
    },
  },
} as const satisfies Readonly<Record<string, DemoNetwork>>

export type Simulated = keyof typeof networks
export const isSimulated = (name: string): name is Simulated => Object.hasOwn(networks, name)
export const simulated: readonly Simulated[] = Object.keys(networks).filter(isSimulated)
export const networkOf = (name: Simulated): DemoNetwork => networks[name]

export function byWebhook(network: string, kind: string): boolean {
  if (!isSimulated(network)) return false
  const { hooks } = networkOf(network)
  return hooks === 'everything' || (hooks === 'messages' && kind === 'direct_message')
}

/** Where this network's deliveries go on the stage: what the connector told it, where each account has a hook of its own. */
export function hookPath(simulator: Simulator): string {
  const own =
    simulator instanceof TelegramSimulator
      ? simulator.hook?.url
      : simulator instanceof YoutubeSimulator
        ? simulator.subscriptions.at(-1)?.['hub.callback']
        : undefined
  return own === undefined ? `/webhooks/${simulator.network}` : new URL(own).pathname
}
