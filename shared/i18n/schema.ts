/** Apart from `message.ts`, which the webhook receiver carries without zod. */
import * as z from 'zod'
import type { Message, Param, Text } from './message.ts'

const paramSchema: z.ZodType<Param> = z.lazy(() =>
  z.union([z.string(), z.number(), messageSchema, z.array(z.union([z.string(), messageSchema]))]),
)

export const messageSchema: z.ZodType<Message> = z.object({
  key: z.string(),
  params: z.record(z.string(), paramSchema),
  en: z.string(),
  fr: z.string(),
})

/** For what is stored or answered. In an answer it has become a string, and the OpenAPI document says so. */
export const textSchema: z.ZodType<Text> = z
  .union([z.string(), messageSchema])
  .meta({ override: { type: 'string' }, description: 'In the language of `Accept-Language`, else of the workspace' })
