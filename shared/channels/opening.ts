import { randomUUID } from 'node:crypto'
import { keys } from '../aws/keys.ts'
import { type Text, textOf } from '../i18n/index.ts'
import { AppError, messageOf, notFound } from '../kernel/errors.ts'
import { Recorder } from '../networks/http/recorder.ts'
import type { AnyConnector, ChannelCall, CredentialsHolder } from '../networks/network.ts'
import { readHits } from './hits.ts'
import type { OpenChannel } from './open.ts'
import { type ChannelParts, toolsFor } from './parts.ts'
import { type Opened, readCredentials, refreshed, refreshTimeoutMs } from './refresh.ts'
import { publicChannel, type StoredChannel, storedChannel } from './stored.ts'
import { channelsTexts } from './texts.ts'
import { readTold } from './told.ts'

/** Credentials that end sooner than this are refreshed before they are used. */
const aheadMs = 10 * 60_000

interface Opening {
  readonly parts: ChannelParts
  readonly channel: StoredChannel
  readonly connector: AnyConnector
  readonly recorder: Recorder
  readonly signal: AbortSignal
  /** Told when the network no longer takes the credentials. */
  readonly dead: (reason: Text) => Promise<void>
}

/** A channel ready for calls (`ChannelDirectory.open` has the contract). */
export async function openChannel(
  parts: ChannelParts,
  workspaceId: string,
  channelId: string,
  signal: AbortSignal,
  dead: (reason: Text) => Promise<void>,
): Promise<OpenChannel> {
  const { clock, table } = parts
  const { channel, connector, recorder, stored, holder } = await holding(parts, workspaceId, channelId, signal, dead)
  if (stored.expiresAt !== undefined && connector.refresh !== undefined && stored.expiresAt - aheadMs <= clock.now())
    await holder.refreshAhead(stored.expiresAt)
  const tools = await toolsFor(parts, channel.network, signal, recorder.record)
  const call: ChannelCall<unknown, unknown> = {
    ...tools,
    workspaceId,
    channelId,
    account: channel.account,
    settings: connector.settings.parse(channel.settings),
    limits: channel.limits ?? connector.limits,
    credentials: holder,
    told: (externalIds) => readTold(table, { workspaceId, channelId }, externalIds),
    hits: (publicationIds) => readHits(table, workspaceId, channelId, publicationIds),
    newsletters: parts.newsletters(workspaceId, channelId),
  }
  return { channel: publicChannel(channel), connector, call, exchanges: () => recorder.exchanges() }
}

/**
 * Renews a channel's credentials, if they are still those of `version`: of several that read the same version, one calls
 * the network. False if they were renewed meanwhile. Throws like {@link openChannel}.
 */
export async function renewCredentials(
  parts: ChannelParts,
  workspaceId: string,
  channelId: string,
  version: number,
  signal: AbortSignal,
  dead: (reason: Text) => Promise<void>,
): Promise<boolean> {
  const { stored, holder } = await holding(parts, workspaceId, channelId, signal, dead)
  if (stored.version !== version) return false
  await holder.refresh()
  return true
}

/** The channel, its connector, and its credentials as they are stored. */
async function holding(
  parts: ChannelParts,
  workspaceId: string,
  channelId: string,
  signal: AbortSignal,
  dead: (reason: Text) => Promise<void>,
) {
  const { table } = parts
  const channel = await table.get(keys.channel(workspaceId, channelId), storedChannel)
  if (channel === undefined) throw notFound('channel', channelId)
  if (channel.state === 'reconnect_needed') throw reconnectNeeded(channel.stateReason)
  const connector = await parts.connectorOf(channel.network)
  const recorder = new Recorder()
  const opening: Opening = { parts, channel, connector, recorder, signal, dead }
  const read = (text: string) => connector.credentials.parse(JSON.parse(text))
  const stored = await readCredentials({ table, cipher: parts.cipher, workspaceId, channelId, read })
  if (stored === undefined) throw notFound('channel', channelId)
  return { channel, connector, recorder, stored, holder: new Holder(opening, stored) }
}

class Holder implements CredentialsHolder<unknown> {
  readonly #opening: Opening
  #opened: Opened
  #flight: Promise<unknown> | undefined

  constructor(opening: Opening, opened: Opened) {
    this.#opening = opening
    this.#opened = opened
  }

  current(): unknown {
    return this.#opened.credentials
  }

  /** Calls at the same time are one call. */
  refresh(): Promise<unknown> {
    this.#flight ??= this.#refresh().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  /** Before they end. What cannot be renewed right now is used as long as it lasts. */
  async refreshAhead(expiresAt: number): Promise<void> {
    const { parts, channel } = this.#opening
    try {
      await this.refresh()
    } catch (error) {
      const over = error instanceof AppError && error.code === 'reconnect_needed'
      if (over || expiresAt <= parts.clock.now()) throw error
      parts.log.warn('credentials could not be refreshed ahead of time', {
        channelId: channel.id,
        error: messageOf(error),
      })
    }
  }

  async #refresh(): Promise<unknown> {
    const { parts, channel, connector, recorder, signal, dead } = this.#opening
    const { refresh } = connector
    if (refresh === undefined) {
      const reason = channelsTexts.cannotRenew({ network: connector.title })
      await dead(reason)
      throw reconnectNeeded(reason)
    }
    try {
      this.#opened = await refreshed(
        {
          table: parts.table,
          cipher: parts.cipher,
          clock: parts.clock,
          workspaceId: channel.workspaceId,
          channelId: channel.id,
          owner: randomUUID(),
          signal,
          read: (text) => connector.credentials.parse(JSON.parse(text)),
          call: async (credentials) => {
            const own = AbortSignal.timeout(refreshTimeoutMs)
            const tools = await toolsFor(parts, channel.network, own, recorder.record)
            return refresh.call(connector, tools, credentials)
          },
        },
        this.#opened,
      )
      return this.#opened.credentials
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') {
        await dead(error.text)
        throw reconnectNeeded(error.text, error)
      }
      if (error instanceof AppError || signal.aborted) throw error
      throw new AppError(
        'unavailable',
        'refresh_failed',
        channelsTexts.renewalFailed({ network: connector.title, why: textOf(error) }),
        {
          cause: error,
        },
      )
    }
  }
}

const reconnectNeeded = (reason: Text | undefined, cause?: unknown) =>
  new AppError('unauthenticated', 'reconnect_needed', reason ?? channelsTexts.reconnectNeeded(), {
    cause,
  })
