/** Limits as data, and the checks and wishes that networks share. */
export { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText } from './check.ts'
export * as wishes from './options.ts'
