import * as z from 'zod'
import { wakeMessages } from '../../shared/scheduling/index.ts'
import { deliverer } from '../containers/newsletters.ts'
import { eachMessage } from './messages.ts'

const letterMessage = /* @__PURE__ */ z.discriminatedUnion('kind', [
  wakeMessages.issue,
  wakeMessages.confirmation,
  wakeMessages.list_cleanup,
])

/** Sends copies of an issue, or the letter that asks somebody to confirm. */
export const handler = eachMessage(letterMessage, (message) => deliverer().wake(message))
