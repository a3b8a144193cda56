/** An article on its way: its pictures and its draft are on the site ahead of its second, and nobody sees them. */

import * as z from 'zod'
import { draftSlug, htmlOf, options, picturesMark, picturesOf, withPictures } from '../articles/index.ts'
import { isGone, surelyNot } from '../http/index.ts'
import type { DiscardCall, Discarded, Media, PrepareCall, Prepared } from '../network.ts'
import { fileKey } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, ghost, type Post, postsOf, type Settings } from './api.ts'
import { ghostTexts } from './texts.ts'

export const checkpoint = z.object({
  /** Addresses by our file. */
  uploads: z.record(z.string(), z.string()).default({}),
  draftId: z.string().optional(),
  /** When the draft was last changed, as the site says it: a later time is somebody else's work. */
  draftAt: z.string().optional(),
  /** The mark of the pictures that the draft shows. */
  of: z.string().optional(),
})
export type Progress = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>
type Failed = Exclude<Prepared, { kind: 'prepared' | 'preparing' }>

/** Soon before its second. */
export const ahead = (): number => 3 * 60_000

export async function prepare(publication: Call): Promise<Prepared> {
  let progress = checkpoint.parse(publication.checkpoint ?? {})
  const of = picturesMark(publication.content)
  if (progress.draftId !== undefined && progress.of !== of) {
    // a picture or its alt text was corrected: the draft is made again, unless somebody works on it
    const left = await deleteDraft(publication, progress)
    if (left.kind !== 'kept' && left.kind !== 'gone') return left
    progress = left.kind === 'kept' ? { ...progress, of } : { uploads: progress.uploads }
    await publication.saveCheckpoint(progress)
  }
  if (progress.draftId !== undefined) return { kind: 'prepared', checkpoint: progress }
  const { featured, others } = picturesOf(publication.content)
  const files = featured === undefined ? others : [featured, ...others]
  const total = files.reduce((sum, one) => sum + one.bytes, 0)
  let done = 0
  for (const file of files) {
    if (progress.uploads[fileKey(file)] === undefined) {
      const sent = await send(publication, file)
      if (typeof sent !== 'string') return sent
      progress = { ...progress, uploads: { ...progress.uploads, [fileKey(file)]: sent } }
      await publication.saveCheckpoint(progress, { step: 'upload', done: done + file.bytes, total })
    }
    done += file.bytes
  }
  const made = await draft(publication, progress)
  if ('kind' in made) return made
  progress = { ...progress, draftId: made.id, draftAt: made.updated_at, of }
  await publication.saveCheckpoint(progress)
  return { kind: 'prepared', checkpoint: progress }
}

const uploaded = z.object({ images: z.array(z.object({ url: z.string() })).min(1) })

async function send(publication: Call, file: Media): Promise<string | Failed> {
  const form = new FormData()
  form.set('purpose', 'image')
  form.set('ref', file.id)
  form.set('file', new Blob([new Uint8Array(await file.read())], { type: file.mime }), nameOf(file))
  const what = { method: 'POST', path: '/images/upload/', form } as const
  const tried = await call(publication, publication.credentials.current(), what, invisible)
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  return uploaded.safeParse(tried.answer.json()).data?.images[0]?.url ?? unreadable
}

const nameOf = ({ id, mime }: Media) => `${id.toLowerCase()}.${mime === 'image/jpeg' ? 'jpg' : mime.split('/')[1]}`

async function draft(publication: Call, { uploads }: Progress): Promise<Post | Failed> {
  const { content, key } = publication
  const as = publication.credentials.current()
  const known = await drafted(publication, draftSlug(key))
  if (known !== undefined) return known
  const wished = options.parse(content.options)
  const { featured, others } = picturesOf(content)
  const cover = featured === undefined ? undefined : uploads[fileKey(featured)]
  const shown = others.flatMap((media) => {
    const url = uploads[fileKey(media)]
    return url === undefined ? [] : [{ media, url }]
  })
  // Ghost knows tags only, of which the first one counts most
  const tags = [...new Set([...(wished.categories ?? []), ...(wished.tags ?? [])])].map((name) => ({ name }))
  const post = {
    status: 'draft',
    slug: draftSlug(key),
    title: wished.title,
    html: withPictures(htmlOf(content.parts[0]?.text ?? '', wished.format), shown),
    ...(tags.length === 0 ? {} : { tags }),
    ...(wished.excerpt === undefined ? {} : { custom_excerpt: wished.excerpt }),
    ...(wished.seoTitle === undefined ? {} : { meta_title: wished.seoTitle }),
    ...(wished.seoDescription === undefined ? {} : { meta_description: wished.seoDescription }),
    ...(cover === undefined ? {} : { feature_image: cover, feature_image_alt: featured?.alt || null }),
  }
  const what = { method: 'POST', path: '/posts/?source=html', json: { posts: [post] } } as const
  const tried = await call(publication, as, what, invisible)
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  return postsOf(tried.answer)?.[0] ?? unreadable
}

/** A draft whose creation was never answered. */
async function drafted(publication: Call, slug: string): Promise<Post | Failed | undefined> {
  const what = { method: 'GET', path: `/posts/slug/${slug}/` } as const
  const tried = await call(publication, publication.credentials.current(), what, invisible)
  if (tried.refusal !== undefined) return isGone(ghost, tried.answer) ? undefined : surelyNot(tried.refusal)
  return postsOf(tried.answer)?.[0] ?? unreadable
}

/**
 * Deletes a draft of ours. `kept`: it is no draft any more, or somebody changed it since. Its pictures stay on the site,
 * where Ghost has no way to delete them.
 */
export async function deleteDraft(
  channel: Pick<Call, 'http' | 'signal' | 'clock' | 'credentials'>,
  { draftId, draftAt }: Progress,
): Promise<{ readonly kind: 'gone' } | { readonly kind: 'kept' } | Failed> {
  if (draftId === undefined) return { kind: 'gone' }
  const as = channel.credentials.current()
  const path = `/posts/${encodeURIComponent(draftId)}/`
  const looked = await call(channel, as, { method: 'GET', path }, invisible)
  if (looked.refusal !== undefined) return isGone(ghost, looked.answer) ? { kind: 'gone' } : surelyNot(looked.refusal)
  const [now] = postsOf(looked.answer) ?? []
  if (now === undefined) return unreadable
  if (now.status !== 'draft' || now.updated_at !== draftAt) return { kind: 'kept' }
  const tried = await call(channel, as, { method: 'DELETE', path }, invisible)
  if (tried.refusal !== undefined && !isGone(ghost, tried.answer)) return surelyNot(tried.refusal)
  return { kind: 'gone' }
}

/** The draft alone: its files stay in the site's library, where somebody may use them. */
export async function discard(call: DiscardCall<Credentials, Settings>): Promise<Discarded> {
  const left = await deleteDraft(call, checkpoint.parse(call.checkpoint))
  if (left.kind === 'kept') return { kind: 'kept', message: ghostTexts.draftChanged() }
  return left.kind === 'gone' ? { kind: 'discarded' } : left
}

const invisible = { visible: false }
const unreadable = { kind: 'transient', message: networkTexts.unreadable({ network: 'Ghost' }) } as const
