import { wakeMessages } from '../../shared/scheduling/index.ts'
import { poller } from '../containers/inbox.ts'
import { eachMessage } from './messages.ts'

/** Asks networks that have no webhooks, channel by channel. */
export const handler = eachMessage(wakeMessages.poll, (message) => poller().wake(message))
