/** What other contexts may use of publishing. */
export { publicationEvents } from './events.ts'
export { findPublication, publicationOfLive } from './find.ts'
export { type Publication, publicationSchema, publicationState } from './publication.ts'
