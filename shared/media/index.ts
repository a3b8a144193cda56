/** What other contexts may use of media. */
export { MediaLibrary, type PlannableMedia, type Planned } from './library.ts'
export { type MediaItem, mediaId, mediumSchema } from './medium.ts'
