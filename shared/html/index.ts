/** What every page of ours needs. */
export { escapeHtml } from './escape.ts'
export { icon } from './icon.ts'
export { htmlPage } from './page.ts'
