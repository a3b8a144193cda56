import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../kernel/errors.ts'
import type { EventDefinition, EventEnvelope } from '../kernel/events.ts'
import { type MentionEventData, mentionCreated, mentionDeleted, mentionUpdated } from './events.ts'
import type { Mention } from './mention.ts'
import type { Kept, StoreParts } from './store.ts'
import { inboxTexts } from './texts.ts'

export const mentionBusy = () => new AppError('unavailable', 'mention_busy', inboxTexts.busy())

/** An event about a mention as it is now. */
export function mentionEvent(
  { clock, random }: Pick<StoreParts, 'clock' | 'random'>,
  definition: EventDefinition<MentionEventData>,
  { record }: Kept,
): EventEnvelope {
  return definition.create(
    { now: clock.now(), random },
    { workspaceId: record.workspaceId, subject: record.id, sequence: record.version },
    dataOf(record),
  )
}

export function dataOf({ id, channelId, network, kind, state, publicationId }: Kept['record']): MentionEventData {
  return { mentionId: id, channelId, network, kind: kind ?? 'mention', state, publicationId }
}

/** What others are told of a change: only of what they can see, and only if it looks different now. */
export function eventFor(
  was: Mention | undefined,
  is: Mention | undefined,
): EventDefinition<MentionEventData> | undefined {
  // what the channel itself wrote is told with what it answers
  if (is === undefined || is.direction === 'outgoing') return undefined
  if (was === undefined) return is.state === 'deleted' ? undefined : mentionCreated
  if (was.state !== is.state && is.state === 'deleted') return mentionDeleted
  return isDeepStrictEqual({ ...was, version: 0 }, { ...is, version: 0 }) ? undefined : mentionUpdated
}
