import { wakeMessage } from '../../shared/kernel/wake.ts'
import { deliverer } from '../containers/deliverer.ts'
import { eachMessage } from './messages.ts'

/** Sends a webhook that is due. */
export const handler = eachMessage(wakeMessage, (message) => deliverer().deliver(message))
