/** A WordPress site with one user, as its REST API's handbook and WordPress 6.5 itself answer. */
import {
  type Access,
  type Injected,
  type Person,
  type Refusal,
  type Route,
  type SimulatedPost,
  Simulator,
  type WireAnswer,
  type WireRequest,
} from './simulator.ts'

const username = 'boulangerie'
const userId = 2
const somebody: Person = { externalId: '0', handle: 'Léa Martin', name: 'Léa Martin' }

interface Comment {
  readonly id: number
  readonly post: number
  readonly parent: number
  readonly author: number
  readonly name: string
  readonly at: number
  readonly content: string
  status: 'approved' | 'hold' | 'spam' | 'trash'
}
interface Article {
  readonly id: number
  readonly title: string
  readonly html: string
  slug: string
  status: 'draft' | 'publish' | 'trash'
  readonly featured: number
  /** Changes with every edit, an editor's on the site too. */
  modified: number
}
interface File {
  readonly id: number
  readonly mime: string
  readonly bytes: number
  readonly alt: string
  readonly url: string
}

const problem = (status: number, code: string, message: string, data = {}): WireAnswer => ({
  status,
  json: { code, message, data: { status, ...data } },
})
const noArticle = problem(404, 'rest_post_invalid_id', 'Invalid post ID.')
const noComment = problem(404, 'rest_comment_invalid_id', 'Invalid comment ID.')
const articleFields = new Set([
  'status',
  'slug',
  'title',
  'content',
  'excerpt',
  'categories',
  'tags',
  'featured_media',
  'meta',
])
const seconds = (at: number) => new Date(at).toISOString().slice(0, 19)
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
/** As WordPress stores names. */
const escaped = (name: string) => name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const paths = { root: '/wp-json', posts: '/wp-json/wp/v2/posts', comments: '/wp-json/wp/v2/comments' }

export class WordPressSimulator extends Simulator {
  readonly network = 'wordpress'
  readonly refusals: readonly Refusal[] = ['permission', 'invalid']
  readonly articles = new Map<number, Article>()
  readonly #comments = new Map<number, Comment>()
  readonly #files = new Map<number, File>()
  /** Names of categories and tags, by their id. */
  readonly terms = new Map<number, string>()
  siteName = 'Boulangerie du Port'
  #passwords = 1
  #serial = 10

  get #password() {
    return `simulated application password ${this.#passwords}`
  }
  expireToken(): void {
    this.#passwords += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      credentials: {
        site: options.url ?? this.url,
        username,
        applicationPassword: options.bad ? 'a password nobody made' : this.#password,
      },
      settings: {},
      app: {},
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: (request) => {
        const given = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
        if (given !== `${username}:${this.#password}`)
          return problem(401, 'incorrect_password', 'The provided password is an invalid application password.')
        return handle(request)
      },
    })
    const json = (request: WireRequest) => {
      if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
        this.violation(`${request.path}: the body is no JSON`)
      return request.json()
    }
    return [
      {
        method: 'GET',
        path: '/',
        act: 'auth',
        handle: () => ({
          status: 200,
          headers: { link: `<${this.url}/wp-json/>; rel="https://api.w.org/"` },
          body: '<!DOCTYPE html><title>Boulangerie du Port</title>',
        }),
      },
      { method: 'GET', path: '/wp-json/', act: 'auth', handle: () => this.#index() },
      route('GET', '/wp-json/wp/v2/users/me', 'auth', () => ({
        status: 200,
        json: {
          id: userId,
          name: 'Boulangerie',
          capabilities: { publish_posts: true, upload_files: true, moderate_comments: true, manage_categories: true },
        },
      })),
      route('POST', '/wp-json/wp/v2/media', 'media', (request) => this.#upload(request)),
      route('POST', '/wp-json/wp/v2/categories', 'media', (request) => this.#term(json(request))),
      route('POST', '/wp-json/wp/v2/tags', 'media', (request) => this.#term(json(request))),
      route('GET', paths.posts, 'media', ({ query }) => this.#list(query)),
      route('POST', paths.posts, 'media', (request) => this.#draft(json(request))),
      route('POST', `${paths.posts}/:id`, 'publish', (request) => this.#publish(request.params.id, json(request))),
      route('GET', `${paths.posts}/:id`, 'read', ({ params }) => {
        const found = this.articles.get(Number(params.id))
        return found === undefined ? noArticle : { status: 200, json: this.#articleJson(found) }
      }),
      route('DELETE', `${paths.posts}/:id`, 'remove', ({ params }) => this.#bin(params.id)),
      route('GET', paths.comments, 'read', ({ query }) => this.#commentList(query)),
      route('POST', paths.comments, 'act', (request) => this.#answer(json(request))),
      route('GET', `${paths.comments}/:id`, 'read', ({ params }) => {
        const found = this.#comments.get(Number(params.id))
        return found === undefined ? noComment : { status: 200, json: this.#commentJson(found) }
      }),
      route('POST', `${paths.comments}/:id`, 'act', (request) => this.#settle(request.params.id, json(request))),
      route('DELETE', `${paths.comments}/:id`, 'act', ({ params }) => {
        const found = this.#comments.get(Number(params.id))
        if (found === undefined) return noComment
        if (found.status === 'trash')
          return problem(410, 'rest_already_trashed', 'The comment has already been trashed.')
        found.status = 'trash'
        return { status: 200, json: this.#commentJson(found) }
      }),
    ]
  }

  #index(): WireAnswer {
    return {
      status: 200,
      json: {
        name: escaped(this.siteName),
        url: this.url,
        home: this.url,
        namespaces: ['oembed/1.0', 'wp/v2'],
        site_icon_url: `${this.url}/icon.png`,
      },
    }
  }

  async #upload(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const file = form.get('file')
    if (!(file instanceof Blob)) return problem(400, 'rest_upload_no_data', 'No data supplied.')
    const name = file.name
    if (!/^[a-z0-9-]+\.(jpg|png|webp|gif|mp4|webm)$/.test(name))
      return problem(500, 'rest_upload_unknown_error', 'Sorry, you are not allowed to upload this file type.')
    const id = ++this.#serial
    const url = `${this.url}/wp-content/uploads/${id}-${name}`
    this.#files.set(id, { id, mime: file.type, bytes: file.size, alt: String(form.get('alt_text') ?? ''), url })
    return { status: 201, json: { id, source_url: url } }
  }

  #term({ name }: Record<string, unknown>): WireAnswer {
    if (typeof name !== 'string') return problem(400, 'rest_missing_callback_param', 'Missing parameter(s): name')
    const [known] = [...this.terms].find(([, one]) => one === name) ?? []
    if (known !== undefined)
      return problem(400, 'term_exists', 'A term with the name provided already exists.', { term_id: known })
    const id = ++this.#serial
    this.terms.set(id, name)
    return { status: 201, json: { id, name } }
  }

  #list(query: URLSearchParams): WireAnswer {
    if (query.get('status') === 'draft' && query.get('context') !== 'edit') this.violation('drafts are seen to edit')
    const found = [...this.articles.values()].filter(
      (one) => one.slug === query.get('slug') && one.status === query.get('status'),
    )
    return { status: 200, json: found.map((one) => this.#articleJson(one)) }
  }

  #draft(body: Record<string, unknown>): WireAnswer {
    for (const name of Object.keys(body)) if (!articleFields.has(name)) this.violation(`there is no field ${name}`)
    if (body.status !== 'draft') this.violation('an article is created as a draft')
    for (const id of [body.categories ?? [], body.tags ?? []].flat())
      if (!this.terms.has(Number(id))) return problem(400, 'rest_invalid_param', 'Invalid parameter(s): categories')
    const featured = Number(body.featured_media ?? 0)
    if (featured !== 0 && !this.#files.has(featured))
      return problem(400, 'rest_invalid_featured_media', 'Invalid featured media ID.')
    const { id } = this.#article(String(body.title), String(body.content), String(body.slug), featured)
    return { status: 201, json: this.#articleJson(this.articles.get(id) as Article) }
  }

  #article(title: string, html: string, slug: string, featured = 0): Article {
    const id = ++this.#serial
    const article: Article = { id, title, html, slug, status: 'draft', featured, modified: this.now() }
    this.articles.set(id, article)
    return article
  }

  #publish(id: string | undefined, { status, slug, ...rest }: Record<string, unknown>): WireAnswer {
    const article = this.articles.get(Number(id))
    if (article === undefined) return noArticle
    if (status !== 'publish' || Object.keys(rest).length > 0)
      return problem(400, 'rest_invalid_param', 'Invalid parameter(s): status')
    this.#show(article, slug === '' ? article.title.toLowerCase().replace(/[^a-z0-9]+/g, '-') : String(slug))
    return { status: 200, json: this.#articleJson(article) }
  }

  #show(article: Article, slug: string, at = this.now()): SimulatedPost {
    article.slug = slug
    article.status = 'publish'
    const externalId = String(article.id)
    const known = this.posts.get(externalId)
    if (known !== undefined) return known
    const shown = [...article.html.matchAll(/(?:<img|<video controls) src="([^"]+)"/g)].map(([, url]) => url)
    const files = [...this.#files.values()]
    const media = [
      ...files.filter(({ id }) => id === article.featured),
      ...shown.flatMap((url) => files.filter((one) => one.url === url)),
    ]
    const post: SimulatedPost = {
      externalId,
      text: decoded(article.html),
      at,
      media: media.map(({ mime, bytes, alt }) => ({ mime, bytes, alt })),
      counters: {},
      extra: { slug, title: article.title },
    }
    this.posts.set(externalId, post)
    return post
  }

  override leftovers(): number {
    return [...this.articles.values()].filter(({ status }) => status === 'draft').length
  }
  override takeOver(): void {
    for (const article of this.articles.values()) article.modified += 1000
  }

  #bin(id: string | undefined): WireAnswer {
    const article = this.articles.get(Number(id))
    if (article === undefined) return noArticle
    if (article.status === 'trash') return problem(410, 'rest_already_trashed', 'The post has already been deleted.')
    article.status = 'trash'
    this.posts.delete(String(id))
    return { status: 200, json: this.#articleJson(article) }
  }

  #articleJson({ id, status, slug, modified }: Article) {
    const link = `${this.url}/${status === 'publish' ? `${slug}/` : `?p=${id}`}`
    return { id, status, slug, modified_gmt: seconds(modified), link }
  }

  #commentList(query: URLSearchParams): WireAnswer {
    const perPage = Number(query.get('per_page') ?? 10)
    if (perPage < 1 || perPage > 100) return problem(400, 'rest_invalid_param', 'Invalid parameter(s): per_page')
    const size = Math.min(perPage, this.pageSize)
    const after = Date.parse(query.get('after') ?? '1970-01-01T00:00:00Z')
    const statuses = query.get('status') === 'all' ? ['approved', 'hold'] : ['approved']
    const found = [...this.#comments.values()]
      .filter((one) => statuses.includes(one.status) && Date.parse(`${seconds(one.at)}Z`) > after)
      .sort((a, b) => (query.get('order') === 'asc' ? a.at - b.at || a.id - b.id : b.at - a.at || b.id - a.id))
    const from = (Number(query.get('page') ?? 1) - 1) * size
    return {
      status: 200,
      headers: { 'x-wp-total': String(found.length), 'x-wp-totalpages': String(Math.ceil(found.length / size)) },
      json: found.slice(from, from + size).map((one) => this.#commentJson(one)),
    }
  }

  #commentJson({ id, post, parent, author, name, at, content, status }: Comment) {
    return {
      id,
      post,
      parent,
      author,
      author_name: escaped(name),
      author_avatar_urls: { 96: `${this.url}/avatar.png` },
      date_gmt: seconds(at),
      content: { rendered: `<p>${content}</p>\n` },
      link: `${this.url}/?p=${post}#comment-${id}`,
      status,
    }
  }

  #answer({ post, parent, content }: Record<string, unknown>): WireAnswer {
    if (!this.posts.has(String(post)))
      return problem(403, 'rest_comment_invalid_post_id', 'Sorry, you are not allowed to create this comment.')
    if (!this.#comments.has(Number(parent))) return noComment
    const twice = [...this.#comments.values()].some((one) => one.author === userId && one.content === content)
    if (twice)
      return problem(
        409,
        'comment_duplicate',
        'Duplicate comment detected; it looks as though you’ve already said that!',
      )
    const said = this.#write(Number(post), Number(parent), String(content), 'Boulangerie', userId, 'approved')
    return { status: 201, json: this.#commentJson(said) }
  }

  #settle(id: string | undefined, { status }: Record<string, unknown>): WireAnswer {
    const found = this.#comments.get(Number(id))
    if (found === undefined) return noComment
    if (status !== 'approved' && status !== 'hold' && status !== 'spam')
      return problem(400, 'rest_invalid_param', 'Invalid parameter(s): status')
    if (found.status === status) return problem(500, 'rest_comment_failed_edit', 'Updating comment status failed.')
    found.status = status
    return { status: 200, json: this.#commentJson(found) }
  }

  #write(
    post: number,
    parent: number,
    content: string,
    name: string,
    author = 0,
    status: Comment['status'] = 'hold',
  ): Comment {
    const said: Comment = { id: ++this.#serial, post, parent, author, name, at: this.now(), content, status }
    this.#comments.set(said.id, said)
    return said
  }

  override answersTo(externalId: string): readonly string[] {
    return [...this.#comments.values()]
      .filter((one) => one.parent === Number(externalId) && one.author === userId)
      .map((one) => decoded(one.content))
  }
  override standing(externalId: string) {
    const { status = 'trash' } = this.#comments.get(Number(externalId)) ?? {}
    return ({ approved: 'visible', hold: 'held', spam: 'spam', trash: 'deleted' } as const)[status]
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#show(this.#article(text, `<p>${text}</p>`, 'seeded'), `seeded-${this.#serial}`, options.at)
  }
  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    return { externalId: String(this.#write(Number(onExternalId), 0, text, by.name).id) }
  }
  /** In the dashboard, by the account that Parvis uses too. */
  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const on = this.#comments.get(Number(externalId))
    if (on === undefined) throw new Error(`The simulator has no comment ${externalId}.`)
    return { externalId: String(this.#write(on.post, on.id, text, 'Boulangerie', userId, 'approved').id) }
  }
  mention = nothing
  directMessage = nothing

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission')
      return problem(403, 'rest_cannot_publish', 'Sorry, you are not allowed to publish posts in this post type.')
    return problem(400, 'rest_invalid_param', 'Invalid parameter(s): slug')
  }
}

async function nothing(): Promise<Injected> {
  throw new Error('Only comments come in from WordPress.')
}
