/** One conversation with a news server: lines out, replies in (RFC 3977 §3). */

import type { Socket } from 'node:net'
import type { Message } from '../../i18n/index.ts'
import { messageOf } from '../../kernel/errors.ts'
import { HttpFailure } from '../http/index.ts'
import type { NetworkTools } from '../network.ts'
import { networkTexts } from '../texts.ts'
import type { Server } from './account.ts'
import { usenetTexts } from './texts.ts'

export interface Reply {
  readonly code: number
  /** The whole line, code included, as people should see it. */
  readonly line: string
}

const replyTimeoutMs = 20_000
/** Of one block of lines. */
const maxBytes = 5 * 1024 * 1024

type Tools = Pick<NetworkTools, 'dial' | 'clock' | 'signal'>

export class Wire {
  readonly #tools: Tools
  readonly #server: Server
  #socket: Socket
  #buffer = Buffer.alloc(0)
  #ended: HttpFailure | undefined
  #wake: () => void = () => {}
  /** Whether a byte of an article can have left: only then is a lost answer a doubt. */
  #sent = false

  private constructor(tools: Tools, server: Server, socket: Socket) {
    this.#tools = tools
    this.#server = server
    this.#socket = socket
    this.#listen()
  }

  /** Connects and reads the greeting. Throws {@link HttpFailure}. */
  static async open(tools: Tools, server: Server): Promise<{ readonly wire: Wire; readonly greeting: Reply }> {
    const { host, port, security } = server
    const begun = tools.clock.now()
    const url = `${security === 'tls' ? 'nntps' : 'nntp'}://${host}:${port}`
    try {
      const socket = await tools.dial.open({ host, port, tls: security === 'tls', signal: tools.signal })
      const wire = new Wire(tools, server, socket)
      try {
        const greeting = await wire.reply()
        tools.dial.note({ url, method: 'CONNECT', begun, status: greeting.code, answer: greeting.line })
        return { wire, greeting }
      } catch (error) {
        wire.close()
        throw error
      }
    } catch (error) {
      tools.dial.note({ url, method: 'CONNECT', begun, error })
      throw error
    }
  }

  /** Sends one command and reads its reply. `shown` stands for it in the evidence where it holds a secret. */
  async command(line: string, shown: string = line): Promise<Reply> {
    return this.#noted(shown, async () => {
      this.#write(Buffer.from(`${line}\r\n`))
      return this.reply()
    })
  }

  /** Sends an article after its 340. From here on a lost answer is a doubt. */
  async article(bytes: Buffer): Promise<Reply> {
    return this.#noted('(article)', async () => {
      this.#sent = true
      this.#write(bytes)
      const reply = await this.reply()
      this.#sent = false
      return reply
    })
  }

  /** The block of lines after a reply that announces one, dots unstuffed (RFC 3977 §3.1.1). */
  async block(): Promise<Buffer> {
    const lines: Buffer[] = []
    let length = 0
    for (;;) {
      const line = await this.#line()
      if (line.length === 1 && line[0] === dot) return Buffer.concat(lines)
      lines.push(line[0] === dot ? line.subarray(1) : line, lineEnd)
      length += line.length
      if (length > maxBytes) throw this.#fail('too_large', usenetTexts.articleTooLarge({ host: this.#server.host }))
    }
  }

  async reply(): Promise<Reply> {
    const line = (await this.#line()).toString('utf8')
    const code = /^(\d{3})(?: |$)/.exec(line)?.[1]
    if (code === undefined)
      throw this.#fail('reset', networkTexts.notThisNetwork({ host: this.#server.host, network: 'Usenet' }))
    return { code: Number(code), line }
  }

  /** STARTTLS (RFC 4642). Anything that was sent before the handshake is dropped: it could be somebody else's. */
  async secure(): Promise<void> {
    this.#socket.removeAllListeners()
    this.#buffer = Buffer.alloc(0)
    this.#socket = await this.#tools.dial.secure(this.#socket, this.#server.host)
    this.#listen()
  }

  /** Whether a password may travel here: over TLS, or to a machine of one's own. */
  get private(): boolean {
    return this.#server.security !== 'none' || this.#tools.dial.isOwn(this.#socket.remoteAddress ?? '')
  }

  close(): void {
    this.#tools.signal.removeEventListener('abort', this.#abort)
    if (this.#ended === undefined) this.#socket.end('QUIT\r\n')
    this.#socket.destroySoon()
  }

  readonly #abort = () => this.#end('aborted', usenetTexts.gaveUp())

  #listen(): void {
    const { host } = this.#server
    this.#socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk])
      this.#wake()
    })
    this.#socket.on('error', (error) =>
      this.#end('reset', usenetTexts.connectionCut({ host, words: messageOf(error) })),
    )
    this.#socket.on('close', () => this.#end('reset', usenetTexts.connectionClosed({ host })))
    this.#tools.signal.removeEventListener('abort', this.#abort)
    this.#tools.signal.addEventListener('abort', this.#abort, { once: true })
    if (this.#tools.signal.aborted) this.#abort()
  }

  #end(code: HttpFailure['code'], message: Message): void {
    this.#ended ??= new HttpFailure(code, this.#sent, message)
    this.#socket.destroy()
    this.#wake()
  }

  #fail(code: HttpFailure['code'], message: Message): HttpFailure {
    this.#end(code, message)
    return new HttpFailure(code, this.#sent, message)
  }

  #write(bytes: Buffer): void {
    if (this.#ended !== undefined) throw new HttpFailure(this.#ended.code, false, this.#ended.text)
    this.#socket.write(bytes)
  }

  /** One line without its end. */
  async #line(): Promise<Buffer> {
    const timer = new AbortController()
    this.#tools.clock.sleep(replyTimeoutMs, timer.signal).then(
      () =>
        this.#end('timeout', usenetTexts.noAnswerWithin({ host: this.#server.host, seconds: replyTimeoutMs / 1000 })),
      () => {},
    )
    try {
      for (;;) {
        const end = this.#buffer.indexOf('\n')
        if (end >= 0) {
          const line = this.#buffer.subarray(0, this.#buffer[end - 1] === carriageReturn ? end - 1 : end)
          this.#buffer = this.#buffer.subarray(end + 1)
          return line
        }
        if (this.#ended !== undefined) throw new HttpFailure(this.#ended.code, this.#sent, this.#ended.text)
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      timer.abort()
    }
  }

  async #noted(shown: string, work: () => Promise<Reply>): Promise<Reply> {
    const { dial, clock } = this.#tools
    const begun = clock.now()
    const entry = { url: `nntp://${this.#server.host}`, method: shown.slice(0, 100), begun }
    try {
      const reply = await work()
      dial.note({ ...entry, status: reply.code, answer: reply.line })
      return reply
    } catch (error) {
      dial.note({ ...entry, error })
      throw error
    }
  }
}

const dot = 0x2e
const carriageReturn = 0x0d
const lineEnd = Buffer.from('\r\n')
