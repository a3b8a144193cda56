import { wakeMessage } from '../../shared/kernel/wake.ts'
import { deliverer } from '../containers/newsletters.ts'
import { eachMessage } from './messages.ts'

/** Sends copies of an issue, or the letter that asks somebody to confirm. */
export const handler = eachMessage(wakeMessage, (message) => deliverer().wake(message))
