/** What other contexts, and the entry points, may use of publishing. */
export { attemptSchema } from './attempt.ts'
export { publicationEvents } from './events.ts'
export { findPublication, publicationOfLive } from './find.ts'
export { isKnown } from './known.ts'
export type { PublishingParts } from './parts.ts'
export { postId, postInput, postPatch, postSchema, publicationPatch } from './post.ts'
export { Posts, type PostWithPublications } from './posts.ts'
export {
  latePolicy,
  type Publication,
  type PublicationState,
  publicationId,
  publicationSchema,
  publicationState,
} from './publication.ts'
export { Publications } from './publications.ts'
export { wakeOnResume } from './resume.ts'
export { scheduleInput } from './schedule.ts'
export { type MediaSource, Sender } from './sender.ts'
export {
  channelPreviewSchema,
  postView,
  postViewSchema,
  publicationView,
  publicationViewSchema,
  rescheduling,
  resolutionSchema,
} from './view.ts'
