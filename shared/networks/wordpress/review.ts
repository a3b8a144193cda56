import { options, reviewArticle } from '../articles/index.ts'
import type { Content, Limits, Review } from '../network.ts'
import type { Settings } from './api.ts'
import { title } from './facts.ts'
import { wordpressTexts } from './texts.ts'

/** WordPress takes nearly everything; what it would lose in silence is said. */
export function review(content: Content, limits: Limits, settings: Settings): Review {
  const found = reviewArticle(title, content, limits)
  const wished = options.safeParse(content.options).data
  if (wished?.seoTitle === undefined || settings.seo !== undefined) return found
  return {
    ...found,
    warnings: [
      {
        pointer: '/options/seoTitle',
        code: 'seo_plugin_missing',
        message: wordpressTexts.noSeo(),
      },
    ],
  }
}
