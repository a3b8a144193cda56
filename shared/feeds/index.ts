/** The public feeds of the workspaces: what their feed channels published. */
export { Feeds } from './feeds.ts'
export { feedFormats } from './render.ts'
