/** The Business Profile APIs with two accounts and three locations, by Google's reference of v4 and its own types. */
import type { ChannelCounterName } from '../../shared/networks/network.ts'
import { GoogleSimulator, newError, ok } from './google.ts'
import type {
  Injected,
  LimitForm,
  Person,
  Refusal,
  Route,
  SimulatedPost,
  WireAnswer,
  WireRequest,
} from './simulator.ts'

const accountId = '104857600000000000001'
const groupId = '104857600000000000002'
const locationId = '7426431111111111111'
const otherId = '7426432222222222222'
const groupLocationId = '7426433333333333333'
const somebody: Person = { externalId: 'nobody-is-told', handle: 'Léa Martin', name: 'Léa Martin' }

/** Which locations each account sees: the first is shared. */
const locationsOf: Readonly<Record<string, readonly string[]>> = {
  [accountId]: [locationId, otherId],
  [groupId]: [locationId, groupLocationId],
}

const stars = ['', 'ONE', 'TWO', 'THREE', 'FOUR', 'FIVE']
const actionTypes = ['BOOK', 'ORDER', 'SHOP', 'LEARN_MORE', 'SIGN_UP', 'CALL']
const postFields = new Set(['languageCode', 'summary', 'callToAction', 'event', 'media', 'topicType', 'offer'])
const metricsOf: Readonly<Record<string, ChannelCounterName>> = {
  BUSINESS_IMPRESSIONS_DESKTOP_MAPS: 'views',
  BUSINESS_IMPRESSIONS_DESKTOP_SEARCH: 'views',
  BUSINESS_IMPRESSIONS_MOBILE_MAPS: 'views',
  BUSINESS_IMPRESSIONS_MOBILE_SEARCH: 'views',
  WEBSITE_CLICKS: 'clicks',
  CALL_CLICKS: 'calls',
  BUSINESS_DIRECTION_REQUESTS: 'directions',
}

interface Review {
  readonly id: string
  readonly by: Person
  rating: number
  text: string
  readonly at: number
  updatedAt: number
  reply: string | undefined
  repliedAt?: number
  replyState?: 'PENDING' | 'APPROVED' | 'REJECTED'
}

const invalid = (message: string) => newError(400, 'INVALID_ARGUMENT', message)
const notFound = newError(404, 'NOT_FOUND', 'Requested entity was not found.')

export class GoogleBusinessSimulator extends GoogleSimulator {
  readonly network = 'google_business'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission']
  protected readonly scopes = ['https://www.googleapis.com/auth/business.manage']
  /** How often a post is answered as being looked over. */
  override processingLooks = 0
  /** Whether Google then rejects it. */
  rejects = false
  /** The state that a new reply has. */
  repliesAre: 'PENDING' | 'APPROVED' | 'REJECTED' = 'PENDING'
  /** Whether Google let the project in at all. */
  letIn = true
  /** How many days late figures are. */
  lateDays = 3
  readonly #reviews = new Map<string, Review>()
  readonly #looks = new Map<string, number>()
  #serial = 0

  protected unauthorized() {
    return newError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.', [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'ACCESS_TOKEN_EXPIRED', domain: 'googleapis.com' },
    ])
  }

  protected routes(): readonly Route[] {
    const ofLocation = (method: string, path: string, act: Route['act'], handle: Route['handle']) =>
      this.authorized(method, `/v4/accounts/:account/locations/:location${path}`, act, (request) =>
        locationsOf[request.params.account ?? '']?.includes(request.params.location ?? '') === true
          ? handle(request)
          : notFound,
      )
    return [
      ...this.consentRoutes(),
      this.authorized('GET', '/v1/accounts', 'auth', (request) => this.#accounts(request)),
      this.authorized('GET', '/v1/accounts/:account/locations', 'auth', (request) => this.#locations(request)),
      this.authorized('GET', '/v1/locations/:call', 'read', (request) => this.#figures(request)),
      ofLocation('POST', '/localPosts', 'publish', (request) => this.#create(request)),
      ofLocation('GET', '/localPosts', 'read', (request) => this.#list(request)),
      ofLocation('GET', '/localPosts/:post', 'read', ({ params }) => {
        const post = this.posts.get(params.post ?? '')
        return post === undefined ? notFound : ok(this.#postJson(post, true))
      }),
      ofLocation('DELETE', '/localPosts/:post', 'remove', ({ params }) =>
        this.posts.delete(params.post ?? '') ? ok({}) : notFound,
      ),
      ofLocation('GET', '/reviews', 'read', (request) => this.#listReviews(request)),
      ofLocation('GET', '/reviews/:review', 'read', ({ params }) => {
        const review = this.#reviews.get(params.review ?? '')
        return review === undefined ? notFound : ok(this.#reviewJson(review))
      }),
      ofLocation('PUT', '/reviews/:review/reply', 'act', (request) => this.#reply(request)),
    ]
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const info = (unit: string, value: string) => ({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'RATE_LIMIT_EXCEEDED',
      domain: 'googleapis.com',
      metadata: { quota_unit: unit, quota_limit_value: value, service: 'mybusiness.googleapis.com' },
    })
    const message = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'."
    return {
      ...newError(429, 'RESOURCE_EXHAUSTED', message, [info('1/min/{project}', '300')]),
      headers: this.waiting(wait, seconds),
    }
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return newError(403, 'PERMISSION_DENIED', 'The caller does not have permission')
    return invalid('Request contains an invalid argument.')
  }

  // ---- accounts and locations ---------------------------------------------------------------------------------------

  #accounts({ query }: WireRequest): WireAnswer {
    if (!this.letIn)
      return newError(429, 'RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Requests'.", [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'RATE_LIMIT_EXCEEDED',
          metadata: { quota_limit_value: '0', quota_unit: '1/min/{project}' },
        },
      ])
    if (Number(query.get('pageSize') ?? 20) > 20) return invalid('pageSize is 20 at most.')
    // One a page, so that whoever reads the first only is found out.
    const accounts = Object.keys(locationsOf)
    const index = Number(query.get('pageToken') ?? 0)
    const name = accounts[index]
    return ok({
      accounts: [{ name: `accounts/${name}`, accountName: 'Boulangerie du Port', type: 'PERSONAL' }],
      ...(index + 1 < accounts.length ? { nextPageToken: String(index + 1) } : {}),
    })
  }

  #locations({ params, query }: WireRequest): WireAnswer {
    const mask = query.get('readMask')
    if (!mask) return invalid('read_mask is required.')
    if (Number(query.get('pageSize') ?? 10) > 100) return invalid('pageSize is 100 at most.')
    const fields = new Set(mask.split(','))
    const ids = locationsOf[params.account ?? ''] ?? []
    return ok({
      locations: ids.map((id) => ({
        name: `locations/${id}`,
        ...(fields.has('title') ? { title: 'Boulangerie du Port' } : {}),
        ...(fields.has('storefrontAddress')
          ? { storefrontAddress: { addressLines: [`${id.at(-1)} quai du Port`], locality: 'Brest', regionCode: 'FR' } }
          : {}),
        ...(fields.has('metadata')
          ? { metadata: { mapsUri: `https://maps.google.com/maps?cid=${id}`, hasVoiceOfMerchant: true } }
          : {}),
      })),
    })
  }

  // ---- posts --------------------------------------------------------------------------------------------------------

  #create(request: WireRequest): WireAnswer {
    const body = request.json()
    for (const name of Object.keys(body)) if (!postFields.has(name)) this.violation(`a post has no field ${name}`)
    const summary = String(body.summary ?? '')
    const media = (body.media ?? []) as { mediaFormat?: string; sourceUrl?: string }[]
    const wrong = this.#wrong(body, summary, media)
    if (wrong !== undefined) return invalid(wrong)
    const post = this.#add(summary, this.now(), body, media.length)
    this.#looks.set(post.externalId, this.processingLooks)
    return ok(this.#postJson(post))
  }

  #wrong(
    { topicType, event, offer, callToAction, languageCode }: Record<string, unknown>,
    summary: string,
    media: readonly { mediaFormat?: string; sourceUrl?: string }[],
  ): string | undefined {
    if (!['STANDARD', 'EVENT', 'OFFER'].includes(String(topicType))) return 'topic_type is required.'
    if (summary.length > 1500) return 'summary is longer than 1500 characters.'
    if (summary === '' && media.length === 0) return 'A post needs a summary or media.'
    if (typeof languageCode !== 'string') return 'language_code is required.'
    if (media.length > 1) return 'A post has one photo.'
    if (media.some((one) => one.mediaFormat !== 'PHOTO' || !/^https:/.test(one.sourceUrl ?? '')))
      return 'media.source_url must be a public address.'
    const dated = topicType !== 'STANDARD'
    if (dated !== (event !== undefined)) return 'event goes with the topic types EVENT and OFFER.'
    if (dated) {
      const { title, schedule } = event as { title?: string; schedule?: Record<string, Record<string, number>> }
      if (!title || title.length > 58) return 'event.title must have 1 to 58 characters.'
      if (!schedule?.startDate?.year || !schedule.endDate?.year) return 'event.schedule needs start_date and end_date.'
      const day = (date: Record<string, number>) => (date.year ?? 0) * 400 + (date.month ?? 0) * 31 + (date.day ?? 0)
      if (day(schedule.endDate) < day(schedule.startDate)) return 'event.schedule ends before it starts.'
    }
    if ((topicType === 'OFFER') !== (offer !== undefined)) return 'offer goes with the topic type OFFER.'
    if (callToAction === undefined) return undefined
    const { actionType, url } = callToAction as { actionType?: string; url?: string }
    if (topicType === 'OFFER') this.violation('an offer with a button, which Google ignores')
    if (!actionTypes.includes(actionType ?? '')) return 'call_to_action.action_type is not valid.'
    if ((actionType === 'CALL') === (url !== undefined)) return 'call_to_action.url goes with every action but CALL.'
    return undefined
  }

  #add(text: string, at: number, body: Readonly<Record<string, unknown>>, photos: number): SimulatedPost {
    const post: SimulatedPost = {
      externalId: String(3_000_000_000_000 + this.now() * 100 + (++this.#serial % 100)),
      text,
      at,
      media: Array.from({ length: photos }, () => ({ mime: 'image/jpeg', bytes: 1, alt: '' })),
      counters: {},
      extra: { body },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#add(text, options.at ?? this.now(), { topicType: 'STANDARD' }, 0)
  }

  #list({ params, query }: WireRequest): WireAnswer {
    if (Number(query.get('pageSize') ?? 20) > 100) return invalid('pageSize is 100 at most.')
    const size = Math.min(Number(query.get('pageSize') ?? 20), this.pageSize)
    const start = Number(query.get('pageToken') ?? 0)
    const all = [...this.posts.values()].sort((a, b) => b.at - a.at)
    const page = all.slice(start, start + size)
    if (params.location !== locationId) return ok({})
    return ok({
      ...(page.length === 0 ? {} : { localPosts: page.map((post) => this.#postJson(post)) }),
      ...(start + size < all.length ? { nextPageToken: String(start + size) } : {}),
    })
  }

  #postJson({ externalId, text, at, extra }: SimulatedPost, looked = false) {
    const looks = this.#looks.get(externalId) ?? 0
    if (looked && looks > 0) this.#looks.set(externalId, looks - 1)
    const state = looks > 0 ? 'PROCESSING' : this.rejects ? 'REJECTED' : 'LIVE'
    return {
      ...(extra.body as Record<string, unknown>),
      name: `accounts/${accountId}/locations/${locationId}/localPosts/${externalId}`,
      ...(text === '' ? {} : { summary: text }),
      state,
      createTime: new Date(at).toISOString(),
      updateTime: new Date(at).toISOString(),
      ...(state === 'LIVE' ? { searchUrl: `https://local.google.com/place?id=1&lpsid=${externalId}` } : {}),
    }
  }

  // ---- reviews ------------------------------------------------------------------------------------------------------

  override async review(text: string, rating: number, by: Person = somebody): Promise<Injected> {
    const id = `AbFvOq${++this.#serial}`
    this.#reviews.set(id, { id, by, rating, text, at: this.now(), updatedAt: this.now(), reply: undefined })
    return { externalId: id }
  }

  /** At Google itself. */
  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const review = this.#reviews.get(externalId)
    if (review === undefined) throw new Error(`The simulator has no review ${externalId}.`)
    Object.assign(review, { reply: text, repliedAt: this.now(), replyState: 'APPROVED' })
    return { externalId: `${externalId}/reply` }
  }

  /** Somebody thinks again. */
  changeReview(id: string, text: string, rating: number): void {
    const review = this.#reviews.get(id)
    if (review === undefined) throw new Error(`The simulator has no review ${id}.`)
    Object.assign(review, { text, rating, updatedAt: Math.max(this.now(), review.updatedAt + 1) })
  }

  #listReviews({ query }: WireRequest): WireAnswer {
    if (Number(query.get('pageSize') ?? 50) > 50) return invalid('pageSize is 50 at most.')
    if (!['updateTime desc', null].includes(query.get('orderBy'))) return invalid('order_by is not supported.')
    const size = Math.min(Number(query.get('pageSize') ?? 50), this.pageSize)
    const start = Number(query.get('pageToken') ?? 0)
    const all = [...this.#reviews.values()].sort((a, b) => b.updatedAt - a.updatedAt)
    const page = all.slice(start, start + size)
    return ok({
      ...(page.length === 0 ? {} : { reviews: page.map((one) => this.#reviewJson(one)) }),
      averageRating: 4,
      totalReviewCount: all.length,
      ...(start + size < all.length ? { nextPageToken: String(start + size) } : {}),
    })
  }

  /** What Google decides about the reply. */
  decideReply(id: string, state: 'APPROVED' | 'REJECTED'): void {
    const review = this.#reviews.get(id)
    if (review?.reply === undefined) throw new Error(`The simulator has no reply to ${id}.`)
    review.replyState = state
  }

  #reviewJson({ id, by, rating, text, at, updatedAt, reply, repliedAt = at, replyState }: Review) {
    return {
      name: `accounts/${accountId}/locations/${locationId}/reviews/${id}`,
      reviewId: id,
      reviewer: { displayName: by.name, profilePhotoUrl: 'https://lh3.example/somebody.jpg' },
      starRating: stars[rating],
      ...(text === '' ? {} : { comment: text }),
      createTime: new Date(at).toISOString(),
      updateTime: new Date(updatedAt).toISOString(),
      ...(reply === undefined
        ? {}
        : {
            reviewReply: {
              comment: reply,
              updateTime: new Date(repliedAt).toISOString(),
              reviewReplyState: replyState,
            },
          }),
    }
  }

  #reply(request: WireRequest): WireAnswer {
    const review = this.#reviews.get(request.params.review ?? '')
    const { comment } = request.json()
    if (review === undefined) return notFound
    if (typeof comment !== 'string' || comment === '' || Buffer.byteLength(comment) > 4096)
      return invalid('comment must have 1 to 4096 bytes.')
    const state = this.repliesAre
    Object.assign(review, { reply: comment, repliedAt: this.now(), replyState: state })
    return ok({ comment, updateTime: new Date(this.now()).toISOString(), reviewReplyState: state })
  }

  override answersTo(externalId: string): readonly string[] {
    const reply = this.#reviews.get(externalId)?.reply
    return reply === undefined ? [] : [reply]
  }

  // ---- figures ------------------------------------------------------------------------------------------------------

  #figures({ params, query }: WireRequest): WireAnswer {
    if (params.call !== `${locationId}:fetchMultiDailyMetricsTimeSeries`) return notFound
    const part = (which: string, unit: string) => Number(query.get(`dailyRange.${which}Date.${unit}`))
    const from = Date.UTC(part('start', 'year'), part('start', 'month') - 1, part('start', 'day'))
    const to = Date.UTC(part('end', 'year'), part('end', 'month') - 1, part('end', 'day'))
    const names = query.getAll('dailyMetrics')
    if (Number.isNaN(from + to) || to < from) return invalid('daily_range is not valid.')
    if (names.length === 0 || names.some((name) => metricsOf[name] === undefined)) return invalid('daily_metrics')
    const days: Date[] = []
    for (let day = from; day <= to; day += 24 * 3600_000) days.push(new Date(day))
    const known = days.length - this.lateDays
    return ok({
      multiDailyMetricTimeSeries: [
        {
          dailyMetricTimeSeries: names.map((name) => ({
            dailyMetric: name,
            timeSeries: {
              datedValues: days.map((day, i) => {
                const value = this.#valueOf(name, i === known - 1)
                return {
                  date: { year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() },
                  // A value of zero is left out, and so is one of a day that is not counted yet.
                  ...(i >= known || value === 0 ? {} : { value: String(value) }),
                }
              }),
            },
          })),
        },
      ],
    })
  }

  /** All views in the first of their metrics; the days before the last known had ten of everything. */
  #valueOf(metric: string, last: boolean): number {
    const name = metricsOf[metric]
    if (name === 'views' && metric !== 'BUSINESS_IMPRESSIONS_DESKTOP_MAPS') return last ? 0 : 10
    return last ? ((name === undefined ? undefined : this.channelFigures[name]) ?? 0) : 10
  }

  comment = nothing
  mention = nothing
  directMessage = nothing
}

async function nothing(): Promise<Injected> {
  throw new Error('On Google people write reviews, and nothing else.')
}
