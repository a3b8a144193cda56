/** THE list of scheduled tasks, as plain data. */
import type { Use } from '../uses.ts'

export interface Task {
  readonly entry: string
  readonly everyMinutes: number
  readonly uses: readonly Use[]
  readonly timeout: number
  /** What it means for users when it fails: the text of the alarm. */
  readonly impact: string
}

export const schedules = {
  /** One message per kind and shard of the index `wake`: the consumer `wake` reads them side by side. */
  tick: {
    entry: 'functions/schedules/tick.ts',
    everyMinutes: 1,
    uses: ['queue:wake'],
    timeout: 50,
    impact: 'Posts may leave late: nothing that is due is being found. This is the heart; look at once.',
  },
  /** Credentials that end within days are renewed, even where nothing is sent with them. */
  renew: {
    entry: 'functions/schedules/renew.ts',
    everyMinutes: 60,
    uses: ['table:read', 'table:write', 'secret:credentials', 'secret:networks', 'secret:hooks'],
    timeout: 300,
    impact:
      'Credentials of channels are not renewed ahead of their end. Within a week, channels that nothing was sent on must be connected again by a person.',
  },
  /** What was uploaded for a post that was then edited or called off is removed from its network. */
  discard: {
    entry: 'functions/schedules/discard.ts',
    everyMinutes: 10,
    uses: ['table:read', 'table:write', 'secret:credentials', 'secret:networks', 'secret:hooks'],
    timeout: 300,
    impact:
      'Private videos, drafts and unpublished photos of posts that were edited or called off stay on the networks.',
  },
  /** How long the platforms' API versions still answer. */
  versions: {
    entry: 'functions/schedules/versions.ts',
    everyMinutes: 360,
    uses: [],
    timeout: 60,
    impact: 'Nobody is warned before a platform switches off the version of its API that is spoken here.',
  },
} as const satisfies Record<string, Task>

export type ScheduleName = keyof typeof schedules
