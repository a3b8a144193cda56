import { deliveries } from '../containers/notifying.ts'
import { eachEvent } from './messages.ts'

/** One delivery for each endpoint that wants the event; the same event twice changes nothing. */
export const handler = eachEvent((event) => deliveries().fanOut(event))
