/** An article on its way: its files and its draft are on the site ahead of its second, and nobody sees them. */
import * as z from 'zod'
import { draftSlug, htmlOf, options, picturesOf, withPictures } from '../articles/index.ts'
import { surelyNot } from '../http/index.ts'
import type { Content, Media, PrepareCall, Prepared } from '../network.ts'
import { type Credentials, call, failureOf, type Settings } from './api.ts'
import { unconfirmed } from './facts.ts'

const upload = z.object({ id: z.number().int(), url: z.string() })
export const checkpoint = z.object({
  /** By the id of the file in Parvis. */
  uploads: z.record(z.string(), upload).default({}),
  draftId: z.number().int().optional(),
})
export type Progress = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>
type Failed = Exclude<Prepared, { kind: 'prepared' | 'preparing' }>

const aheadMs = 3 * 60_000
const videoMs = 5 * 60_000

/** Soon before its second: an article that is edited after this leaves its first draft behind on the site. */
export const ahead = ({ parts }: Content): number =>
  (parts[0]?.media ?? []).some((one) => one.kind === 'video') ? aheadMs + videoMs : aheadMs

export async function prepare(publication: Call): Promise<Prepared> {
  let progress = checkpoint.parse(publication.checkpoint ?? {})
  if (progress.draftId !== undefined) return { kind: 'prepared', checkpoint: progress }
  const { featured, others } = picturesOf(publication.content)
  const files = featured === undefined ? others : [featured, ...others]
  const total = files.reduce((sum, one) => sum + one.bytes, 0)
  let done = 0
  for (const file of files) {
    if (progress.uploads[file.id] === undefined) {
      const sent = await send(publication, file)
      if ('kind' in sent) return sent
      progress = { ...progress, uploads: { ...progress.uploads, [file.id]: sent } }
      await publication.saveCheckpoint(progress, { step: 'upload', done: done + file.bytes, total })
    }
    done += file.bytes
  }
  const draftId = await draft(publication, progress)
  if (typeof draftId !== 'number') return draftId
  progress = { ...progress, draftId }
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

async function draft(publication: Call, { uploads }: Progress): Promise<number | Failed> {
  const { content, settings, key } = publication
  const as = publication.credentials.current()
  const known = await drafted(publication, draftSlug(key))
  if (known !== undefined) return known
  const wished = options.parse(content.options)
  const categories = await terms(publication, 'categories', wished.categories)
  if (categories !== undefined && 'kind' in categories) return categories
  const tags = await terms(publication, 'tags', wished.tags)
  if (tags !== undefined && 'kind' in tags) return tags
  const { featured, others } = picturesOf(content)
  const cover = featured === undefined ? undefined : uploads[featured.id]
  const shown = others.flatMap((media) => {
    const found = uploads[media.id]
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
  return z.object({ id: z.number().int() }).safeParse(tried.answer.json()).data?.id ?? unreadable
}

/** A draft whose creation was never answered. */
async function drafted(publication: Call, slug: string): Promise<number | Failed | undefined> {
  const query = { slug, status: 'draft', context: 'edit' }
  const as = publication.credentials.current()
  const tried = await call(publication, as, { method: 'GET', path: '/wp/v2/posts', query }, invisible)
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  const parsed = z.array(z.object({ id: z.number().int() })).safeParse(tried.answer.json())
  return parsed.success ? parsed.data[0]?.id : unreadable
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

const invisible = { visible: false }
const unreadable = { kind: 'transient', message: 'WordPress answered something that Parvis cannot read.' } as const
