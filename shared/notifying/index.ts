/** What other contexts may use of notifying. */
export { endpointFailing } from './events.ts'
