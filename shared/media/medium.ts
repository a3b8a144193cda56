import * as z from 'zod'
import { idPattern } from '../kernel/ids.ts'

export const mediaId = z.string().regex(idPattern('media'))

/** The types Parvis takes, and what they are called. What a network makes of them is the network's `limits`. */
export const mediaTypes = {
  'image/jpeg': 'image',
  'image/png': 'image',
  'image/gif': 'image',
  'image/webp': 'image',
  'image/avif': 'image',
  'image/heic': 'image',
  'video/mp4': 'video',
  'video/quicktime': 'video',
  'video/webm': 'video',
  'application/pdf': 'document',
} as const
export type MediaMime = keyof typeof mediaTypes
export const mediaMime = z.enum([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/heic',
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'application/pdf',
] satisfies MediaMime[])

const megabyte = 1024 * 1024
/** Bytes. S3 takes 5 GB in one PUT; no network here takes more than this. */
export const maxBytes = { image: 50 * megabyte, video: 512 * megabyte, document: 100 * megabyte } as const

/** Where a crop must keep what matters: 0 to 1 from the left and from the top of the picture as displayed. */
export const focusSchema = z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) })

/** As stored. `uploading`: announced, its bytes not looked at yet; `ready`: what is said of it was read from the bytes. */
export const mediumSchema = z.object({
  id: mediaId,
  workspaceId: z.string(),
  state: z.enum(['uploading', 'ready']),
  /** Where the bytes are; unguessable, since the public address is made of it. */
  key: z.string(),
  filename: z.string(),
  kind: z.enum(['image', 'video', 'document']),
  mime: mediaMime,
  bytes: z.number().int(),
  /** Pixels, as displayed: a photograph taken sideways counts as it is seen. Absent for a document. */
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  /** Of a video. */
  seconds: z.number().optional(),
  /** Of an image: whether it moves, and whether it tells where it was taken (which never leaves). */
  animated: z.boolean().optional(),
  located: z.boolean().optional(),
  /** Of an image: whether it is stored otherwise than it is shown. Such a one never leaves as it is. */
  turned: z.boolean().optional(),
  focus: focusSchema.optional(),
  alt: z.string(),
  credit: z.string().optional(),
  version: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type MediaItem = z.infer<typeof mediumSchema>

/** A file made of a medium. It stands beside the original and goes with it. */
export const derivedSchema = z.object({
  key: z.string(),
  mime: z.string(),
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
})
export type DerivedFile = z.infer<typeof derivedSchema>
