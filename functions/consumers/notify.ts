import { notifier } from '../containers/notifier.ts'
import { eachEvent } from './messages.ts'

/** Tells people what needs them, once per cause, and settles what was told. */
export const handler = eachEvent((event) => notifier().tell(event))
