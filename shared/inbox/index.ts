/** What entry points and other contexts may use of the inbox. */
export { mentionCreated, mentionDeleted, mentionUpdated } from './events.ts'
export { type Mention, mentionKind, mentionId, mentionSchema, mentionState } from './mention.ts'
export { type Applied, type MentionFilter, Mentions } from './mentions.ts'
