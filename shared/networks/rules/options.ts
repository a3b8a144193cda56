/** Wishes that several networks know, under one name everywhere. A network's `options` takes those that it knows. */
import * as z from 'zod'

export const firstComment = z
  .string()
  .min(1)
  .max(5000)
  .meta({ description: 'Written under the post by its own account, right after it' })
export const link = z.url().max(2048).meta({ description: 'The address the post leads to' })
export const title = z.string().min(1).max(500).meta({ description: 'Shown above the text or instead of it' })
export const paidPartnership = z.boolean().meta({ description: 'The law asks: somebody paid for it' })
export const aiMade = z.boolean().meta({ description: 'The law asks: made or altered by a machine in a realistic way' })
export const madeForChildren = z.boolean().meta({ description: 'The law asks: directed at children' })
export const contentWarning = z.string().min(1).max(500).meta({ description: 'Shown instead of the post until opened' })
export const sensitive = z.boolean().meta({ description: 'Media are hidden until somebody asks for them' })
export const poll = z
  .object({
    options: z.array(z.string().min(1).max(300)).min(2).max(12),
    minutes: z.number().int().min(5).max(525_600).meta({ description: 'How long it is open' }),
    multiple: z.boolean().optional().meta({ description: 'More than one answer' }),
  })
  .meta({ description: 'A question with answers to choose from' })
export type Poll = z.infer<typeof poll>
