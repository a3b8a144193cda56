/**
 * What a network is to Parvis: the one interface every folder beside this file implements. A connector turns what the
 * product means into the platform's calls and back. It keeps nothing: what must last goes through `saveCheckpoint` and
 * `credentials.refresh`. We hold the clock: no connector uses a platform's own scheduling.
 */

import type * as z from 'zod'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { AppField, Capabilities, Limits } from './capabilities.ts'
import type { Content, Cost, Review } from './content.ts'
import type { ChannelCounters, Counters } from './counters.ts'
import type { HttpClient } from './http/client.ts'
import type { Dialer } from './http/dial.ts'
import type { Action, Polled, Target } from './inbound.ts'
import type { Newsletters, Postman } from './newsletter.ts'
import type { Acted, Checkpoint, Discarded, Found, Live, Outcome, Prepared, Progress, Removal } from './outcome.ts'
import type { PostAddress } from './post-address.ts'
import type { AppConfig, Hook } from './webhook.ts'

export * from './capabilities.ts'
export type * from './content.ts'
export * from './counters.ts'
export * from './inbound.ts'
export type * from './newsletter.ts'
export type * from './outcome.ts'
export type * from './webhook.ts'

// ---- calls ------------------------------------------------------------------------------------------------------

export interface ChannelAccount {
  /** The account's id on the network: what webhooks name it by. Unique per network. */
  readonly externalId: string
  /** Other ids by which webhooks name it: the discussion group of a Telegram channel. */
  readonly alsoKnownAs?: readonly string[] | undefined
  readonly handle: string
  readonly name: string
  readonly picture?: string | undefined
  readonly url?: string | undefined
}

/** What every call gets. `http` reaches outside hosts only through the safe client; every exchange is kept as evidence. */
export interface NetworkTools {
  readonly http: HttpClient
  /** Connections that speak something else than HTTP, under the same rules. */
  readonly dial: Dialer
  readonly clock: Clock
  readonly random: Random
  readonly app: AppConfig
  /** The API's own public address, without a trailing slash. */
  readonly publicUrl: string
  readonly signal: AbortSignal
  /** The hook of one account, for networks whose receiver is `perSubject`. `subject`: 1–100 of `A-Za-z0-9._-`. */
  hook(subject: string): Promise<Hook>
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
  /** What the network told by webhook and cannot be asked for: the latest counters, by external id. */
  told(externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>>
  /** For networks that are our own pages (`feed`): how often each publication was read, by publication id. */
  hits(publicationIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** For networks that deliver to lists of ours (`email`). */
  readonly newsletters: Newsletters
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

// ---- connecting -------------------------------------------------------------------------------------------------

/** What the product made for one person on the way to the network and back. */
export interface OAuthStart {
  /** `{publicUrl}/oauth/{network}/callback`. */
  readonly redirectUri: string
  readonly state: string
  /** PKCE, S256 (RFC 7636), for networks that take it. */
  readonly codeChallenge: string
  /** Parsed by `input`; {} where there is none. */
  readonly input: unknown
}

export interface OAuthReturn {
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string
  /** Every parameter the network came back with. */
  readonly query: Readonly<Record<string, string>>
  /** What `authorize` asked to keep. */
  readonly kept: Readonly<Record<string, string>>
}

export interface OAuthFlow<Credentials, Settings> {
  /** What `POST /v1/channels/connect` takes besides the network: a Mastodon server's address, a flavour. Default nothing. */
  readonly input?: z.ZodType
  readonly scopes: readonly string[]
  /** Where the person is sent. Throws `network_not_configured` where the app's document lacks something. */
  authorize(
    tools: NetworkTools,
    start: OAuthStart,
  ): Promise<{ readonly url: string; readonly kept?: Readonly<Record<string, string>> }>
  /** The accounts that the person opened to us, each ready to be a channel; empty if there is none. */
  accounts(tools: NetworkTools, back: OAuthReturn): Promise<readonly Connected<Credentials, Settings>[]>
}

// ---- publishing -------------------------------------------------------------------------------------------------

export interface PrepareCall<Credentials, Settings> extends ChannelCall<Credentials, Settings> {
  readonly content: Content
  /** Stable per publication and content, never per attempt: the network's idempotency key is made of it. ULID-like. */
  readonly key: string
  /** When the publication was due (ms): the same in every attempt, so that what is derived from it is stable. */
  readonly dueAt: number
  readonly checkpoint: Checkpoint | undefined
  /**
   * Keeps what was done so far. `live`: the parts that are public by now, where more is to be sent. Throws
   * {@link LeaseLost} if another attempt has taken over: let it through.
   */
  saveCheckpoint(checkpoint: Checkpoint, progress?: Progress, live?: Live): Promise<void>
}

export interface PublishCall<Credentials, Settings> extends PrepareCall<Credentials, Settings> {
  /**
   * Must be awaited immediately before every call that makes something visible. Holds until the due instant and records
   * "step started" before it returns; after it, a call whose answer is lost is `unknown`.
   */
  begin(step: string): Promise<void>
}

export interface DiscardCall<Credentials, Settings> extends ChannelCall<Credentials, Settings> {
  /** What `prepare` had done by then. */
  readonly checkpoint: Checkpoint
}

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

// ---- answering --------------------------------------------------------------------------------------------------

export interface ActCall<Credentials, Settings> extends ChannelCall<Credentials, Settings> {
  readonly target: Target
  readonly action: Action
  /** Stable per action, never per attempt. ULID-like. */
  readonly key: string
}

// ---- the connector ----------------------------------------------------------------------------------------------

export interface Connector<Credentials, Settings> {
  readonly name: string
  /** As people write it: `Bluesky`. */
  readonly title: string
  /** The version of the platform's API that is spoken, and until when it surely answers (`2028-11-20`), where that is known. */
  readonly apiVersion?: { readonly name: string; readonly worksAtLeastUntil?: string }
  /** What the deployment's document of this network's app holds; empty where no app is needed. */
  readonly app: readonly AppField[]
  readonly capabilities: Capabilities
  readonly limits: Limits
  /** What `POST /v1/channels` takes for this network (before `connect`); `z.never()` where only `oauth` connects … */
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
  readonly oauth?: OAuthFlow<Credentials, Settings>
  /**
   * Called for an account that was connected either way, before it becomes a channel: subscribes to its webhooks. Done
   * again, it changes nothing. Throws an AppError in plain words.
   */
  attach?(tools: NetworkTools, connected: Connected<Credentials, Settings>): Promise<void>
  /** New credentials before or after the old ones end. Throws `AppError('unauthenticated', 'reconnect_needed', …)` when it is over. */
  refresh?(tools: NetworkTools, credentials: Credentials): Promise<Refreshed<Credentials>>

  /** Pure: counts and checks content against the limits, without any call. */
  review(content: Content, limits: Limits, settings: Settings): Review
  /** Pure. What the platform charges for it; undefined where sending is free. */
  cost?(content: Content, settings: Settings): Cost | undefined
  /** How long before its second the work on this content should begin, in ms: uploads, containers. Pure; 0 for none. */
  ahead?(content: Content): number
  /**
   * Does ahead what can be done without anything being visible. `publish` goes on from its checkpoint, and does the same
   * itself where there is none: what was prepared may have failed, grown old, or been edited since.
   */
  prepare?(call: PrepareCall<Credentials, Settings>): Promise<Prepared>
  /**
   * Removes what `prepare` left on the network, where its publication was edited or called off: only while nobody can see
   * it and nobody else changed it. Done again, it changes nothing. Absent where the network forgets such things by itself.
   */
  discard?(call: DiscardCall<Credentials, Settings>): Promise<Discarded>
  publish(call: PublishCall<Credentials, Settings>): Promise<Outcome>
  /** What a person's address of a post is checked against. Absent where any web address will do. */
  readonly postAddress?: PostAddress
  /**
   * The external id of the post at this address, where it can be read off; undefined where that cannot be done, or where
   * it shows that the post is another account's. Pure.
   */
  externalIdOf?(url: URL, account: ChannelAccount): string | undefined
  /** Looks a lost publication up. Absent where `reconcile.means` is `none`. */
  find?(call: FindCall<Credentials, Settings>): Promise<Found>
  remove?(call: ChannelCall<Credentials, Settings>, live: Live): Promise<Removal>

  /** For networks that deliver to lists of ours: a connection for letters. Throws AppError where there is none to be had. */
  postman?(call: ChannelCall<Credentials, Settings>): Promise<Postman>

  /** Answers or moderates. An action that is not among `capabilities.actions` is never asked for. */
  act?(call: ActCall<Credentials, Settings>): Promise<Acted>

  /** How far answers got that were `pending`, by their ids. One that is gone is absent. */
  answerStates?(
    call: ChannelCall<Credentials, Settings>,
    externalIds: readonly string[],
  ): Promise<ReadonlyMap<string, 'sent' | 'delivered' | 'failed'>>

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
