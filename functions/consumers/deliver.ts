import { wakeMessages } from '../../shared/scheduling/index.ts'
import { deliverer } from '../containers/deliverer.ts'
import { eachMessage } from './messages.ts'

/** Sends a webhook that is due. */
export const handler = eachMessage(wakeMessages.delivery, (message) => deliverer().deliver(message))
