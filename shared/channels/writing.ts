/** What is written of a channel: when it is made, when it gets new credentials, and what is told of it. */

import { auditWrite } from '../aws/audit.ts'
import { outbox } from '../aws/outbox.ts'
import type { Write, WriteResult } from '../aws/table.ts'
import type { Text } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { AnyConnector, Connected } from '../networks/network.ts'
import type { Channel } from './channel.ts'
import { channelConnected, type channelPaused, channelReconnected, channelResumed } from './events.ts'
import type { Actor, ChannelParts } from './parts.ts'
import {
  accountItems,
  accountLinks,
  channelItem,
  credentialsWrite,
  pollSoon,
  publicChannel,
  type StoredChannel,
  sealContext,
  storedChannel,
} from './stored.ts'

/** What a change of a channel comes to: its fields, and the event if others need to know. */
export interface Step {
  readonly set: Partial<
    Pick<StoredChannel, 'name' | 'settings' | 'limits' | 'account' | 'state' | 'stateReason' | 'resumeState'>
  >
  readonly event?: { readonly definition: typeof channelPaused; readonly reason?: Text; readonly cause?: string }
  readonly writes?: readonly Write[]
  /** Thrown if the condition of the first of `writes` fails. */
  readonly refused?: Error
}

/** All that a new channel is. `index` 0 of a failure: the account is a channel of this workspace already. */
export async function insertChannel(
  parts: ChannelParts,
  workspaceId: string,
  actor: Actor,
  connector: AnyConnector,
  connected: Connected<unknown, unknown>,
  wish: { readonly name?: string | undefined; readonly simulated?: boolean | undefined },
  more: (channel: Channel, now: number) => readonly Write[],
): Promise<{ readonly ok: true; readonly channel: Channel } | Extract<WriteResult, { ok: false }>> {
  const { table, clock, random } = parts
  const now = clock.now()
  const channel: StoredChannel = storedChannel.parse({
    id: newId('channel', now, random),
    workspaceId,
    network: connector.name,
    name: wish.name ?? connected.account.name,
    account: connected.account,
    settings: connected.settings,
    limits: connected.limits,
    state: 'active',
    simulated: wish.simulated ?? false,
    version: 1,
    createdAt: iso(now),
    updatedAt: iso(now),
  })
  const { id } = channel
  const shown = publicChannel(channel)
  const result = await table.transact([
    ...accountItems(channel),
    { put: channelItem(channel) },
    await credentialsOf(parts, channel, connected, 1),
    ...(connector.capabilities.comesIn.includes('poll') ? [pollSoon(workspaceId, id, channel.network, iso(now))] : []),
    eventOf(parts, channelConnected, channel),
    auditWrite({ workspaceId, actor, action: 'channel.connect', subject: id, now, random }),
    ...more(shown, now),
  ])
  return result.ok ? { ok: true, channel: shown } : result
}

/** What changes when a channel gets new credentials of the same account. */
export async function renewal(
  parts: ChannelParts,
  channel: StoredChannel,
  connector: AnyConnector,
  connected: Connected<unknown, unknown>,
): Promise<Step> {
  const { account, settings, limits } = storedChannel
    .pick({ account: true, settings: true, limits: true })
    .parse(connected)
  const state = channel.state === 'reconnect_needed' ? (channel.resumeState ?? 'active') : channel.state
  const { workspaceId, id, network } = channel
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
      await credentialsOf(parts, channel, connected),
      eventOf(parts, channelReconnected, { ...channel, version: channel.version + 1 }),
      ...accountLinks({ ...channel, account }),
      ...(connector.capabilities.comesIn.includes('poll')
        ? [pollSoon(workspaceId, id, network, iso(parts.clock.now()))]
        : []),
    ],
  }
}

async function credentialsOf(
  parts: ChannelParts,
  channel: StoredChannel,
  { credentials, expiresAt }: Connected<unknown, unknown>,
  version?: number,
): Promise<Write> {
  const sealed = await parts.cipher.seal(JSON.stringify(credentials), sealContext(channel.workspaceId, channel.id))
  return credentialsWrite(channel, { sealed, expiresAt }, parts.clock.now(), version)
}

export function eventOf(
  parts: ChannelParts,
  definition: EventOfChannel,
  channel: StoredChannel,
  more: { readonly reason?: Text; readonly cause?: string; readonly endsAt?: string } = {},
): Write {
  const { clock, random } = parts
  const { workspaceId, id, network, version } = channel
  const about = { workspaceId, subject: id, sequence: version }
  return outbox(definition.create({ now: clock.now(), random }, about, { channelId: id, network, ...more }))
}

type EventOfChannel = typeof channelConnected
