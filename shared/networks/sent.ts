/**
 * What was sent ahead of a publication's second may be corrected before it: an alt text, a focus point and with it the
 * file. Checkpoints keep a mark of what was sent; another mark means that it is sent, or said, again.
 */
import { createHash } from 'node:crypto'
import type { Media } from './content.ts'

/** 12 characters; the same texts in the same order have the same mark. */
export const markOf = (...texts: readonly (string | undefined)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(texts.map((text) => text ?? null)))
    .digest('base64url')
    .slice(0, 12)

/** The name of a file in a checkpoint: its medium, and which file of it. */
export const fileKey = ({ id, file }: Media): string => `${id} ${markOf(file)}`
