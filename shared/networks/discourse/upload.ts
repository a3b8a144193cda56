/** Pictures on their way: uploaded ahead, seen by nobody before a post names them. */

import * as z from 'zod'
import { surelyNot } from '../http/index.ts'
import type { Content, Media, PrepareCall, Prepared } from '../network.ts'
import { fileKey } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, type Settings } from './api.ts'

export const checkpoint = z.object({
  /** `upload://…` by our file. */
  uploads: z.record(z.string(), z.string()).default({}),
  /** The forum holds it back until a moderator approves it. */
  queued: z.boolean().optional(),
})

type Call = PrepareCall<Credentials, Settings>

export const ahead = ({ parts }: Content): number => ((parts[0]?.media.length ?? 0) > 0 ? 5 * 60_000 : 0)

export async function prepare(publication: Call): Promise<Prepared> {
  let progress = checkpoint.parse(publication.checkpoint ?? {})
  const media = publication.content.parts[0]?.media ?? []
  for (const [i, one] of media.entries()) {
    if (progress.uploads[fileKey(one)] !== undefined) continue
    const form = new FormData()
    form.set('upload_type', 'composer')
    form.set('synchronous', 'true')
    form.set('file', new Blob([new Uint8Array(await one.read())], { type: one.mime }), nameOf(one))
    const what = { method: 'POST', path: '/uploads.json', form } as const
    const tried = await call(publication, publication.credentials.current(), what, { visible: false })
    if (tried.refusal?.kind === 'rejected') return { ...tried.refusal, pointer: `/parts/0/media/${i}` }
    if (tried.refusal !== undefined) return surelyNot(tried.refusal)
    const url = z.object({ short_url: z.string() }).safeParse(tried.answer.json()).data?.short_url
    if (url === undefined)
      return { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'Discourse' }) }
    progress = { ...progress, uploads: { ...progress.uploads, [fileKey(one)]: url } }
    await publication.saveCheckpoint(progress, { step: 'upload', done: i + 1, total: media.length })
  }
  return { kind: 'prepared', checkpoint: progress }
}

const nameOf = ({ id, mime }: Media) => `${id.toLowerCase()}.${mime === 'image/jpeg' ? 'jpg' : mime.split('/')[1]}`

/** What is posted: the text, and below it the pictures as Discourse writes them. */
export function rawOf({ parts }: Content, uploads: Readonly<Record<string, string>>): string {
  const [part = { text: '', media: [] }] = parts
  const pictures = part.media.map(
    (one) => `![${altOf(one)}|${one.width}x${one.height}](${uploads[fileKey(one)] ?? ''})`,
  )
  return [part.text, ...pictures].filter((text) => text !== '').join('\n\n')
}

const altOf = ({ alt }: Media) => alt.replace(/[[\]|\s]+/g, ' ').trim()
