/**
 * What a network is to Parvis: the one interface every folder beside this file implements. A connector turns what the
 * product means into the platform's calls and back. It keeps nothing: what must last goes through `saveCheckpoint` and
 * `credentials.refresh`.
 */
import type * as z from 'zod'
import type { Clock } from '../kernel/clock.ts'
import type { Problem } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'
import type { HttpClient } from './http/client.ts'

// ---- what the network can do: data, shown at GET /v1/networks and used by validation -----------------------------

export interface Capabilities {
  /** How the network finds a publication again whose answer was lost, and whether "not there" can be believed. */
  readonly reconcile: {
    /** `own key`: sending again with the same key cannot double; `lookup`: recent posts are read; `none`: a person decides. */
    readonly means: 'own key' | 'lookup' | 'none'
    /** For `own key`: seconds during which the network remembers the key. */
    readonly keyWindowSeconds?: number
    /** For `lookup`: whether absence proves that the post is not there … */
    readonly authoritative: boolean
    /** … once this many seconds have passed since the attempt. */
    readonly settleSeconds: number
  }
  readonly delete: boolean
  readonly threads: boolean
  readonly comesIn: 'webhook' | 'poll' | 'none'
  /** What `measure` can return; what is not named here is never invented. */
  readonly counters: readonly CounterName[]
  /** Whether the network fetches media from a public address of ours instead of taking bytes. */
  readonly fetchesMedia: boolean
  /** Sends allowed per channel: a token bucket of `burst`, refilled by `perHour`. */
  readonly rate: { readonly burst: number; readonly perHour: number }
}

/** Limits of text and media: static for most networks, read live and kept in the channel's `limits` where they vary. */
export interface Limits {
  readonly text: { readonly max: number; readonly unit: string; readonly maxBytes?: number | undefined }
  readonly media: {
    readonly maxCount: number
    readonly image?: { readonly mimes: readonly string[]; readonly maxBytes: number } | undefined
    readonly video?: { readonly mimes: readonly string[]; readonly maxBytes: number } | undefined
    readonly altMax?: number | undefined
  }
  /** Parts of a thread, 1 where the network has no threads. */
  readonly maxParts: number
}

// ---- what is said -----------------------------------------------------------------------------------------------

export interface Media {
  readonly id: string
  readonly kind: 'image' | 'video'
  readonly mime: string
  readonly bytes: number
  readonly width: number
  readonly height: number
  readonly alt: string
  /** A public address of the file, for networks that fetch it; undefined where the deployment has none. */
  readonly url: string | undefined
  read(): Promise<Uint8Array>
}

/** One part of a thread; a plain post has one. */
export interface Part {
  readonly text: string
  readonly media: readonly Media[]
}

/** What leaves on one channel: the post with the channel's variant applied. */
export interface Content {
  readonly parts: readonly Part[]
  /** BCP 47. */
  readonly language: string
  /** The variant's network-specific wishes, parsed by the connector's `options` schema. */
  readonly options: Readonly<Record<string, unknown>>
}

/** What the validator counts and finds. Pointers are relative to the content: `/parts/0/text`, `/parts/0/media/1`. */
export interface Review {
  readonly length: number
  readonly limit: number
  readonly unit: string
  readonly problems: readonly Problem[]
}

// ---- calls ------------------------------------------------------------------------------------------------------

export interface ChannelAccount {
  /** The account's id on the network: what webhooks name it by. Unique per network. */
  readonly externalId: string
  readonly handle: string
  readonly name: string
  readonly picture?: string | undefined
  readonly url?: string | undefined
}

/** What the deployment knows of a network's app (client secret, verify token …): one JSON document per network. */
export type AppConfig = Readonly<Record<string, string>>

/** What every call gets. `http` reaches outside hosts only through the safe client; every exchange is kept as evidence. */
export interface NetworkTools {
  readonly http: HttpClient
  readonly clock: Clock
  readonly random: Random
  readonly app: AppConfig
  /** The API's own public address, without a trailing slash. */
  readonly publicUrl: string
  readonly signal: AbortSignal
}

/** The credentials of a channel, single flight when they need to be refreshed. */
export interface CredentialsHolder<Credentials> {
  current(): Credentials
  /** Refreshes through the connector's `refresh`, stores the result before it is used, and answers it. */
  refresh(): Promise<Credentials>
}

export interface ChannelCall<Credentials, Settings> extends NetworkTools {
  readonly workspaceId: string
  readonly channelId: string
  readonly account: ChannelAccount
  readonly settings: Settings
  readonly limits: Limits
  readonly credentials: CredentialsHolder<Credentials>
  /** For networks that are our own pages (`feed`): how often each publication was read, by publication id. */
  hits(publicationIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}

export interface Connected<Credentials, Settings> {
  readonly account: ChannelAccount
  readonly credentials: Credentials
  readonly settings: Settings
  /** Where the network's limits vary by server (Mastodon), read live. */
  readonly limits?: Limits
  /** When the credentials stop working without a refresh (ms since the epoch). */
  readonly expiresAt?: number
}

export interface Refreshed<Credentials> {
  readonly credentials: Credentials
  readonly expiresAt?: number
}

/** Another attempt has taken the publication over. Connectors let it through. */
export class LeaseLost extends Error {
  constructor() {
    super('another attempt has taken over')
    this.name = 'LeaseLost'
  }
}

// ---- publishing -------------------------------------------------------------------------------------------------

/** Where a publication of several steps stands; the connector's own, JSON, parsed by it on resume. */
export type Checkpoint = Readonly<Record<string, unknown>>

export interface PublishCall<Credentials, Settings> extends ChannelCall<Credentials, Settings> {
  readonly content: Content
  /** Stable per publication and content, never per attempt: the network's idempotency key is made of it. ULID-like. */
  readonly key: string
  /** When the publication was due (ms): the same in every attempt, so that what is derived from it is stable. */
  readonly dueAt: number
  readonly checkpoint: Checkpoint | undefined
  /** Keeps what was done so far. Throws {@link LeaseLost} if another attempt has taken over: let it through. */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>
  /**
   * Must be awaited immediately before every call that makes something visible. Holds until the due instant and records
   * "step started" before it returns; after it, a call whose answer is lost is `unknown`.
   */
  begin(step: string): Promise<void>
}

/** A post as it lives on the network. `parts` are the external ids of a thread, in order, when there are several. */
export interface Live {
  readonly externalId: string
  readonly url?: string | undefined
  readonly parts?: readonly string[] | undefined
}

export type Outcome =
  | ({ readonly kind: 'accepted' } & Live)
  /** Accepted by the network, not live yet: `publish` is called again at `lookAt` (ms) with the checkpoint. */
  | { readonly kind: 'processing'; readonly lookAt: number; readonly checkpoint: Checkpoint }
  /** A chain cut short: these parts live, the rest was refused. */
  | ({ readonly kind: 'partial'; readonly message: string } & Live)
  | {
      readonly kind: 'rejected'
      readonly reason: 'policy' | 'invalid' | 'duplicate' | 'permission'
      /** In plain words, with the platform's own kept. */
      readonly message: string
    }
  | { readonly kind: 'limited'; readonly until: number; readonly scope: 'channel' | 'app'; readonly message: string }
  | { readonly kind: 'reauthorize'; readonly message: string }
  /** The request surely did not arrive, or the network surely did not act on it. */
  | { readonly kind: 'transient'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string }

export interface FindCall<Credentials, Settings> extends ChannelCall<Credentials, Settings> {
  readonly content: Content
  readonly key: string
  readonly dueAt: number
  readonly checkpoint: Checkpoint | undefined
  /** The instant (ms) the ambiguous attempt began: only what appeared after it can be ours. */
  readonly since: number
  /** Whether this network post already belongs to another publication. */
  taken(externalId: string): Promise<boolean>
}

export type Found =
  | ({ readonly kind: 'found' } & Live)
  /** The lost step did take place, but the chain is not complete: these parts live, and it goes on from this checkpoint. */
  | { readonly kind: 'resume'; readonly checkpoint: Checkpoint; readonly parts: readonly string[] }
  /** The step that was lost is not there. */
  | { readonly kind: 'absent' }
  /** The network could not be asked, or cannot tell; the message says which. */
  | { readonly kind: 'unable'; readonly message: string }

export type Removal =
  | { readonly kind: 'deleted' } // also when it was already gone
  | Exclude<Outcome, { kind: 'accepted' | 'processing' | 'partial' }>

// ---- coming in --------------------------------------------------------------------------------------------------

export interface Author {
  readonly externalId: string
  readonly handle: string
  readonly name: string
  readonly picture?: string | undefined
}

/** Something that came in, in the product's words. Deduplicated on (channel, externalId); any order is tolerated. */
export interface InboundEvent {
  readonly kind: 'comment' | 'mention' | 'direct_message' | 'reaction' | 'post_state' | 'deauthorized'
  readonly action: 'created' | 'edited' | 'deleted' | 'hidden' | 'unhidden'
  readonly externalId: string
  /** When it happened on the network (ms). Orders edits of the same thing. */
  readonly at: number
  readonly author?: Author | undefined
  readonly text?: string | undefined
  readonly url?: string | undefined
  readonly language?: string | undefined
  /** What it answers, and the post of ours it is under, as external ids. */
  readonly parentExternalId?: string | undefined
  readonly postExternalId?: string | undefined
}

export interface Polled {
  readonly events: readonly InboundEvent[]
  /** Where to go on; stored as it is. */
  readonly cursor: string | undefined
  /** There is more now: poll again at once. */
  readonly more: boolean
}

// ---- measuring --------------------------------------------------------------------------------------------------

export const counterNames = [
  'likes',
  'comments',
  'shares',
  'quotes',
  'saves',
  'clicks',
  'views',
  'reach',
  'impressions',
  'hits',
] as const
export type CounterName = (typeof counterNames)[number]
/** Totals since the post went out. Absent: the network did not say; never zero by guess. */
export type Counters = Readonly<Partial<Record<CounterName, number>>>

export interface ChannelCounters {
  readonly followers?: number
}

// ---- the connector ----------------------------------------------------------------------------------------------

export interface Connector<Credentials, Settings> {
  readonly name: string
  /** As people write it: `Bluesky`. */
  readonly title: string
  readonly capabilities: Capabilities
  readonly limits: Limits
  /** What `POST /v1/channels` takes for this network (before `connect`) … */
  readonly credentialsInput: z.ZodType
  readonly settingsInput: z.ZodType
  /** … what is stored encrypted after it, and the settings in clear. */
  readonly credentials: z.ZodType<Credentials>
  readonly settings: z.ZodType<Settings>
  /** The wishes a variant may carry for this network. */
  readonly options: z.ZodType

  /** Checks the credentials by a real call. Throws an AppError in plain words: `credentials_refused`, `host_unreachable`, …. */
  connect(
    tools: NetworkTools,
    credentialsInput: unknown,
    settingsInput: unknown,
  ): Promise<Connected<Credentials, Settings>>
  /** New credentials before or after the old ones end. Throws `AppError('unauthenticated', 'reconnect_needed', …)` when it is over. */
  refresh?(tools: NetworkTools, credentials: Credentials): Promise<Refreshed<Credentials>>

  /** Pure: counts and checks content against the limits, without any call. */
  review(content: Content, limits: Limits, settings: Settings): Review
  publish(call: PublishCall<Credentials, Settings>): Promise<Outcome>
  /** Looks a lost publication up. Absent where `reconcile.means` is `none`. */
  find?(call: FindCall<Credentials, Settings>): Promise<Found>
  remove?(call: ChannelCall<Credentials, Settings>, live: Live): Promise<Removal>

  poll?(call: ChannelCall<Credentials, Settings>, cursor: string | undefined): Promise<Polled>
  /** Counters per external id; an id the network no longer knows is absent from the map. */
  measure?(
    call: ChannelCall<Credentials, Settings>,
    externalIds: readonly string[],
  ): Promise<ReadonlyMap<string, Counters>>
  measureChannel?(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters>
}

/** A connector whose types are its own business: what the registry hands out. */
export type AnyConnector = Connector<unknown, unknown>

// ---- webhooks: apart from the connector, so that the receiver's bundle stays small -----------------------------------

export interface RawDelivery {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface WebhookReceiver {
  /** The answer to a handshake, or undefined if the request is none. Wrong tokens answer 403. */
  handshake?(method: string, delivery: RawDelivery, app: AppConfig): { status: number; body: string } | undefined
  /** Over the raw bytes, in constant time, with every valid secret. */
  verify(delivery: RawDelivery, app: AppConfig): boolean
  /** Parses a verified body: which account each event is for. Throws AppError `invalid` for what is not of this network. */
  normalize(body: Uint8Array): readonly { readonly accountId: string; readonly event: InboundEvent }[]
}
