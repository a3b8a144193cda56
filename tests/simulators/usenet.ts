/** A news server as INN 2.7 behaves (RFC 3977, 4643): one group, one account, articles that keep their Message-ID. */
import PostalMime from 'postal-mime'
import { LineSimulator, type Peer } from './line-server.ts'
import type { Access, Act, Injected, Person, Refusal, SimulatedPost, WireAnswer } from './simulator.ts'

const host = 'news.example'
const group = 'fr.rec.boulangerie'
const us = 'contact@boulangerie.example'
const somebody: Person = { externalId: 'lea', handle: 'lea@lecteurs.example', name: 'Léa Martin' }
const required = ['from', 'newsgroups', 'subject', 'date', 'message-id']

interface Stored {
  readonly number: number
  readonly messageId: string
  readonly head: string
  readonly body: string
  readonly references: readonly string[]
}

export class UsenetSimulator extends LineSimulator {
  readonly network = 'usenet'
  readonly refusals: readonly Refusal[] = ['permission', 'invalid']
  protected readonly scheme = 'nntp'
  moderated = false
  readonly #articles = new Map<string, Stored>()
  readonly #answers: { readonly to: string; readonly text: string }[] = []
  #high = 0
  #passwords = 1
  #serial = 0

  get #password(): string {
    return `simulated-news-password-${this.#passwords}`
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const at = new URL((options.url ?? this.url).replace(/^\w+:/, 'http:'))
    return {
      credentials: {
        host: at.hostname,
        port: at.port,
        security: 'none',
        user: 'boulangerie',
        password: options.bad ? 'a-password-nobody-gave' : this.#password,
        group,
        name: 'La boulangerie « du port »',
        address: us,
      },
      settings: { everything: true },
      app: {},
    }
  }

  expireToken(): void {
    this.#passwords += 1
  }

  protected override restore(): void {
    super.restore()
    for (const { externalId, text, at } of this.posts.values()) this.#storeByHand(externalId, text, at)
  }

  /** Never asked: faults are lines here. */
  protected refused(): WireAnswer {
    throw new Error('A news server answers lines.')
  }

  /** Forgets an article, as expiry does; its id is remembered. */
  cancel(messageId: string): void {
    const stored = this.#articles.get(messageId)
    if (stored !== undefined) this.#articles.set(messageId, { ...stored, number: -1 })
  }

  protected async converse(peer: Peer): Promise<void> {
    let user = ''
    let signedIn = false
    let selected = false
    peer.say(`200 ${host} InterNetNews server INN 2.7.1 ready (transit mode)`)
    for (;;) {
      const line = await peer.line()
      if (line === undefined) return
      const [verb = '', ...args] = line.split(' ')
      const command = verb.toUpperCase()
      if (Buffer.byteLength(line) > 510) this.violation(`${command}: a command of more than 512 octets`)
      if (command === 'QUIT') return peer.say('205 Bye!')
      if (command === 'POST') {
        if (!(await this.#post(peer, signedIn))) return
        continue
      }
      const act: Act = ['MODE', 'AUTHINFO', 'LIST'].includes(command) ? 'auth' : 'read'
      const { entry, fault } = this.met(command, act)
      if (fault?.kind === 'dropped' || fault?.kind === 'lost') return void peer.socket.destroy()
      if (fault?.kind === 'limited') return peer.say('400 Too many connections, try again later')
      if (fault?.kind === 'expired') this.expireToken()
      if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
      const answer =
        fault?.kind === 'server_error'
          ? ['403 Internal fault']
          : command === 'AUTHINFO'
            ? [this.#authinfo(args, user)]
            : this.#answer(command, args, signedIn, selected)
      const [first = ''] = answer
      if (command === 'AUTHINFO' && args[0]?.toUpperCase() === 'USER') user = args[1] ?? ''
      if (first.startsWith('281')) signedIn = true
      if (first.startsWith('211')) selected = true
      entry.answered = Number(first.slice(0, 3))
      for (const said of answer) peer.say(said)
    }
  }

  #authinfo([kind = '', value = '']: readonly string[], user: string): string {
    if (kind.toUpperCase() === 'USER') return '381 Enter password'
    if (user === '') return '482 Authentication commands issued out of sequence'
    return user === 'boulangerie' && value === this.#password
      ? '281 Authentication succeeded'
      : '481 Authentication failed'
  }

  #answer(command: string, args: readonly string[], signedIn: boolean, selected: boolean): readonly string[] {
    const [what = ''] = args
    if (command === 'MODE') return [`200 ${host} InterNetNews NNRP server INN 2.7.1 ready (no posting)`]
    if (!signedIn) return ['480 Authentication required for command']
    const there = [...this.#articles.values()].filter(({ number }) => number > 0).sort((a, b) => a.number - b.number)
    switch (command) {
      case 'LIST':
        return [
          '215 Newsgroups in form "group high low status"',
          ...(args[1] === group ? [`${group} ${this.#high} 1 ${this.moderated ? 'm' : 'y'}`] : []),
          '.',
        ]
      case 'GROUP':
        return what === group ? [`211 ${there.length} 1 ${this.#high} ${group}`] : [`411 No such group ${what}`]
      case 'OVER': {
        if (!selected) return ['412 Not in a newsgroup']
        const [from = 0, to = 0] = what.split('-').map(Number)
        const rows = there.filter(({ number }) => number >= from && number <= to)
        if (rows.length === 0) return [`423 No articles in ${what}`]
        return [`224 Overview information for ${what} follows`, ...rows.map(overviewOf), '.']
      }
      case 'STAT':
      case 'HEAD':
      case 'ARTICLE': {
        const one = there.find(({ number, messageId }) => String(number) === what || `<${messageId}>` === what)
        if (one === undefined) return [what.startsWith('<') ? '430 No such article' : '423 No such article number']
        const code = { STAT: 223, HEAD: 221, ARTICLE: 220 }[command]
        const block =
          command === 'STAT'
            ? []
            : [...one.head.split('\r\n'), ...(command === 'HEAD' ? [] : ['', ...one.body.split('\r\n')])]
        return [
          `${code} ${one.number} <${one.messageId}> article`,
          ...block.map((line) => (line.startsWith('.') ? `.${line}` : line)),
          ...(command === 'STAT' ? [] : ['.']),
        ]
      }
      default:
        this.violation(`${command}: there is no such command`)
        return ['500 What?']
    }
  }

  /** False where the connection is over. */
  async #post(peer: Peer, signedIn: boolean): Promise<boolean> {
    if (!signedIn) {
      peer.say('480 Posting not allowed')
      return true
    }
    if (this.pendingFaults().some(({ kind, skip = 0 }) => kind === 'expired' && skip === 0)) {
      const { entry } = this.met('POST', 'publish')
      entry.answered = 480
      this.expireToken()
      peer.say('480 Authentication required for command')
      return true
    }
    peer.say(`340 Ok, recommended Message-ID <${++this.#serial}@${host}>`)
    const lines: string[] = []
    for (;;) {
      const line = await peer.line()
      if (line === undefined) return false
      if (line === '.') break
      if (Buffer.byteLength(line) > 998) this.violation('POST: a line of more than 998 octets')
      lines.push(line.startsWith('.') ? line.slice(1) : line)
    }
    const split = lines.indexOf('')
    const head = lines.slice(0, split).join('\r\n')
    const body = lines.slice(split + 1).join('\r\n')
    const references = idsIn(headerOf(head, 'references') ?? '')
    const { entry, fault } = this.met('POST', references.length === 0 ? 'publish' : 'act')
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    if (fault?.kind === 'dropped') {
      peer.socket.destroy()
      return false
    }
    const instead =
      fault?.kind === 'limited'
        ? '441 Posting failed: too many articles, retry later'
        : fault?.kind === 'server_error'
          ? '403 Internal fault'
          : fault?.kind === 'refused'
            ? fault.reason === 'permission'
              ? '440 Posting not permitted'
              : '441 437 Unwanted content'
            : undefined
    const answer = instead ?? (await this.#take(head, body, references))
    if (fault?.kind === 'lost') {
      if (fault.how === 'cut') peer.socket.destroy()
      else await peer.line()
      return false
    }
    entry.answered = Number(answer.slice(0, 3))
    peer.say(answer)
    return true
  }

  async #take(head: string, body: string, references: readonly string[]): Promise<string> {
    if (/[^\x20-\x7e\r\n\t]/.test(head)) this.violation('POST: a header that is not ASCII')
    for (const name of ['date', 'message-id', 'content-type'])
      if (headerOf(head, name) === undefined) this.violation(`POST without ${name}`)
    for (const word of head.match(/=\?\S*\?=/g) ?? [])
      if (word.length > 75) this.violation('POST: an encoded word of more than 75 characters')
    const missing = required.find((name) => headerOf(head, name) === undefined)
    if (missing !== undefined) return `441 Missing required ${missing} header field`
    if (headerOf(head, 'newsgroups') !== group) return `441 No valid newsgroups in "${headerOf(head, 'newsgroups')}"`
    const [messageId] = idsIn(headerOf(head, 'message-id') ?? '')
    if (messageId === undefined || !/^[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+$/.test(messageId))
      return '441 Can’t parse Message-ID header field body'
    if (this.#articles.has(messageId)) return '441 435 Duplicate'
    if (this.moderated) return '240 Article received (mailed to moderator)'
    const { text = '' } = await PostalMime.parse(Buffer.from(`${head}\r\n\r\n${body}\r\n`))
    this.#store(messageId, head, body, references)
    const said = text.replace(/\n$/, '')
    const answered = references.at(-1)
    if (answered === undefined) {
      this.posts.set(messageId, {
        externalId: messageId,
        text: said,
        at: this.now(),
        media: [],
        counters: {},
        extra: {},
      })
      this.keep()
    } else this.#answers.push({ to: answered, text: said })
    return `240 Article received <${messageId}>`
  }

  /** An article as a hostile server hands it out: parts within parts without end. */
  unreadable(messageId: string, references: readonly string[]): void {
    const parts = Array.from(
      { length: 258 },
      (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}`,
    )
    const [first = '', ...rest] = parts
    const [type = '', body = ''] = first.split('\r\n\r\n')
    const head = `From: x@x.example\r\nSubject: x\r\nMessage-ID: <${messageId}>\r\n${type}`
    this.#store(messageId, head, `${body}\r\n${rest.join('\r\n')}`, references)
  }

  #store(messageId: string, head: string, body: string, references: readonly string[]): void {
    this.#high += 1
    this.#articles.set(messageId, {
      number: this.#high,
      messageId,
      head: `Path: ${host}!not-for-mail\r\n${head}`,
      body,
      references,
    })
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const at = options.at ?? this.now()
    const messageId = `by-hand-${++this.#serial}@boulangerie.example`
    this.#storeByHand(messageId, text, at)
    const post: SimulatedPost = { externalId: messageId, text, at, media: [], counters: {}, extra: {} }
    this.posts.set(messageId, post)
    return post
  }

  #storeByHand(messageId: string, text: string, at: number): void {
    const head = headOf({ from: `La boulangerie <${us}>`, subject: 'Bonjour', messageId, at, references: [] })
    this.#store(messageId, head, text.replace(/\n/g, '\r\n'), [])
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    return this.#injected(text, by, [onExternalId])
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    return this.#injected(text, by, [])
  }

  directMessage(): Promise<Injected> {
    return Promise.reject(new Error('Usenet has no messages.'))
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#answers.filter(({ to }) => to === externalId).map(({ text }) => text)
  }

  #injected(text: string, by: Person, references: readonly string[]): Injected {
    const messageId = `${++this.#serial}.${this.now()}@lecteurs.example`
    const name = `=?utf-8?Q?${[...Buffer.from(by.name)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')}?=`
    const head = headOf({ from: `${name} <${by.handle}>`, subject: 'Question', messageId, at: this.now(), references })
    this.#store(messageId, head, `${text.replace(/\n/g, '\r\n')}\r\n-- \r\nLéa`, references)
    return { externalId: messageId }
  }
}

const headOf = (one: { from: string; subject: string; messageId: string; at: number; references: readonly string[] }) =>
  [
    `From: ${one.from}`,
    `Newsgroups: ${group}`,
    `Subject: ${one.subject}`,
    `Date: ${new Date(one.at).toUTCString()}`,
    `Message-ID: <${one.messageId}>`,
    ...(one.references.length === 0 ? [] : [`References: ${one.references.map((id) => `<${id}>`).join(' ')}`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ].join('\r\n')

const unfolded = (head: string) => head.replace(/\r\n[ \t]+/g, ' ')

const headerOf = (head: string, name: string): string | undefined =>
  unfolded(head)
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim()

const idsIn = (text: string) => Array.from(text.matchAll(/<([^<>\s]+)>/g), ([, id]) => id ?? '')

const overviewOf = (one: Stored): string =>
  [
    one.number,
    headerOf(one.head, 'subject'),
    headerOf(one.head, 'from'),
    headerOf(one.head, 'date'),
    `<${one.messageId}>`,
    one.references.map((id) => `<${id}>`).join(' '),
    one.body.length,
    one.body.split('\r\n').length,
    `Xref: ${host} ${group}:${one.number}`,
  ].join('\t')
