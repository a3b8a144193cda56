import type { Actor } from '../aws/audit.ts'
import type { Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import type { ChannelDirectory } from '../channels/index.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { AnyConnector } from '../networks/network.ts'
import type { LatePolicy } from './publication.ts'
import type { MediaSource } from './sender.ts'

export type { Actor }

/** Who changes posts. Without `mayPublish` they write drafts, and change nothing that leaves or has left. */
export interface Author extends Actor {
  readonly mayPublish: boolean
}

/** What a post takes from its workspace when it does not say otherwise. */
export interface Defaults {
  readonly zone: string
  readonly language: string
  readonly latePolicy: LatePolicy
}

/** What the services of publishing are made of. */
export interface PublishingParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly queue: Queue
  readonly channels: Pick<ChannelDirectory, 'findMany'>
  readonly media: MediaSource
  /** The channel of a newsletter's list; undefined where the workspace has no such list. */
  readonly channelOfList: (workspaceId: string, listId: string) => Promise<string | undefined>
  readonly connectorOf: (network: string) => Promise<AnyConnector>
  readonly defaultsOf: (workspaceId: string) => Promise<Defaults>
}
