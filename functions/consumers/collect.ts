import * as z from 'zod'
import { wakeMessages } from '../../shared/scheduling/index.ts'
import { collector } from '../containers/measuring.ts'
import { wholeBatch } from './messages.ts'

const collectionMessage = /* @__PURE__ */ z.discriminatedUnion('kind', [
  wakeMessages.publication_collection,
  wakeMessages.channel_collection,
])

/** Reads counters of what is due: those of one channel in one call, so the batch is taken as one. */
export const handler = wholeBatch(collectionMessage, (messages) => collector().collect(messages))
