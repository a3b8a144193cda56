import * as z from 'zod'
import type { Bucket, Upload } from '../aws/bucket.ts'
import { keyInUse } from '../aws/idempotency.ts'
import { keys, listed, listPartition } from '../aws/keys.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { commonTexts } from '../i18n/index.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId, type Random } from '../kernel/ids.ts'
import { derivedFile, removeDerived } from './derived.ts'
import { openingPlan } from './fit.ts'
import { type Inspected, inspect } from './inspect.ts'
import { focusSchema, type MediaItem, maxBytes, mediaMime, mediaTypes, mediumSchema } from './medium.ts'
import { mediaTexts } from './texts.ts'

export const newMedium = z.object({
  filename: z.string().trim().min(1).max(255),
  mime: mediaMime,
  bytes: z.number().int().min(1).max(maxBytes.video),
  alt: z.string().max(5_000).default(''),
  credit: z.string().trim().min(1).max(500).optional(),
})
export type NewMedium = z.infer<typeof newMedium>

export const mediumChange = z.object({
  alt: z.string().max(5_000).optional(),
  credit: z.string().trim().min(1).max(500).nullable().optional(),
  focus: focusSchema
    .nullable()
    .optional()
    .describe('What a crop keeps: 0 to 1 from the left and from the top. Default the centre, which null restores.'),
})
export type MediumChange = z.infer<typeof mediumChange>

export interface MediaFilter {
  readonly state?: MediaItem['state'] | undefined
  readonly kind?: MediaItem['kind'] | undefined
}

interface Parts {
  readonly table: Table
  readonly bucket: Bucket
  readonly clock: Clock
  readonly random: Random
  /** A publication that still needs this medium, if there is one. */
  usedBy(workspaceId: string, mediaId: string): Promise<string | undefined>
  /** A publication with this medium that is being sent, if there is one. */
  sentBy(workspaceId: string, mediaId: string): Promise<string | undefined>
  /** Its alt text or its focus was corrected: what was sent ahead with the old ones is corrected too. */
  corrected(workspaceId: string, mediaId: string): Promise<void>
}

const uploadSeconds = 3600
const abandonedSeconds = 24 * 3600

/** What is known of a file once it was looked at, its bytes as it is kept. */
type Measured = Omit<Inspected, 'kind' | 'mime' | 'kept'> & Pick<MediaItem, 'bytes'>

/** The media of the workspaces: announced, uploaded straight to the bucket, then read and kept. */
export class MediaStore {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * A new medium and where to put its bytes. `extra` writes (audit, idempotency) go into the same transaction. An
   * announcement nobody completes is forgotten after a day. Throws `idempotency_key_in_use`.
   */
  async announce(
    workspaceId: string,
    wanted: NewMedium,
    extra: (item: MediaItem, upload: Upload) => readonly Write[],
  ): Promise<{ item: MediaItem; upload: Upload }> {
    const kind = mediaTypes[wanted.mime]
    if (wanted.bytes > maxBytes[kind])
      throw new AppError(
        'unprocessable',
        'validation_failed',
        mediaTexts.tooLarge({ mime: wanted.mime, max: maxBytes[kind] }),
        {
          problems: [
            {
              pointer: '/bytes',
              code: 'too_big',
              message: mediaTexts.tooLarge({ max: maxBytes[kind], mime: wanted.mime }),
              limit: maxBytes[kind],
            },
          ],
        },
      )
    const { table, bucket, clock, random } = this.#parts
    const now = clock.now()
    const item: MediaItem = {
      id: newId('media', now, random),
      workspaceId,
      state: 'uploading',
      key: `media/${unguessable(random)}/${safeName(wanted.filename)}`,
      filename: wanted.filename,
      kind,
      mime: wanted.mime,
      bytes: wanted.bytes,
      alt: wanted.alt,
      ...(wanted.credit === undefined ? {} : { credit: wanted.credit }),
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    }
    const upload = await bucket.presignUpload({
      key: uploadKey(item),
      mime: item.mime,
      bytes: item.bytes,
      now,
      seconds: uploadSeconds,
    })
    const result = await table.transact([
      {
        put: {
          ...keys.media(workspaceId, item.id),
          ...listed(workspaceId, 'media', item.createdAt, item.id),
          ...item,
          expiresAt: Math.floor(now / 1000) + abandonedSeconds,
        },
        if: ['pk', 'absent'],
      },
      ...extra(item, upload),
    ])
    if (!result.ok) throw keyInUse()
    return { item, upload }
  }

  /**
   * Looks at what was uploaded, and only then puts it where it may be read. Done once: a second call answers the same.
   * What is refused is removed from the bucket, so that the same address takes the right bytes while it lasts.
   */
  async complete(workspaceId: string, id: string, extra: (item: MediaItem) => readonly Write[]): Promise<MediaItem> {
    const { table, bucket, clock } = this.#parts
    const item = await this.get(workspaceId, id)
    if (item.state === 'ready') return item
    let measured: Measured
    try {
      measured = await this.#taken(item)
    } catch (error) {
      // Somebody else completed it meanwhile, and took the upload away from under this call.
      const now = await this.get(workspaceId, id)
      if (now.state === 'ready') return now
      throw error
    }
    const ready: MediaItem = {
      ...item,
      ...measured,
      state: 'ready',
      version: item.version + 1,
      updatedAt: iso(clock.now()),
    }
    const { state, version, updatedAt } = ready
    const result = await table.transact([
      {
        update: keys.media(workspaceId, id),
        set: { ...measured, state, version, updatedAt },
        remove: ['expiresAt'],
        if: ['version', '=', item.version],
      },
      ...extra(ready),
    ])
    if (result.ok) {
      await bucket.remove(uploadKey(item)) // what a crash leaves behind expires within a day
      return ready
    }
    // Somebody else completed, changed or deleted it meanwhile: look again.
    const now = await table.get(keys.media(workspaceId, id), mediumSchema)
    if (now === undefined) await bucket.remove(item.key)
    return this.complete(workspaceId, id, extra)
  }

  /** Measures what was uploaded, and puts it in its place if it is what was announced. */
  async #taken(item: MediaItem): Promise<Measured> {
    const { bucket } = this.#parts
    const uploaded = uploadKey(item)
    const bytes = await bucket.size(uploaded)
    if (bytes === undefined) throw new AppError('conflict', 'not_uploaded', mediaTexts.notUploaded())
    try {
      if (bytes !== item.bytes)
        throw new AppError(
          'unprocessable',
          'media_size_mismatch',
          mediaTexts.sizeMismatch({ announced: item.bytes, uploaded: bytes }),
        )
      const { kind: _, mime, kept, ...found } = await inspect(bucket, uploaded, bytes)
      if (mime !== item.mime)
        throw new AppError(
          'unprocessable',
          'media_type_mismatch',
          mediaTexts.typeMismatch({ announced: item.mime, found: mime }),
        )
      const measured = { ...found, bytes: kept?.byteLength ?? bytes }
      if (kept === undefined) await bucket.copy(uploaded, item.key)
      else await bucket.put(item.key, kept, mime)
      await this.#opened({ ...item, ...measured })
      return measured
    } catch (error) {
      if (error instanceof AppError) await Promise.all([uploaded, item.key].map((key) => bucket.remove(key)))
      throw error
    }
  }

  /** A picture that is hard to open is opened now, while somebody waits for it anyway, and not at a post's second. */
  async #opened(item: MediaItem): Promise<void> {
    const plan = openingPlan(item)
    const file = plan === undefined ? undefined : await derivedFile(this.#parts, item, plan)
    if (file !== undefined && 'cannot' in file) throw new AppError('unprocessable', 'unreadable_media', file.cannot)
  }

  async get(workspaceId: string, id: string): Promise<MediaItem> {
    const item = await this.#parts.table.get(keys.media(workspaceId, id), mediumSchema)
    if (item === undefined) throw notFound('medium', id)
    return item
  }

  /** Newest first. */
  list(workspaceId: string, filter: MediaFilter, limit: number, start?: Position): Promise<Page<MediaItem>> {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined)
    return this.#parts.table.query(
      {
        pk: listPartition(workspaceId, 'media'),
        index: 'list',
        newestFirst: true,
        limit,
        ...(wanted.length === 0 ? {} : { where: { all: wanted.map(([name, value]) => [name, '=', value]) } }),
        ...(start === undefined ? {} : { start }),
      },
      mediumSchema,
    )
  }

  /**
   * Changes alt text, credit or focus (null removes the latter two). Throws `precondition_failed` if it is no longer at
   * `ifMatch`, and `media_being_sent` where an alt text or a focus would come too late for a publication.
   */
  async change(
    workspaceId: string,
    id: string,
    change: MediumChange,
    ifMatch: number | undefined,
    extra: (item: MediaItem) => readonly Write[],
  ): Promise<MediaItem> {
    const item = await this.get(workspaceId, id)
    if (ifMatch !== undefined && ifMatch !== item.version) throw stale(item.version)
    const corrects = change.alt !== undefined || change.focus !== undefined
    const sent = corrects ? await this.#parts.sentBy(workspaceId, id) : undefined
    if (sent !== undefined) throw beingSent(sent)
    const { credit: _, focus: __, ...rest } = item
    const credit = change.credit === undefined ? item.credit : (change.credit ?? undefined)
    const focus = change.focus === undefined ? item.focus : (change.focus ?? undefined)
    const next: MediaItem = {
      ...rest,
      alt: change.alt ?? item.alt,
      ...(credit === undefined ? {} : { credit }),
      ...(focus === undefined ? {} : { focus }),
      version: item.version + 1,
      updatedAt: iso(this.#parts.clock.now()),
    }
    const result = await this.#parts.table.transact([
      {
        update: keys.media(workspaceId, id),
        set: { alt: next.alt, credit, focus, version: next.version, updatedAt: next.updatedAt },
        remove: Object.entries({ credit, focus }).flatMap(([name, value]) => (value === undefined ? [name] : [])),
        if: ['version', '=', item.version],
      },
      ...extra(next),
    ])
    if (result.ok) {
      if (corrects) await this.#parts.corrected(workspaceId, id)
      return next
    }
    // Somebody was faster: look again, which also tells whoever named a version that it is gone.
    return this.change(workspaceId, id, change, ifMatch, extra)
  }

  /** Deletes it, its bytes and all that was made of them. Throws `media_in_use` while a post that has not left needs it. */
  async remove(
    workspaceId: string,
    id: string,
    ifMatch: number | undefined,
    extra: () => readonly Write[],
  ): Promise<void> {
    const { table, bucket, usedBy } = this.#parts
    const item = await this.get(workspaceId, id)
    if (ifMatch !== undefined && ifMatch !== item.version) throw stale(item.version)
    const publication = await usedBy(workspaceId, id)
    if (publication !== undefined) throw new AppError('conflict', 'media_in_use', mediaTexts.inUse({ publication }))
    // bytes first, so that a crash in between leaves an item that can be deleted again
    await removeDerived({ table, bucket }, item)
    await Promise.all([item.key, uploadKey(item)].map((key) => bucket.remove(key)))
    await table.transact([{ delete: keys.media(workspaceId, id) }, ...extra()])
    await removeDerived({ table, bucket }, item) // made in between; from now on nothing more is
  }
}

/** Where nobody reads it, and where it expires within a day if it is not completed. */
const uploadKey = ({ key }: MediaItem): string => key.replace(/^media\//, 'uploads/')

const beingSent = (publication: string) =>
  new AppError('conflict', 'media_being_sent', mediaTexts.beingSent({ publication }))

const stale = (version: number) => new AppError('precondition_failed', 'stale_version', commonTexts.stale({ version }))

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** 160 bits: the public address of a file is its only lock. */
function unguessable(random: Random): string {
  let text = ''
  for (let i = 0; i < 32; i++) text += alphabet[Math.floor(random.next() * 32)]
  return text
}

/** A file name that is the same in every address and file system: letters, digits, dots and dashes. */
function safeName(filename: string): string {
  const plain = filename
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '')
  return plain.slice(-80).replace(/^[-.]+/, '') || 'file'
}
