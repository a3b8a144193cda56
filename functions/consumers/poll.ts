import { wakeMessage } from '../../shared/kernel/wake.ts'
import { poller } from '../containers/inbox.ts'
import { eachMessage } from './messages.ts'

/** Asks networks that have no webhooks, channel by channel. */
export const handler = eachMessage(wakeMessage, (message) => poller().wake(message))
