import * as z from 'zod'
import { type Idempotency, keyInUse, remember } from '../aws/idempotency.ts'
import { keys, listPartition } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Page, Position, Write, WriteResult } from '../aws/table.ts'
import { iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import type { AnyConnector, Connected } from '../networks/network.ts'
import { type Channel, channelSchema } from './channel.ts'
import { channelConnected, channelDeleted, channelPaused, channelReconnectNeeded, channelResumed } from './events.ts'
import { refuseGone } from './gone.ts'
import { changedSettings, checkInput, connectFailure } from './input.ts'
import type { ChannelDirectory, OpenChannel } from './open.ts'
import { openChannel } from './opening.ts'
import { type Actor, type ChannelParts, toolsFor } from './parts.ts'
import type { ChannelChange, NewChannel } from './request.ts'
import {
  accountItems,
  channelItem,
  pollSoon,
  publicChannel,
  type StoredChannel,
  sealContext,
  storedChannel,
} from './stored.ts'

/** Bounds a call that a person waits for: the gateway gives up at 30 s. */
const connectTimeoutMs = 24_000
const maxTries = 5

export interface ChannelFilter {
  readonly network?: string | undefined
  readonly state?: Channel['state'] | undefined
}

/** What a change of a channel comes to: its fields, and the event if others need to know. */
interface Step {
  readonly set: Partial<
    Pick<StoredChannel, 'name' | 'settings' | 'limits' | 'account' | 'state' | 'stateReason' | 'resumeState'>
  >
  readonly event?: { readonly definition: typeof channelPaused; readonly reason?: string; readonly cause?: string }
  readonly writes?: readonly Write[]
}

/** The connected accounts of the workspaces. Credentials go in and never come out but to the network itself. */
export class Channels implements ChannelDirectory {
  readonly #parts: ChannelParts

  constructor(parts: ChannelParts) {
    this.#parts = parts
  }

  /**
   * Connects an account by a real call to its network. Throws `unknown_network`, `network_gone`, `validation_failed`,
   * `already_connected`, `idempotency_key_in_use`, `host_blocked`, `host_unreachable`, and what the connector says
   * (`credentials_refused`, …). Nothing is written unless the account is connected.
   */
  async create(
    workspaceId: string,
    actor: Actor,
    input: NewChannel,
    answer: { readonly idempotency: Idempotency | undefined; readonly status: number; body(channel: Channel): unknown },
  ): Promise<Channel> {
    const { table, clock, random, audit } = this.#parts
    refuseGone(input.network)
    const connector = await this.#parts.connectorOf(input.network)
    checkInput(connector, input.credentials, input.settings ?? {})
    const connected = await this.#connect(connector, input.credentials, input.settings ?? {})
    const now = clock.now()
    const channel: StoredChannel = storedChannel.parse({
      id: newId('channel', now, random),
      workspaceId,
      network: connector.name,
      name: input.name ?? connected.account.name,
      account: connected.account,
      settings: connected.settings,
      limits: connected.limits,
      state: 'active',
      simulated: input.simulated ?? false,
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    })
    const { id } = channel
    const shown = publicChannel(channel)
    const result = await table.transact([
      ...accountItems(channel),
      { put: channelItem(channel) },
      await this.#credentials(workspaceId, id, connected, 1),
      ...(connector.capabilities.comesIn.includes('poll')
        ? [pollSoon(workspaceId, id, channel.network, iso(now))]
        : []),
      this.#event(channelConnected, channel),
      audit({ workspaceId, actor, action: 'channel.connect', subject: id, now, random }),
      ...(answer.idempotency === undefined
        ? []
        : [remember(workspaceId, answer.idempotency, answer.status, answer.body(shown), now)]),
    ])
    if (result.ok) return shown
    if (result.index === 0) throw alreadyConnected(connected.account.handle, result)
    throw keyInUse()
  }

  async get(workspaceId: string, id: string): Promise<Channel> {
    return publicChannel(await this.#stored(workspaceId, id))
  }

  async find(workspaceId: string, id: string): Promise<Channel | undefined> {
    return this.#parts.table.get(keys.channel(workspaceId, id), channelSchema)
  }

  findMany(workspaceId: string, ids: readonly string[]): Promise<(Channel | undefined)[]> {
    return this.#parts.table.getMany(
      ids.map((id) => keys.channel(workspaceId, id)),
      channelSchema,
    )
  }

  /** In the order they were connected. */
  list(
    workspaceId: string,
    filter: ChannelFilter,
    page: { readonly limit: number; readonly start?: Position },
  ): Promise<Page<Channel>> {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined)
    return this.#parts.table.query(
      {
        index: 'list',
        pk: listPartition(workspaceId, 'channels'),
        ...(wanted.length === 0 ? {} : { where: { all: wanted.map(([name, value]) => [name, '=', value]) } }),
        ...page,
      },
      channelSchema,
    )
  }

  /** Its name or settings. Throws `stale_version` if it is no longer at `ifMatch`. */
  async update(
    workspaceId: string,
    id: string,
    actor: Actor,
    change: ChannelChange,
    ifMatch?: number,
  ): Promise<Channel> {
    return this.#change(workspaceId, id, { actor, action: 'channel.update', ifMatch }, async (channel) => {
      const { name = channel.name, settings } = change
      if (settings === undefined) return { set: { name } }
      const connector = await this.#parts.connectorOf(channel.network)
      return { set: { name, settings: changedSettings(connector, channel.settings, settings) } }
    })
  }

  /** Nothing is sent on it until it is resumed. Pausing twice is pausing once. */
  pause(workspaceId: string, id: string, actor: Actor): Promise<Channel> {
    return this.#change(workspaceId, id, { actor, action: 'channel.pause' }, async (channel) => {
      if (channel.state === 'paused' || channel.resumeState === 'paused') return undefined
      if (channel.state === 'reconnect_needed') return { set: { resumeState: 'paused' } }
      const stateReason = `Paused by ${actor.name}.`
      return { set: { state: 'paused', stateReason }, event: { definition: channelPaused, reason: stateReason } }
    })
  }

  /** Throws `reconnect_needed` where only new credentials help. */
  resume(workspaceId: string, id: string, actor: Actor): Promise<Channel> {
    return this.#change(workspaceId, id, { actor, action: 'channel.resume' }, async (channel) => {
      if (channel.state === 'active') return undefined
      if (channel.state === 'reconnect_needed')
        throw new AppError(
          'conflict',
          'reconnect_needed',
          `The network no longer takes the credentials of ${channel.name}: reconnect it with new ones.`,
        )
      return { set: { state: 'active', stateReason: undefined }, event: { definition: channelResumed } }
    })
  }

  /** New credentials for the same account. Throws `other_account` if they are of another, and as {@link create}. */
  async reconnect(workspaceId: string, id: string, actor: Actor, credentials: unknown): Promise<Channel> {
    const before = await this.#stored(workspaceId, id)
    const connector = await this.#parts.connectorOf(before.network)
    checkInput(connector, credentials)
    const connected = await this.#connect(connector, credentials, before.settings)
    if (connected.account.externalId !== before.account.externalId)
      throw new AppError(
        'conflict',
        'other_account',
        `These are the credentials of ${connected.account.handle}, and this channel is ${before.account.handle}. ` +
          'Connect the other account as a channel of its own.',
      )
    const { account, settings, limits } = storedChannel
      .pick({ account: true, settings: true, limits: true })
      .parse(connected)
    return this.#change(workspaceId, id, { actor, action: 'channel.reconnect' }, async (channel) => {
      const state = channel.state === 'reconnect_needed' ? (channel.resumeState ?? 'active') : channel.state
      const now = iso(this.#parts.clock.now())
      return {
        set: {
          account,
          settings,
          limits,
          state,
          resumeState: undefined,
          stateReason: state === channel.state ? channel.stateReason : undefined,
        },
        ...(state === 'active' && channel.state !== 'active' ? { event: { definition: channelResumed } } : {}),
        writes: [
          await this.#credentials(workspaceId, id, connected),
          ...(connector.capabilities.comesIn.includes('poll') ? [pollSoon(workspaceId, id, channel.network, now)] : []),
        ],
      }
    })
  }

  /** Disconnects: forgets credentials and settings. What was published on it keeps its history. */
  async remove(workspaceId: string, id: string, actor: Actor, ifMatch?: number): Promise<void> {
    const { table, clock, random, audit } = this.#parts
    for (let tries = 0; tries < maxTries; tries++) {
      const channel = await this.#stored(workspaceId, id)
      if (ifMatch !== undefined && ifMatch !== channel.version) throw stale(channel.version)
      const { network, account, version } = channel
      const result = await table.transact([
        { delete: keys.channel(workspaceId, id), if: ['version', '=', version] },
        { delete: keys.credentials(workspaceId, id) },
        { delete: keys.poll(workspaceId, id) },
        { delete: keys.account(network, account.externalId, workspaceId, id) },
        { delete: keys.accountOwner(workspaceId, network, account.externalId) },
        this.#event(channelDeleted, { ...channel, version: version + 1 }),
        audit({ workspaceId, actor, action: 'channel.disconnect', subject: id, now: clock.now(), random }),
      ])
      if (result.ok) return
    }
    throw changedMeanwhile()
  }

  async needsReconnect(workspaceId: string, id: string, reason: string): Promise<void> {
    try {
      await this.#change(workspaceId, id, {}, async (channel) => {
        if (channel.state === 'reconnect_needed') return undefined
        return {
          set: { state: 'reconnect_needed', stateReason: reason, resumeState: channel.state },
          event: { definition: channelReconnectNeeded, reason, cause: `${id}#reconnect#${channel.version + 1}` },
        }
      })
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return
      throw error
    }
  }

  open(workspaceId: string, id: string, signal: AbortSignal): Promise<OpenChannel> {
    return openChannel(this.#parts, workspaceId, id, signal, (reason) => this.needsReconnect(workspaceId, id, reason))
  }

  async #stored(workspaceId: string, id: string): Promise<StoredChannel> {
    const channel = await this.#parts.table.get(keys.channel(workspaceId, id), storedChannel)
    if (channel === undefined) throw notFound('channel', id)
    return channel
  }

  async #connect(
    connector: AnyConnector,
    credentials: unknown,
    settings: unknown,
  ): Promise<Connected<unknown, unknown>> {
    try {
      const tools = await toolsFor(this.#parts, connector.name, AbortSignal.timeout(connectTimeoutMs))
      return await connector.connect(tools, credentials, settings)
    } catch (error) {
      throw connectFailure(error, connector.title)
    }
  }

  /** The sealed credentials; without a version they replace what is there, so that a refresh under way does not. */
  async #credentials(
    workspaceId: string,
    id: string,
    connected: Connected<unknown, unknown>,
    version?: number,
  ): Promise<Write> {
    const text = JSON.stringify(connected.credentials)
    const sealed = await this.#parts.cipher.seal(text, sealContext(workspaceId, id))
    const key = keys.credentials(workspaceId, id)
    const ends = connected.expiresAt
    if (version !== undefined) return { put: { ...key, sealed, version, credentialsExpireAt: ends } }
    const stale = ['leaseOwner', 'leaseUntil', ...(ends === undefined ? ['credentialsExpireAt'] : [])]
    return {
      update: key,
      set: { sealed, credentialsExpireAt: ends },
      add: { version: 1 },
      remove: stale,
      if: ['pk', 'present'],
    }
  }

  /** One change: read, decide, write all or none; again if somebody else wrote in between. */
  async #change(
    workspaceId: string,
    id: string,
    by: { readonly actor?: Actor; readonly action?: string; readonly ifMatch?: number | undefined },
    decide: (channel: StoredChannel) => Promise<Step | undefined>,
  ): Promise<Channel> {
    const { table, clock, random, audit } = this.#parts
    const { actor, action, ifMatch } = by
    for (let tries = 0; tries < maxTries; tries++) {
      const before = await this.#stored(workspaceId, id)
      if (ifMatch !== undefined && ifMatch !== before.version) throw stale(before.version)
      const step = await decide(before)
      if (step === undefined) return publicChannel(before)
      const now = clock.now()
      const set = { ...step.set, version: before.version + 1, updatedAt: iso(now) }
      const after = storedChannel.parse({ ...before, ...set })
      const removed = Object.entries(step.set).flatMap(([name, value]) => (value === undefined ? [name] : []))
      const audited =
        actor === undefined || action === undefined
          ? []
          : [audit({ workspaceId, actor, action, subject: id, now, random })]
      const result = await table.transact([
        { update: keys.channel(workspaceId, id), set, remove: removed, if: ['version', '=', before.version] },
        ...(step.writes ?? []),
        ...(step.event === undefined ? [] : [this.#event(step.event.definition, after, step.event)]),
        ...audited,
      ])
      if (result.ok) return publicChannel(after)
    }
    throw changedMeanwhile()
  }

  #event(
    definition: EventOfChannel,
    channel: StoredChannel,
    more: { readonly reason?: string; readonly cause?: string } = {},
  ): Write {
    const { clock, random } = this.#parts
    const { workspaceId, id, network, version } = channel
    const { reason, cause } = more
    const about = { workspaceId, subject: id, sequence: version }
    return outbox(definition.create({ now: clock.now(), random }, about, { channelId: id, network, reason, cause }))
  }
}

type EventOfChannel = typeof channelConnected

const ownerItem = z.object({ channelId: z.string() })

function alreadyConnected(handle: string, result: Extract<WriteResult, { ok: false }>): AppError {
  const { channelId } = ownerItem.parse(result.item)
  return new AppError(
    'conflict',
    'already_connected',
    `${handle} is connected already, as the channel ${channelId}. Reconnect that one to give it new credentials.`,
  )
}

const stale = (version: number) =>
  new AppError(
    'precondition_failed',
    'stale_version',
    `It has changed since you read it: it is now at version ${version}. Read it again.`,
  )

const changedMeanwhile = () =>
  new AppError(
    'conflict',
    'changed_meanwhile',
    'It kept changing while this was tried. Nothing was changed; read it and try again.',
  )
