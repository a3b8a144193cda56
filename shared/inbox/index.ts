/** What entry points and other contexts may use of the inbox. */
export { type DeliveryMessage, deliveryMessage } from './delivery.ts'
export { mentionCreated, mentionDeleted, mentionUpdated } from './events.ts'
export { Ingest } from './ingest.ts'
export { type Mention, mentionId, mentionKind, mentionSchema, mentionState } from './mention.ts'
export { type Applied, type MentionFilter, Mentions } from './mentions.ts'
export { Poller } from './poll.ts'
