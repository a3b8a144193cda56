/** The WhatsApp Cloud API with one number, by its OpenAPI description (v23.0). */
import { createHmac, randomBytes } from 'node:crypto'
import type { RawDelivery } from '../../shared/networks/network.ts'
import {
  type Access,
  type Handshake,
  type Injected,
  type LimitForm,
  type Person,
  type Refusal,
  type Route,
  type Signing,
  type SimulatedPost,
  Simulator,
  type WireAnswer,
  type WireRequest,
} from './simulator.ts'

const phoneNumberId = '106540352242922'
const businessAccountId = '102290129340398'
const appSecret = 'a-simulated-app-secret'
const somebody: Person = { externalId: '33612345678', handle: '+33612345678', name: 'Léa Martin' }

/** An answer that is no template is taken this long after the person's newest message. */
const windowMs = 24 * 3600_000

interface Written {
  readonly by: Person
  readonly at: number
  readonly answers: string[]
}

const problem = (status: number, code: number, message: string, more: object = {}): WireAnswer => ({
  status,
  json: { error: { message, type: 'OAuthException', code, fbtrace_id: 'A2026', ...more } },
})

export class WhatsAppSimulator extends Simulator {
  readonly network = 'whatsapp'
  readonly refusals: readonly Refusal[] = ['policy', 'invalid']
  /** The ids of what was sent, for statuses. */
  readonly sent: string[] = []
  readonly #written = new Map<string, Written>()
  readonly #blocked = new Set<string>()
  #tokens = 1

  get #token() {
    return `EAA-simulated-system-user-${this.#tokens}`
  }
  expireToken(): void {
    this.#tokens += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      credentials: {
        phoneNumberId,
        businessAccountId,
        accessToken: options.bad ? 'a-token-nobody-gave' : this.#token,
      },
      settings: {},
      app: { appSecret, verifyToken: 'a-simulated-verify-token', graphUrl: options.url ?? this.url },
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path: `/v27.0${path}`,
      act,
      handle: (request) => {
        if (request.headers.authorization !== `Bearer ${this.#token}`)
          return problem(401, 190, 'Error validating access token: the session is invalid.')
        const proof = createHmac('sha256', appSecret).update(this.#token).digest('hex')
        return request.query.get('appsecret_proof') === proof
          ? handle(request)
          : problem(400, 100, 'Invalid appsecret_proof provided in the API argument')
      },
    })
    return [
      route('GET', '/:id', 'auth', ({ params }) =>
        params.id === phoneNumberId
          ? {
              status: 200,
              json: {
                id: phoneNumberId,
                display_phone_number: '+33 1 23 45 67 89',
                verified_name: 'Boulangerie du Port',
              },
            }
          : problem(400, 100, 'Unsupported get request.', { error_subcode: 33 }),
      ),
      route('POST', '/:waba/subscribed_apps', 'auth', ({ params }) =>
        params.waba === businessAccountId
          ? { status: 200, json: { success: true } }
          : problem(400, 100, 'Unsupported post request.', { error_subcode: 33 }),
      ),
      route('POST', '/:id/messages', 'act', (request) => this.#send(request)),
      route('POST', '/:id/block_users', 'act', (request) => {
        const { messaging_product: product, block_users: users } = request.json() as {
          messaging_product?: string
          block_users?: { user: string }[]
        }
        if (product !== 'whatsapp' || users === undefined) return problem(400, 100, '(#100) block_users is required')
        for (const { user } of users) this.#blocked.add(user)
        return {
          status: 200,
          json: {
            messaging_product: 'whatsapp',
            block_users: { added_users: users.map(({ user }) => ({ input: user, wa_id: user })) },
          },
        }
      }),
    ]
  }

  #send(request: WireRequest): WireAnswer {
    const body = request.json() as {
      messaging_product?: string
      to?: string
      type?: string
      text?: { body?: string }
      template?: { name?: string; language?: { code?: string }; components?: unknown[] }
      context?: { message_id?: string }
    }
    if (body.messaging_product !== 'whatsapp' || body.to === undefined)
      return problem(400, 100, '(#100) The parameter to is required.')
    const about = this.#written.get(body.context?.message_id ?? '')
    if (body.type === 'text') {
      const text = body.text?.body ?? ''
      if (text === '' || text.length > 4096)
        return problem(400, 100, '(#100) text.body must be 1 to 4096 characters long.')
      const newest = Math.max(
        0,
        ...[...this.#written.values()].flatMap((one) => (one.by.externalId === body.to ? one.at : [])),
      )
      if (about === undefined || this.now() - newest > windowMs) return problem(400, 131_047, 'Re-engagement message')
      about.answers.push(text)
    } else if (body.type === 'template') {
      if (body.template?.name !== 'rappel' || body.template.language?.code !== 'fr')
        return problem(404, 132_001, 'Template name does not exist in the translation')
    } else return problem(400, 100, '(#100) Param type must be one of {text, template}')
    const id = `wamid.${randomBytes(12).toString('base64url')}`
    this.sent.push(id)
    return {
      status: 200,
      json: { messaging_product: 'whatsapp', contacts: [{ input: body.to, wa_id: body.to }], messages: [{ id }] },
    }
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const id = `wamid.${randomBytes(12).toString('base64url')}`
    this.#written.set(id, { by, at: this.now(), answers: [] })
    const delivery = await this.#tell({
      contacts: [{ profile: { name: by.name }, wa_id: by.externalId }],
      messages: [
        {
          from: by.externalId,
          id,
          timestamp: String(Math.floor(this.now() / 1000)),
          type: 'text',
          text: { body: text },
        },
      ],
    })
    return { externalId: id, delivery }
  }

  /** In the WhatsApp Business app on the same number. */
  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const to = this.#written.get(externalId)?.by.externalId
    const id = `wamid.${randomBytes(12).toString('base64url')}`
    const timestamp = String(Math.floor(this.now() / 1000))
    const echo = { from: '33123456789', to, id, timestamp, type: 'text', text: { body: text } }
    return { externalId: id, delivery: await this.#tell({ message_echoes: [echo] }, 'smb_message_echoes') }
  }

  override wordless(): Promise<readonly Injected[]> {
    const things = [
      { type: 'image', image: { id: '1', mime_type: 'image/jpeg' } },
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Paul' }, phones: [{ phone: '+33 6 12' }] }] },
      { type: 'order', order: { catalog_id: '1', product_items: [{ product_retailer_id: 'tarte', quantity: 2 }] } },
      { type: 'unsupported', errors: [{ code: 131_051, title: 'Message type is not currently supported' }] },
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{}' } } },
      { type: 'location', location: { latitude: 47.2, longitude: -1.5 } },
    ]
    return Promise.all(
      things.map(async (thing) => {
        const id = `wamid.${randomBytes(12).toString('base64url')}`
        const timestamp = String(Math.floor(this.now() / 1000))
        return {
          externalId: id,
          delivery: await this.#tell({ messages: [{ from: somebody.externalId, id, timestamp, ...thing }] }),
        }
      }),
    )
  }

  /** What becomes of a message that was sent. */
  status(id: string, state: 'sent' | 'delivered' | 'read' | 'failed'): Promise<RawDelivery> {
    const errors = state === 'failed' ? [{ code: 131_026, title: 'Message undeliverable' }] : undefined
    const timestamp = String(Math.floor(this.now() / 1000))
    return this.#tell({
      statuses: [
        {
          id,
          status: state,
          timestamp,
          recipient_id: somebody.externalId,
          ...(errors === undefined ? {} : { errors }),
        },
      ],
    })
  }

  async #tell(value: object, field = 'messages'): Promise<RawDelivery> {
    const metadata = { display_phone_number: '33123456789', phone_number_id: phoneNumberId }
    const changes = [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }]
    const body = new Uint8Array(
      Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: businessAccountId, changes }] })),
    )
    const headers = {
      'content-type': 'application/json',
      [this.signing.header]: this.signing.sign(body, appSecret, {}),
    }
    const delivery = { headers, query: {}, body }
    await this.deliver(delivery)
    return delivery
  }

  override readonly signing: Signing = {
    header: 'x-hub-signature-256',
    secretNames: ['appSecret', 'previousAppSecret'],
    sign: (body, secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }

  override handshake(): Handshake {
    const token = 'a-token-chosen-in-the-settings'
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' }
    return {
      method: 'GET',
      delivery: { headers: {}, query, body: new Uint8Array() },
      app: { appSecret, verifyToken: token },
      expects: '1158201444',
      refusing: { appSecret, verifyToken: `${token}x` },
    }
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#written.get(externalId)?.answers ?? []
  }
  override standing(externalId: string) {
    const { by } = this.#written.get(externalId) ?? {}
    return by !== undefined && this.#blocked.has(by.externalId) ? 'banned' : 'visible'
  }

  seedPost(): SimulatedPost {
    throw new Error('Nothing is published on WhatsApp.')
  }
  comment(): Promise<Injected> {
    throw new Error('Nothing is commented on WhatsApp.')
  }
  mention(): Promise<Injected> {
    throw new Error('Nobody is mentioned on WhatsApp.')
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const { headers = {} } = super.limited(wait, seconds)
    return { ...problem(429, 130_429, '(#130429) Rate limit hit'), headers }
  }
  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'policy') return problem(400, 131_047, 'Re-engagement message')
    return problem(400, 131_026, 'Message undeliverable')
  }
}
