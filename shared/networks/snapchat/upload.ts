/**
 * A file on its way to Snapchat: encrypted here, sent part by part, finished. Nothing of it is visible before its post is.
 *
 * Snapchat wants the file encrypted (AES-256-CBC) under a key that it is given beforehand. The key keeps nothing from
 * anybody but who reads the file on its way: it lies in the checkpoint beside ids, as public as they are.
 */

import { createCipheriv } from 'node:crypto'
import * as z from 'zod'
import type { Random } from '../../kernel/ids.ts'
import { surelyNot } from '../http/index.ts'
import type { Content, Media, PrepareCall, Prepared, Refused } from '../network.ts'
import { markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { at, base, type Credentials, type Settings, unseen } from './api.ts'
import { mediaLivesMs, unconfirmed } from './facts.ts'
import { snapchatTexts } from './texts.ts'

const uploading = z.object({
  id: z.string(),
  /** Made at (ms). */
  at: z.number(),
  addPath: z.string(),
  finalizePath: z.string(),
  /** Base64, as Snapchat was told it. */
  key: z.string(),
  /** What the next part begins with: the vector itself, then the last block of the part before (CBC). */
  chain: z.string(),
  /** Parts that Snapchat has. */
  sent: z.number(),
  /** When it was whole (ms). */
  wholeAt: z.number().optional(),
  /** The mark of the file that this is. */
  of: z.string().optional(),
})
export const checkpoint = z.object({ media: uploading.optional() })
export type Uploading = z.infer<typeof uploading>

type Call = PrepareCall<Credentials, Settings>
type Uploaded = Uploading | { readonly refusal: Refused }

const created = z.object({ media_id: z.string().min(1), add_path: z.string(), finalize_path: z.string() })

const fileOf = (content: Content): Media | undefined => content.parts[0]?.media[0]

export const ahead = (content: Content): number =>
  unconfirmed.aheadMs[fileOf(content)?.kind === 'image' ? 'image' : 'video']

export async function prepare(call: Call): Promise<Prepared> {
  const file = fileOf(call.content)
  if (file === undefined) return { kind: 'rejected', reason: 'invalid', message: snapchatTexts.needsFile() }
  const { media } = checkpoint.parse(call.checkpoint ?? {})
  const lives = media !== undefined && call.clock.now() - media.at < mediaLivesMs
  const usable = lives && media.of === markOf(file.file) ? media : undefined
  let uploaded = await upload(call, file, usable)
  // a function may have died between a step and its checkpoint: what Snapchat does not take twice begins anew
  if ('refusal' in uploaded && uploaded.refusal.kind === 'rejected' && usable !== undefined)
    uploaded = await upload(call, file, undefined)
  if ('refusal' in uploaded) return surelyNot(uploaded.refusal)
  return { kind: 'prepared', checkpoint: { media: uploaded } }
}

async function upload(call: Call, file: Media, begun: Uploading | undefined): Promise<Uploaded> {
  if (begun?.wholeAt !== undefined) return begun
  const progress = (media: Uploading) => ({
    step: 'upload',
    done: Math.min(media.sent * unconfirmed.partBytes, file.bytes),
    total: file.bytes,
  })
  let media = begun
  if (media === undefined) {
    const made = await create(call, file)
    if ('refusal' in made) return made
    media = made
    await call.saveCheckpoint({ media }, progress(media))
  }
  for (const count = partsOf(file.bytes); media.sent < count; ) {
    const next: Uploaded = await add(call, file, media)
    if ('refusal' in next) return next
    media = next
    await call.saveCheckpoint({ media }, progress(media))
  }
  const form = new FormData()
  form.set('action', 'FINALIZE')
  const tried = await unseen(call, {
    method: 'POST',
    url: addressOf(call, media.finalizePath),
    form,
    timeoutMs: 60_000,
  })
  if (tried.refusal !== undefined) return { refusal: tried.refusal }
  media = { ...media, wholeAt: call.clock.now() }
  await call.saveCheckpoint({ media }, { step: 'processing', done: file.bytes, total: file.bytes })
  return media
}

async function create(call: Call, file: Media): Promise<Uploaded> {
  const [key, chain] = [randomBase64(call.random, 32), randomBase64(call.random, 16)]
  const tried = await unseen(call, {
    method: 'POST',
    url: at(call, '/media'),
    json: { type: file.kind === 'image' ? 'IMAGE' : 'VIDEO', name: call.key, key, iv: chain },
  })
  if (tried.refusal !== undefined) return { refusal: tried.refusal }
  const parsed = created.safeParse(tried.answer.json())
  if (!parsed.success)
    return { refusal: { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'Snapchat' }) } }
  const { media_id: id, add_path: addPath, finalize_path: finalizePath } = parsed.data
  return { id, at: call.clock.now(), addPath, finalizePath, key, chain, sent: 0, of: markOf(file.file) }
}

/** Sends the next part; answers where the upload then stands. */
async function add(call: Call, file: Media, media: Uploading): Promise<Uploaded> {
  const { bytes, chain } = await encrypted(file, media)
  const form = new FormData()
  form.set('action', 'ADD')
  form.set('part_number', String(media.sent + 1))
  form.set('file', new Blob([bytes], { type: 'application/octet-stream' }), 'part')
  const url = addressOf(call, media.addPath)
  const tried = await unseen(call, { method: 'POST', url, form, timeoutMs: 120_000 })
  if (tried.refusal !== undefined) return { refusal: tried.refusal }
  return { ...media, sent: media.sent + 1, chain }
}

const partsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / unconfirmed.partBytes))

/**
 * The next part as Snapchat gets it. Parts are whole blocks, so that each goes on from the last block of the one before
 * without anything of it being held; only the last part is padded (PKCS #7), as `openssl enc` does.
 */
async function encrypted(file: Media, { key, chain, sent }: Uploading) {
  const from = sent * unconfirmed.partBytes
  const last = sent === partsOf(file.bytes) - 1
  const plain = await file.read({ from, to: last ? file.bytes : from + unconfirmed.partBytes })
  const cipher = createCipheriv('aes-256-cbc', Buffer.from(key, 'base64'), Buffer.from(chain, 'base64'))
  cipher.setAutoPadding(last)
  const bytes = Buffer.concat([cipher.update(plain), cipher.final()])
  return { bytes, chain: bytes.subarray(-16).toString('base64') }
}

/** Where Snapchat says that parts go: a path, on its own host whatever it says. */
function addressOf(call: Call, path: string): string {
  const { pathname, search } = new URL(path, base(call.app))
  return `${base(call.app)}${pathname}${search}`
}

const randomBase64 = (random: Random, bytes: number): string =>
  Buffer.from(Array.from({ length: bytes }, () => Math.floor(random.next() * 256))).toString('base64')
