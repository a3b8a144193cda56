import { wakeMessage } from '../../shared/kernel/wake.ts'
import { collector } from '../containers/measuring.ts'
import { wholeBatch } from './messages.ts'

/** Reads counters of what is due: those of one channel in one call, so the batch is taken as one. */
export const handler = wholeBatch(wakeMessage, (messages) => collector().collect(messages))
