/** Files on their way to LinkedIn, and what a post shows of them. */
import { randomBytes } from 'node:crypto'
import type { SimulatedPost, WireAnswer, WireRequest } from './simulator.ts'

export const problem = (status: number, message: string, more: Record<string, unknown> = {}): WireAnswer => ({
  status,
  json: { message, status, ...more },
})
export const ok = (json: unknown, status = 200): WireAnswer => ({ status, json })
export const inputError = (message: string, fieldPath: string, code = 'INVALID_VALUE'): WireAnswer =>
  problem(400, message, {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    errorDetails: { inputErrors: [{ code, description: message, input: { inputPath: { fieldPath } } }] },
  })
const durations = ['ONE_DAY', 'THREE_DAYS', 'SEVEN_DAYS', 'FOURTEEN_DAYS']

interface File {
  readonly id: string
  readonly collection: string
  readonly total: number | undefined
  readonly mime: string
  /** Part by part, as they came; a whole file is one. */
  readonly parts: Map<number, { tag: string; bytes: number }>
  readonly expected: number
  finalized: boolean
  looks: number
}

interface Parts {
  now(): number
  url(): string
  token(): string
  /** Whose page it is: `urn:li:organization:…`. */
  readonly owner: string
  /** How often an upload is still being processed, and whether that fails. */
  looks(): number
  fails(): boolean
  violation(message: string): void
}

export class LinkedinFiles {
  readonly #parts: Parts
  readonly #known = new Map<string, File>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  forget(): void {
    this.#known.clear()
  }

  initialize(collection: string, request: WireRequest): WireAnswer {
    const action = request.query.get('action')
    const body = request.json() as {
      initializeUploadRequest?: { owner?: string; fileSizeBytes?: number }
      finalizeUploadRequest?: { video?: string; uploadToken?: string; uploadedPartIds?: string[] }
    }
    if (action === 'finalizeUpload' && collection === 'videos') {
      const { video = '', uploadedPartIds = [], uploadToken } = body.finalizeUploadRequest ?? {}
      const file = this.#known.get(video)
      const tags = [...(file?.parts ?? new Map()).entries()].sort(([a], [b]) => a - b).map(([, part]) => part.tag)
      const bytes = [...(file?.parts ?? new Map()).values()].reduce((sum, part) => sum + part.bytes, 0)
      if (file === undefined || uploadToken !== 'token') return problem(400, 'The upload is not known')
      if (JSON.stringify(tags) !== JSON.stringify(uploadedPartIds) || bytes !== file.total) {
        this.#parts.violation(`POST ${request.path}: the parts are not those that came`)
        return problem(400, 'uploadedPartIds do not match')
      }
      file.finalized = true
      return { status: 200 }
    }
    const { owner, fileSizeBytes } = body.initializeUploadRequest ?? {}
    if (action !== 'initializeUpload' || owner !== this.#parts.owner) return problem(403, 'The owner is not permitted')
    if (collection === 'videos' && !(Number(fileSizeBytes) > 0)) return problem(400, 'fileSizeBytes is missing')
    const id = `urn:li:${collection.slice(0, -1)}:${randomBytes(9).toString('base64url')}`
    const partBytes = 4 * 1024 * 1024
    const expected = collection === 'videos' ? Math.ceil(Number(fileSizeBytes) / partBytes) : 1
    this.#known.set(id, {
      id,
      collection,
      total: fileSizeBytes,
      mime: collection,
      parts: new Map(),
      expected,
      finalized: collection !== 'videos',
      looks: this.#parts.looks(),
    })
    const uploadUrl = (part: number) => `${this.#parts.url()}/dms-uploads/${encodeURIComponent(id)}/${part}`
    if (collection !== 'videos')
      return ok({
        value: {
          uploadUrlExpiresAt: this.#parts.now() + 3_600_000,
          uploadUrl: uploadUrl(0),
          [collection.slice(0, -1)]: id,
        },
      })
    return ok({
      value: {
        video: id,
        uploadToken: 'token',
        uploadUrlsExpireAt: this.#parts.now() + 3_600_000,
        uploadInstructions: Array.from({ length: expected }, (_, i) => ({
          uploadUrl: uploadUrl(i),
          firstByte: i * partBytes,
          lastByte: Math.min((i + 1) * partBytes, Number(fileSizeBytes)) - 1,
        })),
      },
    })
  }

  put({ params, body, headers }: WireRequest): WireAnswer {
    const file = this.#known.get(params.id ?? '')
    const part = Number(params.part)
    if (file === undefined || part >= file.expected) return problem(404, 'The upload is not known')
    if (headers.authorization !== `Bearer ${this.#parts.token()}`) return problem(401, 'Unauthorized')
    const wanted =
      file.total === undefined ? body.length : Math.min(4 * 1024 * 1024, file.total - part * 4 * 1024 * 1024)
    if (body.length === 0 || body.length !== wanted) {
      this.#parts.violation(`PUT an upload: ${body.length} bytes instead of ${wanted}`)
      return problem(400, 'The part has the wrong size')
    }
    const tag = `"/ambry-video/${file.id.slice(-6)}-${part}"`
    file.parts.set(part, { tag, bytes: body.length })
    return { status: 201, headers: { etag: tag } }
  }

  json(id: string): WireAnswer {
    const file = this.#known.get(id)
    if (file === undefined) return problem(404, 'The asset is not known')
    return ok({ id, owner: this.#parts.owner, ...this.#statusOf(file) })
  }

  #statusOf(file: File): { status: string; processingFailureReason?: string } {
    if (!file.finalized || file.parts.size < file.expected) return { status: 'WAITING_UPLOAD' }
    if (file.looks > 0) {
      file.looks -= 1
      return { status: 'PROCESSING' }
    }
    return this.#parts.fails()
      ? { status: 'PROCESSING_FAILED', processingFailureReason: 'UNSUPPORTED_FORMAT' }
      : { status: 'AVAILABLE' }
  }

  /** What a post shows, or why it may not. */
  shown(content: Record<string, unknown>): SimulatedPost['media'] | WireAnswer {
    const bad = (message: string, path: string) => inputError(message, `content/${path}`)
    const file = (id: unknown, alt: unknown) => {
      const known = this.#known.get(String(id))
      if (known === undefined || this.#statusOf({ ...known }).status !== 'AVAILABLE') return undefined
      const bytes = [...known.parts.values()].reduce((sum, part) => sum + part.bytes, 0)
      return { mime: known.collection, bytes, alt: typeof alt === 'string' ? alt : '' }
    }
    const [name, ...others] = Object.keys(content)
    if (others.length > 0) return bad('content is a union of one', '')
    if (name === 'media') {
      const { id, altText, title } = content.media as Record<string, unknown>
      const found = file(id, altText)
      if (found === undefined) return bad('The media is not available', 'media')
      if (found.mime === 'documents' && typeof title !== 'string') return bad('A document needs a title', 'media')
      return [found]
    }
    if (name === 'multiImage') {
      const { images = [] } = content.multiImage as { images?: { id?: string; altText?: string }[] }
      const found = images.flatMap(({ id, altText }) => file(id, altText) ?? [])
      if (images.length < 2 || images.length > 20 || found.length < images.length)
        return bad('2 to 20 images that are available', 'multiImage')
      return found
    }
    if (name === 'article') {
      const { source, title, thumbnail } = content.article as Record<string, unknown>
      if (typeof source !== 'string' || !URL.canParse(source) || typeof title !== 'string' || title === '')
        return bad('An article needs a source and a title', 'article')
      if (thumbnail !== undefined && file(thumbnail, '') === undefined)
        return bad('The thumbnail is not available', 'article')
      return []
    }
    if (name === 'poll') {
      const { question, options, settings } = content.poll as {
        question?: string
        options?: { text?: string }[]
        settings?: { duration?: string }
      }
      const wrong =
        !question ||
        question.length > 140 ||
        !Array.isArray(options) ||
        options.length < 2 ||
        options.length > 4 ||
        options.some(({ text }) => !text || text.length > 30) ||
        !durations.includes(settings?.duration ?? '')
      return wrong ? bad('The poll is not valid', 'poll') : []
    }
    return bad('content is not known', name ?? '')
  }
}
