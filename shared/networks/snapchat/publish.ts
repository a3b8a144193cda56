/** Stories, saved stories and Spotlights: out. Snapchat lets no program delete them, as far as is known. */

import * as z from 'zod'
import type { HttpAnswer } from '../http/index.ts'
import type { Outcome, PublishCall } from '../network.ts'
import { renewing } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { at, type Credentials, codeOf, once, type Settings } from './api.ts'
import { unconfirmed } from './facts.ts'
import { type Kind, kindOf, localeOf, options } from './review.ts'
import { snapchatTexts } from './texts.ts'
import { checkpoint, prepare, type Uploading } from './upload.ts'

type Call = PublishCall<Credentials, Settings>

/** The collection below a profile that posts of a kind go to; with an id behind it, also what we know a post by. */
export const collections = { story: 'stories', saved_story: 'saved_stories', spotlight: 'spotlights' } as const

export async function publish(call: Call): Promise<Outcome> {
  const prepared = await prepare(call)
  if (prepared.kind === 'preparing') return { ...prepared, kind: 'processing' }
  if (prepared.kind !== 'prepared') return prepared
  const { media } = checkpoint.parse(prepared.checkpoint)
  if (media === undefined) return { kind: 'transient', message: snapchatTexts.notThereYet() }
  const kind = kindOf(call.content)
  const tried = await renewing(call, async () => {
    await call.begin(kind)
    const url = at(call, `/${collections[kind]}`)
    return once(call, { method: 'POST', url, json: bodyOf(call, kind, media.id) }, { visible: true })
  })
  if (tried.refusal === undefined) return outcomeOf(tried.answer, kind, media.id)
  const code = 'answer' in tried ? codeOf(tried.answer) : undefined
  if (code === unconfirmed.codes.expired) await call.saveCheckpoint({})
  if (code === unconfirmed.codes.processing) return wait(call, media)
  return tried.refusal
}

/** It surely did not post: kept, so that nothing of that step is in doubt. */
async function wait(call: Call, media: Uploading): Promise<Outcome> {
  const now = call.clock.now()
  const waited = now - (media.wholeAt ?? now)
  if (waited > unconfirmed.processingMs)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: snapchatTexts.processedTooLong(),
      pointer: '/parts/0/media/0',
    }
  await call.saveCheckpoint({ media })
  return {
    kind: 'processing',
    // every try is a call that could post: rarer the longer it takes
    lookAt: now + Math.min(Math.max(waited / 4, 5_000), 60_000),
    checkpoint: { media },
    progress: { step: 'processing', done: 0 },
  }
}

function bodyOf({ content }: Call, kind: Kind, mediaId: string) {
  const wished = options.parse(content.options)
  const text = content.parts[0]?.text ?? ''
  switch (kind) {
    case 'story':
      return { media_id: mediaId }
    case 'saved_story':
      return { saved_stories: [{ title: wished.title, snap_sources: [{ media_id: mediaId }] }] }
    case 'spotlight':
      return {
        media_id: mediaId,
        locale: localeOf(content),
        skip_save_to_profile: wished.saveToProfile === false,
        ...(text === '' ? {} : { description: text }),
      }
  }
}

const answered = z.object({
  story_id: z.string().min(1).optional(),
  spotlight_id: z.string().min(1).optional(),
  saved_stories: z
    .array(
      z.object({
        sub_request_status: z.string().optional(),
        sub_request_error_reason: z.string().optional(),
        saved_story: z.object({ id: z.string().min(1) }).optional(),
      }),
    )
    .optional(),
})

function outcomeOf(answer: HttpAnswer, kind: Kind, mediaId: string): Outcome {
  const found = answered.safeParse(answer.json()).data
  const saved = found?.saved_stories?.[0]
  if (saved?.sub_request_status === 'ERROR')
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: networkTexts.refused({
        network: 'Snapchat',
        words:
          saved.sub_request_error_reason === undefined
            ? networkTexts.noReason()
            : networkTexts.quoted({ words: saved.sub_request_error_reason }),
      }),
    }
  const id = { story: found?.story_id, saved_story: saved?.saved_story?.id, spotlight: found?.spotlight_id }[kind]
  const url = kind === 'spotlight' && id !== undefined ? { url: `${unconfirmed.spotlightUrl}${id}` } : {}
  if (id !== undefined) return { kind: 'accepted', externalId: `${collections[kind]}/${id}`, ...url }
  // a story is answered without an id: it is known by its file, and nothing can be asked about it
  if (found !== undefined && kind === 'story') return { kind: 'accepted', externalId: `media/${mediaId}` }
  return { kind: 'unknown', message: networkTexts.unreadable({ network: 'Snapchat' }) }
}
