/** Attachments: sent and processed before the status that shows them. */

import * as z from 'zod'
import { surelyNot } from '../http/index.ts'
import type { Content, Media, PrepareCall, Prepared } from '../network.ts'
import { fileKey, markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { attempt, type Credentials } from './api.ts'
import type { Settings } from './connect.ts'

type Call = PrepareCall<Credentials, Settings>
type Stopped = Exclude<Prepared, { kind: 'prepared' }>

const sentPart = z.object({ id: z.string(), url: z.string().optional() })
export const checkpoint = z.object({
  /** Which medium of which part → the attachment's id on the instance. One that is used twice is two attachments. */
  media: z.record(z.string(), z.string()).default({}),
  /** Attachments that are processed, and when that was told (ms). */
  ready: z.record(z.string(), z.number()).default({}),
  /** The mark of the alt text that an attachment has. */
  alts: z.record(z.string(), z.string()).default({}),
  /** What lives already, in order. */
  parts: z.array(sentPart).default([]),
})
export type Progress = z.infer<typeof checkpoint>

const attachment = z.object({ id: z.string(), url: z.string().nullish() })

/** Processing is waited for this long within the call, then from outside. */
const waitInCallMs = 8_000
const lookAgainMs = 10_000

/** Unused attachments are swept after a day: what was ready longer ago than this is looked at again. */
const sweptAfterMs = 12 * 3_600_000

/** An instance takes a while to make a video its own; pictures are a matter of seconds. */
export function ahead(content: Content): number {
  const media = content.parts.flatMap((part) => part.media)
  if (media.length === 0) return 0
  return media.some((one) => one.kind === 'video') ? 20 * 60_000 : 3 * 60_000
}

export async function prepare(call: Call): Promise<Prepared> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  return (await uploadAll(call, progress)) ?? { kind: 'prepared', checkpoint: { ...progress } }
}

/** All uploads of all parts that do not live yet; what stopped them, or undefined when everything is ready. */
export async function uploadAll(call: Call, progress: Progress): Promise<Stopped | undefined> {
  for (const [i, part] of call.content.parts.entries())
    for (const [j, media] of part.media.entries()) {
      const stopped = i < progress.parts.length ? undefined : await upload(call, media, slot(i, j, media), progress)
      if (stopped !== undefined) return stopped
    }
  return undefined
}

export const slot = (part: number, position: number, media: Media) => `${part}.${position} ${fileKey(media)}`

async function upload(call: Call, media: Media, at: string, progress: Progress): Promise<Stopped | undefined> {
  const known = progress.media[at]
  if (known !== undefined) {
    const ready = (progress.ready[known] ?? 0) > call.clock.now() - sweptAfterMs
    return (ready ? undefined : await processed(call, known, progress)) ?? describe(call, media, known, progress)
  }
  const form = new FormData()
  form.set(
    'file',
    new Blob([new Uint8Array(await media.read())], { type: media.mime }),
    `${media.id}.${media.mime.split('/')[1] ?? 'bin'}`,
  )
  if (media.alt !== '') form.set('description', media.alt)
  const tried = await attempt(
    call,
    call.credentials.current(),
    { method: 'POST', path: '/api/v2/media', form, timeoutMs: 60_000 },
    false,
  )
  if ('refusal' in tried) return surelyNot(tried.refusal)
  const parsed = attachment.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'Mastodon' }) }
  progress.media[at] = parsed.data.id
  progress.alts[parsed.data.id] = markOf(media.alt)
  if (tried.answer.status !== 202) progress.ready[parsed.data.id] = call.clock.now()
  await call.saveCheckpoint({ ...progress })
  return tried.answer.status === 202 ? processed(call, parsed.data.id, progress) : undefined
}

/** Says an alt text that was corrected after the file was sent. */
async function describe(call: Call, media: Media, id: string, progress: Progress): Promise<Stopped | undefined> {
  if (progress.alts[id] === markOf(media.alt)) return undefined
  const path = `/api/v1/media/${encodeURIComponent(id)}`
  const form = { description: media.alt }
  const tried = await attempt(call, call.credentials.current(), { method: 'PUT', path, form }, false)
  if ('refusal' in tried) return surelyNot(tried.refusal)
  progress.alts[id] = markOf(media.alt)
  await call.saveCheckpoint({ ...progress })
  return undefined
}

/** Waits until an attachment can be used: 206 while it is processed, 200 then, 422 if it cannot be. */
async function processed(call: Call, id: string, progress: Progress): Promise<Stopped | undefined> {
  const start = call.clock.now()
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    const tried = await attempt(
      call,
      call.credentials.current(),
      { method: 'GET', path: `/api/v1/media/${encodeURIComponent(id)}` },
      false,
    )
    if ('refusal' in tried) {
      // Unused attachments are swept after a day: it is uploaded again.
      if (tried.status !== 404) return surelyNot(tried.refusal)
      for (const [ours, theirs] of Object.entries(progress.media)) if (theirs === id) delete progress.media[ours]
      await call.saveCheckpoint({ ...progress })
      return { kind: 'transient', message: networkTexts.uploadedAgain({ network: 'Mastodon' }) }
    }
    if (tried.answer.status === 200) {
      progress.ready[id] = call.clock.now()
      await call.saveCheckpoint({ ...progress })
      return undefined
    }
    if (call.clock.now() - start + pause > waitInCallMs)
      return {
        kind: 'preparing',
        lookAt: call.clock.now() + lookAgainMs,
        checkpoint: { ...progress },
        progress: { step: 'processing', done: 0 },
      }
    await call.clock.sleep(pause, call.signal)
  }
}
