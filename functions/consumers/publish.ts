import { wakeMessages } from '../../shared/scheduling/index.ts'
import { sender } from '../containers/sender.ts'
import { eachMessage } from './messages.ts'

/** Sends what is due: ten at a time, side by side, each holding until its instant. */
export const handler = eachMessage(wakeMessages.publication, (message) => sender().handle(message))
