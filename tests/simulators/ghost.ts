/** A Ghost site and the key of one integration, as its Admin API's source says and Ghost 6.65 itself answers. */
import { createHmac, randomBytes } from 'node:crypto'
import {
  type Access,
  type Injected,
  type Refusal,
  type Route,
  type Signing,
  type SimulatedPost,
  Simulator,
  type WireAnswer,
  type WireRequest,
} from './simulator.ts'

const keyId = '64f0a1b2c3d4e5f601020304'

interface Article {
  readonly id: string
  readonly title: string
  readonly html: string
  readonly image: string | undefined
  readonly imageAlt: string
  slug: string
  status: 'draft' | 'published'
  updatedAt: number
}
interface File {
  readonly url: string
  readonly mime: string
  readonly bytes: number
}

const problem = (status: number, type: string, message: string, context: string | null = null): WireAnswer => ({
  status,
  json: { errors: [{ message, context, type, code: null, id: 'e-1' }] },
})
const notFound = problem(404, 'NotFoundError', 'Resource not found error, cannot read post.', 'Post not found.')
const fields = new Set([
  'status',
  'slug',
  'title',
  'html',
  'tags',
  'custom_excerpt',
  'meta_title',
  'meta_description',
  'feature_image',
  'feature_image_alt',
])
const decoded = (html: string) =>
  html
    .replace(/<figure.*?<\/figure>/gs, '')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim()

export class GhostSimulator extends Simulator {
  readonly network = 'ghost'
  readonly refusals: readonly Refusal[] = ['permission', 'invalid']
  readonly articles = new Map<string, Article>()
  /** What was asked to be told, by event. */
  readonly hooks = new Map<string, { readonly url: string; readonly secret: string }>()
  readonly #files: File[] = []
  #secret = randomBytes(32).toString('hex')
  #serial = 0x1000

  expireToken(): void {
    this.#secret = randomBytes(32).toString('hex')
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      credentials: {
        site: `${options.url ?? this.url}/ghost/`,
        adminKey: `${keyId}:${options.bad ? '0'.repeat(64) : this.#secret}`,
      },
      settings: {},
      app: {},
    }
  }

  /** Undefined where the token is one that Ghost takes. */
  #unauthorized({ headers, path }: WireRequest): WireAnswer | undefined {
    const invalid = (why: string) => problem(401, 'UnauthorizedError', 'Invalid token', why)
    const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
    const [head = '', claims = '', signature = ''] = token.split('.')
    if (scheme !== 'Ghost') return problem(403, 'NoPermissionError', 'Authorization failed')
    if (!/^v\d+\.\d+$/.test(headers['accept-version'] ?? '')) this.violation(`${path}: there is no Accept-Version`)
    const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
    const expected = createHmac('sha256', Buffer.from(this.#secret, 'hex')).update(`${head}.${claims}`)
    if (signature !== expected.digest('base64url')) return invalid('invalid signature')
    const { alg, kid } = parse(head)
    if (alg !== 'HS256' || kid !== keyId) return problem(401, 'UnauthorizedError', 'Unknown Admin API Key')
    const { aud, iat, exp } = parse(claims)
    const now = this.now() / 1000
    if (aud !== '/admin/') return invalid('jwt audience invalid')
    if (Number(exp) < now || now - Number(iat) > 300 || Number(exp) - Number(iat) > 300)
      return invalid('maxAge exceeded')
    return undefined
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path: `/ghost/api/admin${path}`,
      act,
      handle: (request) => this.#unauthorized(request) ?? handle(request),
    })
    const one = (request: WireRequest): Record<string, unknown> => {
      const { posts } = request.json() as { posts?: Record<string, unknown>[] }
      return posts?.[0] ?? {}
    }
    return [
      route('GET', '/site/', 'auth', () => ({
        status: 200,
        json: { site: { title: 'Boulangerie du Port', url: `${this.url}/`, icon: null, version: '6.65' } },
      })),
      route('GET', '/posts/', 'auth', () => ({ status: 200, json: { posts: [], meta: {} } })),
      route('POST', '/webhooks/', 'auth', (request) => this.#hook(request)),
      route('GET', '/members/', 'read', () => ({
        status: 200,
        json: { members: [], meta: { pagination: { page: 1, limit: 1, total: this.followers } } },
      })),
      route('POST', '/images/upload/', 'media', (request) => this.#upload(request)),
      route('GET', '/posts/slug/:slug/', 'media', ({ params }) =>
        this.#answer([...this.articles.values()].find(({ slug }) => slug === params.slug)),
      ),
      route('POST', '/posts/', 'media', (request) => this.#draft(one(request), request.query)),
      route('PUT', '/posts/:id/', 'publish', (request) => this.#publish(request.params.id, one(request))),
      route('GET', '/posts/:id/', 'read', ({ params }) => this.#answer(this.articles.get(params.id ?? ''))),
      route('DELETE', '/posts/:id/', 'remove', ({ params }) => {
        this.posts.delete(params.id ?? '')
        return this.articles.delete(params.id ?? '') ? { status: 204 } : notFound
      }),
    ]
  }

  #hook(request: WireRequest): WireAnswer {
    const { webhooks } = request.json() as { webhooks?: { event: string; target_url: string; secret: string }[] }
    const [asked] = webhooks ?? []
    if (asked === undefined || !/^post\.\w+(\.\w+)?$/.test(asked.event) || !asked.target_url.startsWith('https://'))
      return problem(422, 'ValidationError', 'Validation error, cannot save webhook.')
    if (this.hooks.get(asked.event)?.url === asked.target_url)
      return problem(
        422,
        'ValidationError',
        'Validation error, cannot save webhook.',
        'Target URL has already been used for this event.',
      )
    this.hooks.set(asked.event, { url: asked.target_url, secret: asked.secret })
    return { status: 201, json: { webhooks: [{ id: 'w-1', ...asked }] } }
  }

  async #upload(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const file = form.get('file')
    if (!(file instanceof Blob) || form.get('purpose') !== 'image')
      return problem(422, 'ValidationError', 'Please select an image.')
    if (!/\.(jpe?g|png|gif|webp)$/.test(file.name))
      return problem(415, 'UnsupportedMediaTypeError', 'Please select a valid image.')
    // Ghost keeps what is there, and gives a second file of the same name a number
    const taken = this.#files.filter(({ url }) => url.includes(`/${file.name.replace(/\.\w+$/, '')}`)).length
    const name = taken === 0 ? file.name : file.name.replace(/(\.\w+)$/, `-${taken}$1`)
    const url = `${this.url}/content/images/2026/11/${name}`
    this.#files.push({ url, mime: file.type, bytes: file.size })
    return { status: 201, json: { images: [{ url, ref: form.get('ref') }] } }
  }

  #draft(body: Record<string, unknown>, query: URLSearchParams): WireAnswer {
    for (const name of Object.keys(body)) if (!fields.has(name)) this.violation(`there is no field ${name}`)
    if (query.get('source') !== 'html') this.violation('html is dropped without source=html')
    if (body.status !== 'draft') this.violation('an article is created as a draft')
    const invalid = (what: string) => problem(422, 'ValidationError', 'Validation error, cannot save post.', what)
    if (String(body.title ?? '').length > 255) return invalid('Title cannot be longer than 255 characters.')
    if (String(body.custom_excerpt ?? '').length > 300) return invalid('Excerpt cannot be longer than 300 characters.')
    if (String(body.feature_image_alt ?? '').length > 191) return invalid('Alt text is too long.')
    const image = typeof body.feature_image === 'string' ? body.feature_image : undefined
    const alt = String(body.feature_image_alt ?? '')
    return this.#answer(this.#article(String(body.title), String(body.html), String(body.slug), image, alt), 201)
  }

  #article(title: string, html: string, slug: string, image?: string, imageAlt = ''): Article {
    const id = (++this.#serial).toString(16).padStart(24, '6')
    const article: Article = { id, title, html, slug, status: 'draft', image, imageAlt, updatedAt: this.now() }
    this.articles.set(id, article)
    return article
  }

  #publish(id = '', body: Record<string, unknown>): WireAnswer {
    const article = this.articles.get(id)
    if (article === undefined) return notFound
    if (typeof body.updated_at !== 'string')
      return problem(422, 'ValidationError', 'Validation error, cannot edit post.', 'updated_at is required.')
    if (Date.parse(body.updated_at) !== article.updatedAt)
      return problem(
        409,
        'UpdateCollisionError',
        'Update error, cannot edit post.',
        'Saving failed! Someone else is editing this post.',
      )
    if (body.status !== 'published') this.violation(`a draft is made ${body.status}`)
    this.#show(
      article,
      String(body.slug)
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-'),
    )
    return this.#answer(article)
  }

  #show(article: Article, slug: string, at = this.now()): SimulatedPost {
    article.slug = slug
    article.status = 'published'
    article.updatedAt = Math.max(at, article.updatedAt + 1)
    const shown = [...article.html.matchAll(/<img src="([^"]+)" alt="([^"]*)"/g)]
    const pictures = [
      ...(article.image === undefined ? [] : [{ url: article.image, alt: article.imageAlt }]),
      ...shown.map(([, url, alt]) => ({ url, alt: decoded(alt ?? '') })),
    ]
    const post: SimulatedPost = {
      externalId: article.id,
      text: decoded(article.html),
      at,
      media: pictures.flatMap(({ url, alt }) =>
        this.#files.flatMap((file) => (file.url === url ? [{ mime: file.mime, bytes: file.bytes, alt }] : [])),
      ),
      counters: {},
      extra: { slug, title: article.title },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  override leftovers(): number {
    return [...this.articles.values()].filter(({ status }) => status === 'draft').length
  }
  override takeOver(): void {
    for (const article of this.articles.values()) article.updatedAt += 1
  }

  #answer(article: Article | undefined, status = 200): WireAnswer {
    return article === undefined ? notFound : { status, json: { posts: [this.#json(article)] } }
  }
  #json({ id, slug, status, updatedAt }: Article) {
    const url = `${this.url}/${status === 'published' ? slug : `p/${id}`}/`
    return { id, slug, status, url, updated_at: new Date(updatedAt).toISOString() }
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#show(this.#article(text, `<p>${text}</p>`, 'seeded'), `seeded-${this.#serial}`, options.at)
  }

  override readonly signing: Signing = {
    header: 'x-ghost-signature',
    secretNames: ['hookSecret'],
    sign: (body, secret) => {
      const time = this.now()
      return `sha256=${createHmac('sha256', secret).update(body).update(String(time)).digest('hex')}, t=${time}`
    },
  }

  /** What a person does with an article in Ghost itself, as the site tells it. */
  async told(externalId: string, event: 'post.published' | 'post.unpublished' | 'post.deleted'): Promise<Injected> {
    const article = this.articles.get(externalId)
    if (article === undefined) throw new Error(`The simulator has no article ${externalId}.`)
    const hook = this.hooks.get(event)
    const was = this.#json(article)
    const post = {
      'post.published': { current: was, previous: { status: 'draft', updated_at: was.updated_at } },
      'post.unpublished': { current: { ...was, status: 'draft' }, previous: { status: 'published' } },
      'post.deleted': { current: {}, previous: was },
    }[event]
    const body = new Uint8Array(Buffer.from(JSON.stringify({ post })))
    const headers = {
      'content-type': 'application/json',
      [this.signing.header]: this.signing.sign(body, hook?.secret ?? '', {}),
    }
    const delivery = { headers, query: {}, body, subject: hook?.url.split('/').at(-1) ?? '' }
    await this.deliver(delivery)
    return { externalId, delivery }
  }

  /** Nobody mentions anybody in Ghost: what it tells is that an article was published. */
  async mention(text: string): Promise<Injected> {
    return this.told(this.seedPost(text).externalId, 'post.published')
  }
  comment = nothing
  directMessage = nothing

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission')
      return problem(403, 'NoPermissionError', 'You do not have permission to perform this action')
    return problem(422, 'ValidationError', 'Validation error, cannot edit post.', 'Slug is not valid.')
  }
}

async function nothing(): Promise<Injected> {
  throw new Error('Comments have no API in Ghost.')
}
