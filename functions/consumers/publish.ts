import { wakeMessage } from '../../shared/kernel/wake.ts'
import { sender } from '../containers/sender.ts'
import { eachMessage } from './messages.ts'

/** Sends what is due: ten at a time, side by side, each holding until its instant. */
export const handler = eachMessage(wakeMessage, (message) => sender().handle(message))
