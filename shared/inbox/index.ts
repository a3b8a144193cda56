/** What entry points and other contexts may use of the inbox. */
export { actionRequest, actionSchema } from './action.ts'
export { Actions } from './actions.ts'
export { type DeliveryMessage, deliveryMessage } from './delivery.ts'
export {
  mentionAnswered,
  mentionCreated,
  mentionDeleted,
  mentionModerated,
  mentionUpdated,
  postStateReported,
} from './events.ts'
export { Ingest } from './ingest.ts'
export { type Mention, mentionDirection, mentionId, mentionKind, mentionSchema, mentionState } from './mention.ts'
export { type MentionFilter, Mentions } from './mentions.ts'
export { mentionNote } from './note.ts'
export { Poller } from './poll.ts'
export type { Applied } from './store.ts'
