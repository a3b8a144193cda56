/** What networks of articles (WordPress, Ghost) share: wishes, their review, and a body of HTML. */
export { htmlOf, picturesMark, picturesOf, withPictures } from './body.ts'
export { draftSlug, options } from './options.ts'
export { reviewArticle } from './review.ts'
export { siteOf, subjectOf } from './site.ts'
export { textOfHtml } from './text.ts'
