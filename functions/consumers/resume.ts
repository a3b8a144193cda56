import { wakeOnResume } from '../../shared/publishing/resume.ts'
import { clock, log, publishQueue, table } from '../container.ts'
import { eachEvent } from './messages.ts'

/** Wakes what waited for a channel that sends again. */
export const handler = eachEvent((event) =>
  wakeOnResume({ table: table(), clock, queue: publishQueue(), log }, event.workspaceId, event.subject),
)
