/** An article on its way: its files and its draft are on the site ahead of its second, and nobody sees them. */

import * as z from 'zod'
import { draftSlug, htmlOf, options, picturesMark, picturesOf, withPictures } from '../articles/index.ts'
import { isGone, surelyNot } from '../http/index.ts'
import type { Content, DiscardCall, Discarded, Media, PrepareCall, Prepared } from '../network.ts'
import { fileKey, markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, failureOf, type Settings, wordpress } from './api.ts'
import { unconfirmed } from './facts.ts'
import { wordpressTexts } from './texts.ts'

const upload = z.object({ id: z.number().int(), url: z.string() })
export const checkpoint = z.object({
  /** By our file and its alt text. */
  uploads: z.record(z.string(), upload).default({}),
  draftId: z.number().int().optional(),
  /** When the draft was last changed, as the site says it: a later time is somebody else's work. */
  draftAt: z.string().optional(),
  /** The mark of the pictures that the draft shows. */
  of: z.string().optional(),
})
export type Progress = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>
type Failed = Exclude<Prepared, { kind: 'prepared' | 'preparing' }>

const aheadMs = 3 * 60_000
const videoMs = 5 * 60_000

/** Soon before its second. */
const uploadKey = (file: Media) => `${fileKey(file)} ${markOf(file.alt)}`

export const ahead = ({ parts }: Content): number =>
  (parts[0]?.media ?? []).some((one) => one.kind === 'video') ? aheadMs + videoMs : aheadMs

export async function prepare(publication: Call): Promise<Prepared> {
  let progress = checkpoint.parse(publication.checkpoint ?? {})
  const of = picturesMark(publication.content)
  if (progress.draftId !== undefined && progress.of !== of) {
    // a picture or its alt text was corrected: the draft is made again, unless somebody works on it
    const left = await binDraft(publication, progress)
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
    if (progress.uploads[uploadKey(file)] === undefined) {
      const sent = await send(publication, file)
      if ('kind' in sent) return sent
      progress = { ...progress, uploads: { ...progress.uploads, [uploadKey(file)]: sent } }
      await publication.saveCheckpoint(progress, { step: 'upload', done: done + file.bytes, total })
    }
    done += file.bytes
  }
  const made = await draft(publication, progress)
  if ('kind' in made) return made
  progress = { ...progress, draftId: made.id, draftAt: made.modified_gmt, of }
  await publication.saveCheckpoint(progress)
  return { kind: 'prepared', checkpoint: progress }
}

const uploaded = z.object({ id: z.number().int(), source_url: z.string() })

async function send(publication: Call, file: Media): Promise<z.infer<typeof upload> | Failed> {
  const form = new FormData()
  form.set('alt_text', file.alt)
  form.set('file', new Blob([new Uint8Array(await file.read())], { type: file.mime }), nameOf(file))
  const as = publication.credentials.current()
  const tried = await call(publication, as, { method: 'POST', path: '/wp/v2/media', form }, invisible)
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  const parsed = uploaded.safeParse(tried.answer.json())
  return parsed.success ? { id: parsed.data.id, url: parsed.data.source_url } : unreadable
}

/** Names are shown in the address of a file: what is no letter or digit is a hyphen. */
function nameOf({ id, mime, name }: Media): string {
  const stem = (name ?? id)
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `${stem.slice(0, 80).toLowerCase() || 'file'}.${extensions[mime] ?? 'bin'}`
}
const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
}

const drafted = z.object({ id: z.number().int(), status: z.string(), modified_gmt: z.string() })
type Drafted = z.infer<typeof drafted>

async function draft(publication: Call, { uploads }: Progress): Promise<Drafted | Failed> {
  const { content, settings, key } = publication
  const as = publication.credentials.current()
  const known = await unanswered(publication, draftSlug(key))
  if (known !== undefined) return known
  const wished = options.parse(content.options)
  const categories = await terms(publication, 'categories', wished.categories)
  if (categories !== undefined && 'kind' in categories) return categories
  const tags = await terms(publication, 'tags', wished.tags)
  if (tags !== undefined && 'kind' in tags) return tags
  const { featured, others } = picturesOf(content)
  const cover = featured === undefined ? undefined : uploads[uploadKey(featured)]
  const shown = others.flatMap((media) => {
    const found = uploads[uploadKey(media)]
    return found === undefined ? [] : [{ media, url: found.url }]
  })
  const excerpt = wished.excerpt ?? wished.seoDescription
  const meta = metaOf(settings, wished.seoTitle, wished.seoDescription)
  const json = {
    status: 'draft',
    slug: draftSlug(key),
    title: wished.title ?? '',
    content: withPictures(htmlOf(content.parts[0]?.text ?? '', wished.format), shown),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(categories === undefined ? {} : { categories }),
    ...(tags === undefined ? {} : { tags }),
    ...(cover === undefined ? {} : { featured_media: cover.id }),
    ...(meta === undefined ? {} : { meta }),
  }
  const tried = await call(publication, as, { method: 'POST', path: '/wp/v2/posts', json }, invisible)
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  return drafted.safeParse(tried.answer.json()).data ?? unreadable
}

/** A draft whose creation was never answered. */
async function unanswered(publication: Call, slug: string): Promise<Drafted | Failed | undefined> {
  const query = { slug, status: 'draft', context: 'edit' }
  const as = publication.credentials.current()
  const tried = await call(publication, as, { method: 'GET', path: '/wp/v2/posts', query }, invisible)
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  const parsed = z.array(drafted).safeParse(tried.answer.json())
  return parsed.success ? parsed.data[0] : unreadable
}

/**
 * Puts a draft of ours into the site's bin. `kept`: it is no draft any more, or somebody changed it since. Its files stay
 * in the site's library, where somebody may use them.
 */
export async function binDraft(
  channel: Pick<Call, 'http' | 'signal' | 'clock' | 'credentials'>,
  { draftId, draftAt }: Progress,
): Promise<{ readonly kind: 'gone' } | { readonly kind: 'kept' } | Failed> {
  if (draftId === undefined) return { kind: 'gone' }
  const as = channel.credentials.current()
  const path = `/wp/v2/posts/${draftId}`
  const looked = await call(channel, as, { method: 'GET', path, query: { context: 'edit' } }, invisible)
  if (looked.refusal !== undefined)
    return isGone(wordpress, looked.answer) ? { kind: 'gone' } : surelyNot(looked.refusal)
  const now = drafted.safeParse(looked.answer.json()).data
  if (now === undefined) return unreadable
  if (now.status === 'trash') return { kind: 'gone' }
  if (now.status !== 'draft' || now.modified_gmt !== draftAt) return { kind: 'kept' }
  const tried = await call(channel, as, { method: 'DELETE', path }, invisible)
  if (tried.refusal !== undefined && !isGone(wordpress, tried.answer)) return surelyNot(tried.refusal)
  return { kind: 'gone' }
}

/** The ids of what is called so; made where it is missing: WordPress answers the id of what is there. */
async function terms(
  publication: Call,
  kind: 'categories' | 'tags',
  names: readonly string[] | undefined,
): Promise<number[] | Failed | undefined> {
  if (names === undefined) return undefined
  const ids: number[] = []
  for (const name of names) {
    const what = { method: 'POST', path: `/wp/v2/${kind}`, json: { name } } as const
    const tried = await call(publication, publication.credentials.current(), what, invisible)
    const found =
      tried.refusal === undefined
        ? z.object({ id: z.number().int() }).safeParse(tried.answer.json()).data?.id
        : failureOf(tried.answer)?.data?.term_id
    if (found !== undefined) ids.push(found)
    else if (tried.refusal === undefined) return unreadable
    else if (tried.refusal.kind === 'rejected') return { ...tried.refusal, pointer: `/options/${kind}` }
    else return surelyNot(tried.refusal)
  }
  return [...new Set(ids)]
}

function metaOf({ seo }: Settings, title: string | undefined, description: string | undefined) {
  if (seo === undefined || (title === undefined && description === undefined)) return undefined
  const names = unconfirmed.seo[seo]
  return {
    ...(title === undefined ? {} : { [names.title]: title }),
    ...(description === undefined ? {} : { [names.description]: description }),
  }
}

/** The draft alone: its files stay in the site's library, where somebody may use them. */
export async function discard(call: DiscardCall<Credentials, Settings>): Promise<Discarded> {
  const left = await binDraft(call, checkpoint.parse(call.checkpoint))
  if (left.kind === 'kept') return { kind: 'kept', message: wordpressTexts.draftChanged() }
  return left.kind === 'gone' ? { kind: 'discarded' } : left
}

const invisible = { visible: false }
const unreadable = { kind: 'transient', message: networkTexts.unreadable({ network: 'WordPress' }) } as const
