/** Uploads to X in chunks: what is known of each until a post names it. */
import type { WireAnswer, WireRequest } from './simulator.ts'

export const problem = (status: number, title: string, detail: string, type = 'about:blank'): WireAnswer => ({
  status,
  json: { title, detail, type, status },
})
export const invalid = (parameters: Record<string, unknown>, message: string): WireAnswer => ({
  status: 400,
  json: {
    errors: [{ parameters, message }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.x.com/2/problems/invalid-request',
  },
})
export const ok = (json: unknown, status = 200): WireAnswer => ({ status, json })

export interface Upload {
  readonly id: string
  readonly mime: string
  readonly total: number
  readonly category: string
  readonly at: number
  received: number
  segments: number
  finalized: boolean
  /** Looks until it is processed. */
  looks: number
  alt: string
}

interface Parts {
  now(): number
  id(): string
  /** How often STATUS answers "not yet" for a video or a GIF, and whether it fails then. */
  looks(): number
  fails(): boolean
  violation(message: string): void
  /** Records fields of a body that no connector may send. */
  knows(request: WireRequest, known: readonly string[]): void
}

export class XUploads {
  readonly #parts: Parts
  readonly #known = new Map<string, Upload>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get(id: string): Upload | undefined {
    return this.#known.get(id)
  }

  forget(): void {
    this.#known.clear()
  }

  initialize(request: WireRequest): WireAnswer {
    const body = request.json()
    const [mime, total, category] = [String(body.media_type), Number(body.total_bytes), String(body.media_category)]
    this.#parts.knows(request, ['media_type', 'total_bytes', 'media_category', 'additional_owners', 'shared'])
    const fits =
      (category === 'tweet_image' && /^image\/(jpeg|png|webp)$/.test(mime) && total <= 5_000_000) ||
      (category === 'tweet_gif' && mime === 'image/gif' && total <= 15_000_000) ||
      (category === 'tweet_video' && /^video\//.test(mime) && total <= 512_000_000)
    if (!fits || !(total > 0))
      return invalid({ media_category: [category] }, 'media category, type and size do not fit.')
    const upload: Upload = {
      id: this.#parts.id(),
      mime,
      total,
      category,
      at: this.#parts.now(),
      received: 0,
      segments: 0,
      finalized: false,
      looks: category === 'tweet_image' ? 0 : this.#parts.looks(),
      alt: '',
    }
    this.#known.set(upload.id, upload)
    return ok({ data: { id: upload.id, media_key: `3_${upload.id}`, expires_after_secs: 86_400 } })
  }

  async append(request: WireRequest): Promise<WireAnswer> {
    const upload = this.#known.get(request.params.id ?? '')
    const form = await request.form()
    const [media, segment] = [form.get('media'), Number(form.get('segment_index'))]
    if (upload === undefined || upload.finalized)
      return invalid({ id: [request.params.id] }, 'The upload session is not known.')
    if (!(media instanceof Blob) || media.size === 0 || media.size > 5 * 1024 * 1024)
      return invalid({ media: [] }, 'The chunk is missing or too large.')
    // A chunk whose answer was lost comes again: it replaces itself.
    if (segment === upload.segments - 1)
      return ok({ data: { expires_at: Math.floor(this.#parts.now() / 1000) + 86_400 } })
    if (segment !== upload.segments || segment > 999) {
      this.#parts.violation(`POST ${request.path}: segment ${segment} after ${upload.segments} of them`)
      return invalid({ segment_index: [segment] }, 'Segments must come in order.')
    }
    upload.segments += 1
    upload.received += media.size
    return ok({ data: { expires_at: Math.floor(this.#parts.now() / 1000) + 86_400 } })
  }

  finalize({ params, path }: WireRequest): WireAnswer {
    const upload = this.#known.get(params.id ?? '')
    if (upload === undefined) return invalid({ id: [params.id] }, 'The upload session is not known.')
    if (upload.received !== upload.total) {
      this.#parts.violation(`POST ${path}: ${upload.received} of ${upload.total} bytes came`)
      return invalid({ id: [params.id] }, 'The media is not complete.')
    }
    upload.finalized = true
    return ok({ data: this.#uploadJson(upload, 'pending') })
  }

  status({ query }: WireRequest): WireAnswer {
    const upload = this.#known.get(query.get('media_id') ?? '')
    if (query.get('command') !== 'STATUS' || upload === undefined || !upload.finalized)
      return invalid({ media_id: [query.get('media_id')] }, 'The media is not known.')
    if (upload.looks > 0) upload.looks -= 1
    return ok({ data: this.#uploadJson(upload, 'in_progress') })
  }

  #uploadJson(upload: Upload, waiting: string) {
    const { id, looks, category, total } = upload
    const processing =
      category === 'tweet_image'
        ? undefined
        : looks > 0
          ? { state: waiting, check_after_secs: 1, progress_percent: 40 }
          : this.#parts.fails()
            ? { state: 'failed', error: { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' } }
            : { state: 'succeeded', progress_percent: 100 }
    return {
      id,
      media_key: `3_${id}`,
      size: total,
      expires_after_secs: 86_400,
      ...(processing === undefined ? {} : { processing_info: processing }),
    }
  }

  describe(request: WireRequest): WireAnswer {
    const body = request.json() as { id?: string; metadata?: { alt_text?: { text?: string } } }
    const upload = this.#known.get(body.id ?? '')
    const text = body.metadata?.alt_text?.text
    if (upload === undefined || !upload.finalized) return invalid({ id: [body.id] }, 'The media is not known.')
    if (text === undefined || text === '' || Array.from(text).length > 1000)
      return invalid({ 'metadata.alt_text.text': [] }, 'The alt text must have 1 to 1000 characters.')
    upload.alt = text
    return ok({ data: { id: upload.id, associated_metadata: { alt_text: { text } } } })
  }
}
