import { auditWrite } from '../aws/audit.ts'
import { type Idempotency, keyInUse, remember } from '../aws/idempotency.ts'
import { keys, listPartition } from '../aws/keys.ts'
import type { Page, Position, Write } from '../aws/table.ts'
import type { Text } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import type { AnyConnector, Connected } from '../networks/network.ts'
import type { WakeMessageOf } from '../scheduling/index.ts'
import { renewAhead } from './ahead.ts'
import { asking, attach } from './asking.ts'
import { type Channel, channelSchema } from './channel.ts'
import { channelDeleted, channelPaused, channelReconnectNeeded, channelResumed } from './events.ts'
import { refuseGone } from './gone.ts'
import { changedSettings, checkInput, keptSettings } from './input.ts'
import type { ChannelDirectory, OpenChannel } from './open.ts'
import { openChannel } from './opening.ts'
import type { Actor, ChannelParts } from './parts.ts'
import { alreadyConnected, changedMeanwhile, otherAccount, ownerItem, stale } from './refusals.ts'
import type { ChannelChange, NewChannel } from './request.ts'
import { namesOf, publicChannel, type StoredChannel, storedChannel } from './stored.ts'
import { channelsTexts } from './texts.ts'
import { eventOf, insertChannel, renewal, type Step } from './writing.ts'

const maxTries = 5

export interface ChannelFilter {
  readonly network?: string | undefined
  readonly state?: Channel['state'] | undefined
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
    refuseGone(input.network)
    const connector = await this.#parts.connectorOf(input.network)
    checkInput(connector, input.credentials, input.settings ?? {})
    const connected = await asking(this.#parts, connector, (tools) =>
      connector.connect(tools, input.credentials, input.settings ?? {}),
    )
    await attach(this.#parts, connector, connected)
    const { idempotency } = answer
    const result = await insertChannel(this.#parts, workspaceId, actor, connector, connected, input, (channel, now) =>
      idempotency === undefined ? [] : [remember(workspaceId, idempotency, answer.status, answer.body(channel), now)],
    )
    if (result.ok) return result.channel
    if (result.index === 0) throw alreadyConnected(connected.account.handle, result)
    throw keyInUse()
  }

  /**
   * An account that a person opened to us becomes a channel; one that is a channel of the workspace already gets the new
   * credentials. `once` is written with it: where its condition fails, somebody else took the account, and `undefined` is
   * answered. Throws what the connector's `attach` says, and `changed_meanwhile`.
   */
  async adopt(
    workspaceId: string,
    actor: Actor,
    connector: AnyConnector,
    connected: Connected<unknown, unknown>,
    {
      name,
      simulated,
      once,
    }: {
      readonly name?: string | undefined
      readonly simulated?: boolean | undefined
      once(channelId: string): Write
    },
  ): Promise<Channel | undefined> {
    for (let tries = 0; tries < maxTries; tries++) {
      const owner = await this.connectedAs(workspaceId, connector.name, [connected.account.externalId])
      const [id] = owner.values()
      if (id !== undefined) return this.#renew(workspaceId, id, actor, connector, connected, { name, once })
      await attach(this.#parts, connector, connected)
      const result = await insertChannel(
        this.#parts,
        workspaceId,
        actor,
        connector,
        connected,
        { name, simulated },
        ({ id: made }) => [once(made)],
      )
      if (result.ok) return result.channel
      if (result.index !== 0) return undefined
    }
    throw changedMeanwhile()
  }

  /** Which of a network's accounts are channels of this workspace: the channel's id by the account's. */
  async connectedAs(
    workspaceId: string,
    network: string,
    externalIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const owners = await this.#parts.table.getMany(
      externalIds.map((externalId) => keys.accountOwner(workspaceId, network, externalId)),
      ownerItem,
    )
    return new Map(
      externalIds.flatMap((externalId, index) => {
        const owner = owners[index]
        return owner === undefined ? [] : [[externalId, owner.channelId] as const]
      }),
    )
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
      const stateReason = channelsTexts.pausedBy({ name: actor.name })
      return { set: { state: 'paused', stateReason }, event: { definition: channelPaused, reason: stateReason } }
    })
  }

  /** Throws `reconnect_needed` where only new credentials help. */
  resume(workspaceId: string, id: string, actor: Actor): Promise<Channel> {
    return this.#change(workspaceId, id, { actor, action: 'channel.resume' }, async (channel) => {
      if (channel.state === 'active') return undefined
      if (channel.state === 'reconnect_needed')
        throw new AppError('conflict', 'reconnect_needed', channelsTexts.reconnectIt({ name: channel.name }))
      return { set: { state: 'active', stateReason: undefined }, event: { definition: channelResumed } }
    })
  }

  /** New credentials for the same account. Throws `other_account` if they are of another, and as {@link create}. */
  async reconnect(workspaceId: string, id: string, actor: Actor, credentials: unknown): Promise<Channel> {
    const before = await this.#stored(workspaceId, id)
    const connector = await this.#parts.connectorOf(before.network)
    checkInput(connector, credentials)
    const connected = await asking(this.#parts, connector, (tools) =>
      connector.connect(tools, credentials, before.settings),
    )
    if (connected.account.externalId !== before.account.externalId)
      throw otherAccount(connected.account.handle, before.account.handle)
    await attach(this.#parts, connector, connected)
    return this.#change(workspaceId, id, { actor, action: 'channel.reconnect' }, (channel) =>
      renewal(this.#parts, channel, connector, connected),
    )
  }

  /** Disconnects: forgets credentials and settings. What was published on it keeps its history. */
  async remove(workspaceId: string, id: string, actor: Actor, ifMatch?: number): Promise<void> {
    const { table, clock, random } = this.#parts
    for (let tries = 0; tries < maxTries; tries++) {
      const channel = await this.#stored(workspaceId, id)
      if (ifMatch !== undefined && ifMatch !== channel.version) throw stale(channel.version)
      const { network, account, version } = channel
      const result = await table.transact([
        { delete: keys.channel(workspaceId, id), if: ['version', '=', version] },
        { delete: keys.credentials(workspaceId, id) },
        { delete: keys.poll(workspaceId, id) },
        ...namesOf(account).map((name) => ({ delete: keys.account(network, name, workspaceId, id) })),
        { delete: keys.accountOwner(workspaceId, network, account.externalId) },
        eventOf(this.#parts, channelDeleted, { ...channel, version: version + 1 }),
        auditWrite({ workspaceId, actor, action: 'channel.disconnect', subject: id, now: clock.now(), random }),
      ])
      if (result.ok) return
    }
    throw changedMeanwhile()
  }

  async needsReconnect(workspaceId: string, id: string, reason: Text): Promise<void> {
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

  /** Before they end ({@link renewAhead}): for the schedule that finds what is to be renewed. */
  renew(message: WakeMessageOf<'credentials'>): Promise<'renewed' | 'later' | 'over'> {
    const needsReconnect = (reason: Text) => this.needsReconnect(message.workspaceId, message.channelId, reason)
    return renewAhead(this.#parts, needsReconnect, message)
  }

  open(workspaceId: string, id: string, signal: AbortSignal): Promise<OpenChannel> {
    return openChannel(this.#parts, workspaceId, id, signal, (reason) => this.needsReconnect(workspaceId, id, reason))
  }

  /** New credentials for a channel, from an account of the same id. Undefined if the condition of `once` fails. */
  async #renew(
    workspaceId: string,
    id: string,
    actor: Actor,
    connector: AnyConnector,
    found: Connected<unknown, unknown>,
    { name, once }: { readonly name?: string | undefined; once(channelId: string): Write },
  ): Promise<Channel | undefined> {
    const before = await this.#stored(workspaceId, id)
    const connected = { ...found, settings: keptSettings(connector, before.settings, found.settings) }
    await attach(this.#parts, connector, connected)
    const taken = new Error('taken')
    try {
      return await this.#change(workspaceId, id, { actor, action: 'channel.reconnect' }, async (channel) => {
        const step = await renewal(this.#parts, channel, connector, connected)
        const set = name === undefined ? step.set : { ...step.set, name }
        return { ...step, set, writes: [once(id), ...(step.writes ?? [])], refused: taken }
      })
    } catch (error) {
      if (error === taken) return undefined
      throw error
    }
  }

  async #stored(workspaceId: string, id: string): Promise<StoredChannel> {
    const channel = await this.#parts.table.get(keys.channel(workspaceId, id), storedChannel)
    if (channel === undefined) throw notFound('channel', id)
    return channel
  }

  /** One change: read, decide, write all or none; again if somebody else wrote in between. */
  async #change(
    workspaceId: string,
    id: string,
    by: { readonly actor?: Actor; readonly action?: string; readonly ifMatch?: number | undefined },
    decide: (channel: StoredChannel) => Promise<Step | undefined>,
  ): Promise<Channel> {
    const { table, clock, random } = this.#parts
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
          : [auditWrite({ workspaceId, actor, action, subject: id, now, random })]
      const result = await table.transact([
        { update: keys.channel(workspaceId, id), set, remove: removed, if: ['version', '=', before.version] },
        ...(step.writes ?? []),
        ...(step.event === undefined ? [] : [eventOf(this.#parts, step.event.definition, after, step.event)]),
        ...audited,
      ])
      if (result.ok) return publicChannel(after)
      if (result.index === 1 && step.refused !== undefined) throw step.refused
    }
    throw changedMeanwhile()
  }
}
