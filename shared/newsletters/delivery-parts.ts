import type { Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import type { Text } from '../i18n/index.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { AnyConnector, ChannelCall } from '../networks/network.ts'

/** What is needed of the channels. */
export interface Channels {
  open(
    workspaceId: string,
    channelId: string,
    signal: AbortSignal,
  ): Promise<{ readonly connector: AnyConnector; readonly call: ChannelCall<unknown, unknown> }>
  needsReconnect(workspaceId: string, channelId: string, reason: Text): Promise<void>
}

export interface DeliveryParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly channels: Channels
  readonly queue: Queue
  readonly publicUrl: string
}

/** After a failure, and while a channel must be connected again. */
export const retryMs = 60_000
export const reconnectMs = 15 * 60_000

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
