import * as z from 'zod'
import { type Limits, type MediaLimits, type MediaRule, postKinds, type TextLimits } from '../networks/network.ts'

/** A schema for every field of `T`, and none beside: one that the interface gains or loses is one that fails to compile. */
export type FieldsOf<T> = { readonly [Name in keyof Required<T>]: z.ZodType<T[Name] | undefined> }

const number = z.number().optional()

const mediaRule = z.object({
  mimes: z.array(z.string()),
  maxBytes: z.number(),
  minWidth: number,
  minHeight: number,
  maxWidth: number,
  maxHeight: number,
  minRatio: number,
  maxRatio: number,
  maxPixels: number,
  moving: z.array(z.string()).optional(),
  minSeconds: number,
  maxSeconds: number,
} satisfies FieldsOf<MediaRule>)

const text = z.object({
  max: z.number(),
  unit: z.string(),
  maxBytes: number,
  foldsAt: number,
} satisfies FieldsOf<TextLimits>)

const media = z.object({
  maxCount: z.number(),
  minCount: number,
  image: mediaRule.optional(),
  video: mediaRule.optional(),
  document: mediaRule.optional(),
  altMax: number,
} satisfies FieldsOf<MediaLimits>)

type OfKind = NonNullable<NonNullable<Limits['kinds']>[keyof NonNullable<Limits['kinds']>]>

const ofKind = z.object({
  text: text.optional(),
  media: media.optional(),
  title: text.optional(),
} satisfies FieldsOf<OfKind>)

/** {@link Limits} of `networks/network.ts`, as stored when they were read live, and as answered. */
export const limitsSchema = z.object({
  text,
  media,
  title: text.optional(),
  maxParts: z.number(),
  kinds: z.partialRecord(z.enum(postKinds), ofKind).optional(),
} satisfies FieldsOf<Limits>)
