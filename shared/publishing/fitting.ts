/** Media as a channel's network gets them: made to fit its limits, which differ by the kind of post. */

import type { Text } from '../i18n/index.ts'
import type { Problem } from '../kernel/errors.ts'
import {
  type Content,
  type Limits,
  limitsOf,
  type Media,
  type MediaLimits,
  type PostKind,
  postKinds,
} from '../networks/network.ts'
import { withMedia } from './compose.ts'
import type { StoredContent } from './publication.ts'
import { publishingTexts } from './texts.ts'

/** What will be done to a medium, in words, or why nothing can be. */
export interface PlannedMedia extends Media {
  readonly changes?: readonly Text[]
  readonly cannot?: Text
}

/** A medium as it was uploaded. Where it cannot say what becomes of it, it leaves as it is. */
export interface SourceMedia extends Media {
  plan?(limits: MediaLimits): PlannedMedia
  /** A string says, for a person, why it cannot leave. */
  fit?(limits: MediaLimits): Promise<Media | Unfit>
}

/**
 * The kind whose limits hold: the one that was asked for, else the one that follows from the media, where this network
 * has limits of its own for it.
 */
export function kindOf(
  content: StoredContent,
  media: ReadonlyMap<string, Media>,
  limits: Limits,
): PostKind | undefined {
  const asked = postKinds.find((kind) => kind === content.options.kind)
  if (asked !== undefined) return asked
  const shown = content.parts[0]?.mediaIds.flatMap((id) => media.get(id) ?? []) ?? []
  const [first] = shown
  if (first === undefined) return undefined
  const implied: Record<Media['kind'], readonly PostKind[]> = {
    image: shown.length === 1 ? ['image', 'images'] : ['images'],
    video: ['video'],
    document: ['document'],
  }
  return implied[first.kind].find((kind) => limits.kinds?.[kind] !== undefined)
}

/** What the media of this content become, without making anything. */
export function plannedMedia(
  content: StoredContent,
  media: ReadonlyMap<string, SourceMedia>,
  limits: Limits,
): ReadonlyMap<string, PlannedMedia> {
  const rules = limitsOf(limits, kindOf(content, media, limits)).media
  return new Map([...media].map(([id, one]) => [id, one.plan?.(rules) ?? one]))
}

/** Why a file cannot leave, for a person. */
export interface Unfit {
  readonly cannot: Text
}

/** The content with its media made to fit, or why one cannot leave. */
export async function fittedContent(
  content: StoredContent,
  media: ReadonlyMap<string, SourceMedia>,
  limits: Limits,
): Promise<Content | Unfit> {
  const rules = limitsOf(limits, kindOf(content, media, limits)).media
  const fitted = new Map<string, Media>()
  for (const [id, one] of media) {
    const file = one.fit === undefined ? one : await one.fit(rules)
    if ('cannot' in file) return file
    fitted.set(id, file)
  }
  return withMedia(content, fitted)
}

/** What a person should know of media that do not leave as they are. Pointers are relative to the content. */
export function fitNotes(content: StoredContent, planned: ReadonlyMap<string, PlannedMedia>): Problem[] {
  const { coverMediaId: cover, parts } = content
  const places = [
    ...parts.flatMap(({ mediaIds }, part) => mediaIds.map((id, at) => [id, `/parts/${part}/media/${at}`] as const)),
    ...(cover === undefined ? [] : [[cover, '/cover'] as const]),
  ]
  return places.flatMap(([id, pointer]): Problem[] => {
    const { changes = [], cannot } = planned.get(id) ?? {}
    if (cannot !== undefined)
      return [{ pointer, code: 'media_cannot_be_fitted', message: publishingTexts.cannotFit({ cannot }) }]
    if (changes.length === 0) return []
    return [{ pointer, code: 'media_fitted', message: publishingTexts.fitted({ changes }) }]
  })
}
