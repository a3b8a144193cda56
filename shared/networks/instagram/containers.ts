/** Containers: what Instagram fetches and makes ready, and nobody sees until it is published. */

import * as z from 'zod'
import type { Content, Media, PrepareCall, Refused } from '../network.ts'
import { fileKey, markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { type Call as AnyCall, attemptAs, type Credentials, created, publishMeaning, unreadable } from './api.ts'
import type { Settings } from './connect.ts'
import { containerLivesMs, subcodes, unconfirmed } from './facts.ts'
import { options } from './review.ts'
import { instagramTexts } from './texts.ts'

const made = z.object({ id: z.string(), /** When (ms). */ at: z.number() })

export const checkpoint = z.object({
  /** Position of a file → its container, in a carousel. */
  items: z.record(z.string(), made).default({}),
  container: made.optional(),
  /** The mark of the files and alt texts that the container was made of. */
  of: z.string().optional(),
  /** Instagram said that it can be published. */
  ready: z.boolean().default(false),
  /** How often everything was made anew. */
  rebuilt: z.number().default(0),
  /** It is live; a first comment may be missing. */
  media: z.object({ id: z.string(), url: z.string().optional() }).optional(),
})
export type Progress = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>
export type SureRefusal = Exclude<Refused, { kind: 'unknown' }>
/** `waiting`: Instagram is still at it. `broken`: this container will never be published. */
type State = { readonly kind: 'ready' } | { readonly kind: 'waiting' } | { readonly kind: 'broken' }
export type Built = State | SureRefusal

/** Nothing visible was asked for, so nothing is unknown. */
const surely = (refusal: Refused): SureRefusal =>
  refusal.kind === 'unknown' ? { ...refusal, kind: 'transient' } : refusal
const odd: SureRefusal = { kind: 'transient', message: unreadable }

/** Everything up to a container that can be published, as far as `progress` does not have it yet. Saves after every step. */
export async function build(call: Call, progress: Progress): Promise<Built> {
  const { container } = progress
  if (container !== undefined && call.clock.now() - container.at > containerLivesMs) startOver(progress)
  // a container cannot be changed: one of files or alt texts that were corrected since is made anew
  if (progress.container !== undefined && progress.of !== filesOf(call.content)) {
    delete progress.container
    progress.ready = false
  }
  if (progress.container === undefined) {
    const stopped = await makeContainer(call, progress)
    if (stopped !== undefined) return stopped
  }
  if (progress.ready || progress.container === undefined) return { kind: 'ready' }
  const state = await stateOf(call, progress.container)
  if (state.kind !== 'ready') return state
  progress.ready = true
  await call.saveCheckpoint({ ...progress })
  return state
}

const itemKey = (position: number, media: Media) =>
  `${position} ${fileKey(media)} ${markOf(media.kind === 'video' ? '' : media.alt)}`

const filesOf = ({ parts, cover }: Content) =>
  markOf(...(parts[0]?.media ?? []).map((media, position) => itemKey(position, media)), cover?.file)

/** Forgets containers that are of no use any more. */
export function startOver(progress: Progress): void {
  progress.items = {}
  progress.ready = false
  delete progress.container
}

async function makeContainer(call: Call, progress: Progress): Promise<Built | undefined> {
  const [part = { text: '', media: [] }] = call.content.parts
  const wishes = options.parse(call.content.options)
  const [first] = part.media
  if (first === undefined)
    return {
      kind: 'rejected',
      reason: 'invalid',
      pointer: '/parts/0/media',
      message: instagramTexts.needsMedia(),
    }
  const shared = {
    ...(part.text === '' || wishes.kind === 'story' ? {} : { caption: part.text }),
    ...(wishes.collaborators === undefined ? {} : { collaborators: JSON.stringify(wishes.collaborators) }),
    ...(wishes.location === undefined ? {} : { location_id: wishes.location }),
    ...(wishes.aiMade === true ? { [unconfirmed.aiMadeParameter]: 'true' } : {}),
  }
  if (part.media.length === 1) {
    const cover = call.content.cover?.url
    const kind =
      wishes.kind === 'story'
        ? { media_type: 'STORIES' }
        : first.kind === 'video'
          ? {
              media_type: 'REELS',
              share_to_feed: String(wishes.shareToFeed ?? true),
              ...(cover === undefined ? {} : { cover_url: cover }),
            }
          : {}
    // of stories no alt text is taken: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
    const file = fileOf(wishes.kind === 'story' ? { ...first, alt: '' } : first)
    return keep(call, progress, { ...file, ...kind, ...shared })
  }
  for (const [position, media] of part.media.entries()) {
    const stopped = await makeItem(call, media, itemKey(position, media), progress)
    if (stopped !== undefined) return stopped
  }
  const items = part.media.flatMap((media, position) => progress.items[itemKey(position, media)] ?? [])
  // a carousel is made of what is ready: Instagram answers that a file it still works on cannot be found
  for (const item of items) {
    const state = await stateOf(call, item)
    if (state.kind !== 'ready') return state
  }
  return keep(call, progress, { media_type: 'CAROUSEL', children: items.map(({ id }) => id).join(','), ...shared })
}

const fileOf = ({ kind, url = '', alt }: Media) =>
  kind === 'video' ? { video_url: url } : { image_url: url, ...(alt === '' ? {} : { alt_text: alt }) }

/** A file of a carousel. */
async function makeItem(call: Call, media: Media, at: string, progress: Progress): Promise<SureRefusal | undefined> {
  const known = progress.items[at]
  if (known === undefined || call.clock.now() - known.at > containerLivesMs) {
    const form = {
      ...fileOf(media),
      is_carousel_item: 'true',
      ...(media.kind === 'video' ? { media_type: 'VIDEO' } : {}),
    }
    const item = await make(call, form)
    if ('kind' in item) return item
    progress.items[at] = item
    await call.saveCheckpoint({ ...progress })
  }
  return undefined
}

async function keep(
  call: Call,
  progress: Progress,
  form: Readonly<Record<string, string>>,
): Promise<Built | undefined> {
  const container = await make(call, form)
  if ('kind' in container) return container
  progress.container = container
  progress.of = filesOf(call.content)
  await call.saveCheckpoint({ ...progress })
  return undefined
}

async function make(
  call: Call,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly id: string; readonly at: number } | SureRefusal> {
  const path = `/${call.credentials.current().userId}/media`
  // Instagram may fetch a photo before it answers.
  const tried = await attemptAs(call, { method: 'POST', path, form, timeoutMs: 60_000 }, false)
  if (tried.refusal !== undefined) return surely(tried.refusal)
  const container = created.safeParse(tried.answer.json())
  return container.success ? { id: container.data.id, at: call.clock.now() } : odd
}

const containerState = z.object({ status_code: z.string(), status: z.string().optional() })

/** What Instagram says of a container: `PUBLISHED`, `FINISHED`, …; a refusal where it cannot be asked. */
export async function askState(call: AnyCall, id: string): Promise<z.infer<typeof containerState> | Refused> {
  const query = { fields: 'status_code,status' }
  const tried = await attemptAs(call, { method: 'GET', path: `/${id}`, query }, false)
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = containerState.safeParse(tried.answer.json())
  return parsed.success ? parsed.data : odd
}

async function stateOf(call: Call, { id, at }: z.infer<typeof made>): Promise<Built> {
  const state = await askState(call, id)
  if ('kind' in state) return surely(state)
  switch (state.status_code) {
    case 'FINISHED':
    case 'PUBLISHED':
      return { kind: 'ready' }
    case 'IN_PROGRESS':
      return call.clock.now() - at > unconfirmed.longestProcessingMs ? { kind: 'broken' } : { kind: 'waiting' }
    case 'EXPIRED':
      return { kind: 'broken' }
    default: {
      const words = networkTexts.quoted({ words: state.status ?? state.status_code })
      const subcode = Number(/\b22\d{5}\b/.exec(state.status ?? '')?.[0])
      if (subcodes.rebuild.has(subcode) || subcodes.transient.has(subcode)) return { kind: 'broken' }
      const meaning = publishMeaning(Number.isNaN(subcode) ? undefined : subcode, words, call.clock.now())
      return meaning === undefined
        ? {
            kind: 'rejected',
            reason: 'invalid',
            pointer: '/parts/0/media',
            message: instagramTexts.filesUnusable({ words }),
          }
        : surely(meaning)
    }
  }
}
