/** A mail provider: a server that sends (smtp-server, in process), and a mailbox. */
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { ImapServer } from './imap.ts'
import {
  type Access,
  type Act,
  type Fault,
  type Injected,
  type JournalEntry,
  type Person,
  type Refusal,
  type Route,
  type SimulatedPost,
  Simulator,
  type StartOptions,
  type WireAnswer,
} from './simulator.ts'

const us = 'contact@boulangerie.example'
const somebody: Person = { externalId: 'lea', handle: 'lea@lecteurs.example', name: 'Léa Martin' }

export interface SentLetter {
  readonly to: readonly string[]
  readonly raw: string
  readonly email: Email
  /** ENVID of RFC 3461. */
  readonly envelopeId: string | undefined
}

export class EmailSimulator extends Simulator {
  readonly network = 'email'
  readonly refusals: readonly Refusal[] = []
  /** What left, in order. */
  readonly sent: SentLetter[] = []
  /** Addresses that are refused, with the answer. */
  readonly unknown = new Map<string, { readonly code: number; readonly words: string }>()
  readonly mailbox = new ImapServer({
    password: () => this.#password,
    met: (command) => {
      const act: Act = ['CAPABILITY', 'LOGIN', 'LIST', 'LSUB', 'LOGOUT', 'NOOP'].includes(command) ? 'auth' : 'read'
      const { entry, fault } = this.#met(command, act)
      entry.answered = 200
      if (fault === undefined) return undefined
      return fault.kind === 'dropped' || fault.kind === 'lost' ? 'drop' : 'failed'
    },
    violation: (message) => this.violation(message),
  })
  #smtp: SMTPServer | undefined
  #port = 0
  #passwords = 1
  #serial = 0

  get #password(): string {
    return `simulated-mail-password-${this.#passwords}`
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const at = new URL((options.url ?? this.url).replace(/^\w+:/, 'http:'))
    const password = options.bad ? 'a-password-nobody-gave' : this.#password
    return {
      credentials: {
        address: us,
        name: 'La boulangerie « du port »',
        smtpHost: at.hostname,
        smtpPort: at.port,
        smtpSecurity: 'none',
        smtpUser: 'contact',
        smtpPassword: password,
        imapHost: '127.0.0.1',
        imapPort: String(this.mailbox.port),
        imapSecurity: 'none',
      },
      settings: {},
      app: {},
    }
  }

  expireToken(): void {
    this.#passwords += 1
  }

  protected routes(): readonly Route[] {
    return []
  }

  protected refused(): WireAnswer {
    throw new Error('A mail server answers lines.')
  }

  override async start(options: StartOptions = {}): Promise<this> {
    this.file = options.file
    this.restore()
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      hideDSN: false,
      allowInsecureAuth: true,
      authMethods: ['PLAIN', 'LOGIN'],
      logger: false,
      onAuth: (auth, _session, done) => {
        const { entry, fault } = this.#met('AUTH', 'auth')
        entry.answered = 235
        if (fault?.kind === 'server_error') return done(refusal(454, '4.3.0 Temporary authentication failure'))
        if (auth.username === 'contact' && auth.password === this.#password) return done(null, { user: 'contact' })
        done(refusal(535, '5.7.8 Authentication credentials invalid'))
      },
      onMailFrom: ({ address }, _session, done) =>
        done(address === us ? null : refusal(553, '5.7.1 Sender address rejected: not owned by user')),
      onRcptTo: ({ address }, _session, done) => {
        const refused = this.unknown.get(address)
        done(refused === undefined ? null : refusal(refused.code, refused.words))
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          this.#take(Buffer.concat(chunks), session).then(
            (error) => (error === 'silence' ? undefined : done(error)),
            (error: unknown) => {
              this.violation(`the simulator failed: ${String(error)}`)
              done(refusal(451, '4.3.0 failed'))
            },
          )
        })
      },
    })
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', () => resolve()))
    this.#smtp = server
    const bound = server.server.address()
    this.#port = typeof bound === 'object' && bound !== null ? bound.port : 0
    await this.mailbox.start()
    return this
  }

  override async stop(): Promise<void> {
    await this.mailbox.stop()
    const server = this.#smtp
    if (server === undefined) return
    this.#smtp = undefined
    for (const { _socket } of connectionsOf(server)) _socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  override get url(): string {
    return `smtp://127.0.0.1:${this.#port}`
  }

  #met(method: string, act: Act): { readonly entry: JournalEntry; readonly fault: Fault | undefined } {
    const entry: JournalEntry = { method, path: '', act, answered: undefined }
    this.journal.push(entry)
    return { entry, fault: this.takeFault(act) }
  }

  async #take(raw: Buffer, session: SMTPServerSession): Promise<Error | null | 'silence'> {
    const text = raw.toString('utf8')
    const email = await PostalMime.parse(raw)
    const newsletter = email.headers.some(({ key }) => key === 'list-unsubscribe')
    const { entry, fault } = this.#met('DATA', newsletter ? 'publish' : 'act')
    const cut = () => {
      for (const { session: one, _socket } of connectionsOf(this.#smtp)) if (one?.id === session.id) _socket.destroy()
    }
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    if (fault?.kind === 'dropped') {
      cut()
      return 'silence'
    }
    const instead =
      fault?.kind === 'limited'
        ? refusal(454, '4.7.0 Throttling failure: Maximum sending rate exceeded.')
        : fault?.kind === 'server_error'
          ? refusal(451, '4.3.0 Error: queue file write error')
          : undefined
    if (instead !== undefined) {
      entry.answered = instead.responseCode
      return instead
    }
    for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'mime-version'])
      if (!email.headers.some(({ key }) => key === name)) this.violation(`a letter without ${name}`)
    for (const line of text.split('\r\n'))
      if (Buffer.byteLength(line) > 998) this.violation('a line of more than 998 octets')
    this.sent.push({
      to: session.envelope.rcptTo.map(({ address }) => address),
      raw: text,
      email,
      envelopeId: envelopeIdOf(session.envelope),
    })
    if (fault?.kind === 'lost') {
      if (fault.how === 'cut') cut()
      return 'silence'
    }
    entry.answered = 250
    return null
  }

  seedPost(text: string): SimulatedPost {
    return { externalId: `seed-${++this.#serial}`, text, at: this.now(), media: [], counters: {}, extra: {} }
  }

  comment(): Promise<Injected> {
    return Promise.reject(new Error('Mail has no comments.'))
  }

  mention(): Promise<Injected> {
    return Promise.reject(new Error('Mail has no mentions.'))
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const messageId = `${++this.#serial}.${this.now()}@lecteurs.example`
    this.receive({ from: by, messageId, text, subject: 'Question' })
    return { externalId: messageId }
  }

  /** A letter that arrives. `headers` come before the others. */
  receive(letter: {
    readonly from?: Person
    readonly messageId: string
    readonly text: string
    readonly subject: string
    readonly headers?: readonly string[]
    readonly at?: number
  }): void {
    const { from = somebody, messageId, text, subject, headers = [], at = this.now() } = letter
    const name = `=?utf-8?B?${Buffer.from(from.name).toString('base64')}?=`
    const source = [
      ...headers,
      `From: ${name} <${from.handle}>`,
      `To: ${us}`,
      `Subject: ${subject}`,
      `Message-ID: <${messageId}>`,
      `Date: ${new Date(at).toUTCString()}`,
      'MIME-Version: 1.0',
      ...(headers.some((line) => /^content-type:/i.test(line)) ? [] : ['Content-Type: text/plain; charset=utf-8']),
      '',
      text.replace(/\r?\n/g, '\r\n'),
    ].join('\r\n')
    this.mailbox.add(source, at)
  }

  override answersTo(externalId: string): readonly string[] {
    return this.sent
      .filter(({ email }) => email.inReplyTo === `<${externalId}>`)
      .map(({ email }) => (email.text ?? '').replace(/\n$/, ''))
  }
}

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode })

function envelopeIdOf(envelope: object): string | undefined {
  const { dsn } = envelope as { dsn?: { envid?: string | null } }
  return dsn?.envid ?? undefined
}

/** smtp-server keeps its connections in a set that its types leave out. */
function connectionsOf(server: SMTPServer | undefined) {
  const { connections } = (server ?? { connections: new Set() }) as unknown as {
    connections: Set<{ session?: SMTPServerSession; _socket: { destroy(): void } }>
  }
  return connections
}
