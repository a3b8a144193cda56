/** Cursors of the Graph API's lists. https://developers.facebook.com/docs/graph-api/results */
import * as z from 'zod'

export const paging = z
  .object({ cursors: z.object({ after: z.string() }).optional(), next: z.string().optional() })
  .optional()

/** `after` of the next page; undefined at the end: a cursor stands there too, `next` does not. */
export const nextPage = (told: z.infer<typeof paging>): string | undefined =>
  told?.next === undefined ? undefined : told.cursors?.after
