/** What other contexts may use of media. */
export { MediaLibrary } from './library.ts'
export { type MediaItem, mediaId, mediumSchema } from './medium.ts'
