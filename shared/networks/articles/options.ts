import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { wishes } from '../rules/index.ts'
import { articlesTexts } from './texts.ts'

const name = z.string().trim().min(1).max(190)

export const options = z.object({
  title: wishes.title.optional(),
  format: z
    .enum(['markdown', 'html', 'text'])
    .optional()
    .meta({ description: 'How the text is written; Markdown unless it says otherwise' }),
  excerpt: z.string().max(300).optional().meta({ description: 'A summary for lists of articles' }),
  categories: z.array(name).max(20).optional().meta({ description: 'By name; made where they are missing' }),
  tags: z.array(name).max(50).optional().meta({ description: 'By name; made where they are missing' }),
  slug: z
    .string()
    .regex(/^[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*$/u, said(articlesTexts.slug()))
    .max(190)
    .optional()
    .meta({ description: 'The end of its address; made of the title unless it is given' }),
  seoTitle: z.string().min(1).max(300).optional().meta({ description: 'The title for search engines' }),
  seoDescription: z.string().min(1).max(500).optional().meta({ description: 'The description for search engines' }),
})
export type Wished = z.infer<typeof options>

/**
 * What a draft is called until it is published: by it, one whose creation was never answered is found again. Article and
 * content give it, not the attempt.
 */
export const draftSlug = (key: string): string => `parvis-${key.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
