import type { Text } from '../i18n/index.ts'
import type { Exchange } from '../networks/http/client.ts'
import type { AnyConnector, ChannelCall } from '../networks/network.ts'
import type { Channel } from './channel.ts'

/** A channel made ready for calls: its connector loaded, its credentials decrypted, its calls recorded. */
export interface OpenChannel {
  readonly channel: Channel
  readonly connector: AnyConnector
  /** What every connector call takes; credentials refresh themselves, single flight, through it. */
  readonly call: ChannelCall<unknown, unknown>
  /** What was exchanged with the network so far, as it is kept with an attempt. */
  exchanges(): readonly Exchange[]
}

/** What other contexts need of the channels. */
export interface ChannelDirectory {
  /** The channel, whatever its state; undefined if there is none in this workspace. */
  find(workspaceId: string, channelId: string): Promise<Channel | undefined>
  findMany(workspaceId: string, channelIds: readonly string[]): Promise<(Channel | undefined)[]>
  /** Ready for calls. Throws `not_found`; throws AppError `unauthenticated` / `reconnect_needed` if the credentials are dead. */
  open(workspaceId: string, channelId: string, signal: AbortSignal): Promise<OpenChannel>
  /** The network no longer takes the credentials: pauses the channel's publications, once, and says so (event). */
  needsReconnect(workspaceId: string, channelId: string, reason: Text): Promise<void>
}
