/** Where a publication stands: what is uploaded, and what lives. */
import * as z from 'zod'
import type { PrepareCall, Progress as Shown } from '../network.ts'
import type { Credentials, Settings } from './api.ts'
import { reference } from './post.ts'

export type Uploading = PrepareCall<Credentials, Settings>

const blob = z.record(z.string(), z.unknown())
export type Blob = z.infer<typeof blob>

export const checkpoint = z.object({
  /** Our file → the blob, as the server wants it named. */
  blobs: z.record(z.string(), blob).default({}),
  /** Our file → the job of the video service that makes the blob. */
  jobs: z.record(z.string(), z.string()).default({}),
  /** Index of the part → the card of its link; null where there is none to be had. */
  cards: z
    .record(
      z.string(),
      z
        .object({
          uri: z.string(),
          title: z.string(),
          description: z.string(),
          thumb: blob.optional(),
          /** The mark of the cover that is its picture. */
          of: z.string().optional(),
        })
        .nullable(),
    )
    .default({}),
  /** What lives already, in order. */
  parts: z.array(reference).default([]),
})
export type Progress = z.infer<typeof checkpoint>

export const keep = (call: Uploading, progress: Progress, shown?: Shown) =>
  call.saveCheckpoint(structuredClone(progress), shown)
