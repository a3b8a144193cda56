/** Text as networks read it: for connectors, free of any network's own rules. */
export { countGraphemes, utf8Length } from './count.ts'
export { cutAfter, shortened } from './cut.ts'
export { findLinks, findTags, outside } from './find.ts'
export type { Span } from './links.ts'
export { fingerprint } from './same.ts'
