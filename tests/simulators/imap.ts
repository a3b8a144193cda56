/** A mailbox of one folder, as much of IMAP4rev1 (RFC 3501) as reading takes. */
import { createServer, type Server, type Socket } from 'node:net'

interface Letter {
  readonly uid: number
  readonly at: number
  readonly source: Buffer
}

/** What goes wrong with a command, as the simulator of the network decided. */
export type ImapFault = 'failed' | 'drop' | undefined

export class ImapServer {
  readonly letters: Letter[] = []
  uidValidity = 1_700_000_000
  #uidNext = 1
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  port = 0
  readonly #password: () => string
  readonly #met: (command: string) => ImapFault
  readonly #violation: (message: string) => void

  constructor(parts: {
    password(): string
    met(command: string): ImapFault
    violation(message: string): void
  }) {
    this.#password = parts.password
    this.#met = parts.met
    this.#violation = parts.violation
  }

  add(source: string | Buffer, at: number): number {
    const uid = this.#uidNext++
    this.letters.push({ uid, at, source: Buffer.from(source) })
    return uid
  }

  /** As after a restore from a backup: every letter gets another number. */
  renumber(): void {
    this.uidValidity += 1
    const letters = this.letters.splice(0)
    this.#uidNext = 1
    for (const { source, at } of letters) this.add(source, at)
  }

  async start(port = 0): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      this.#serve(socket)
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const bound = server.address()
    this.port = typeof bound === 'object' && bound !== null ? bound.port : 0
    this.#server = server
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => (this.#server === undefined ? resolve(undefined) : this.#server.close(resolve)))
    this.#server = undefined
  }

  #serve(socket: Socket): void {
    let buffer = ''
    let signedIn = false
    socket.write('* OK [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n')
    socket.on('data', (data) => {
      buffer += data.toString('latin1')
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        let line = buffer.slice(0, end)
        let after = end + 2
        // literals that do not wait: `{12+}`
        for (let literal = /\{(\d+)\+\}$/.exec(line); literal !== null; literal = /\{(\d+)\+\}$/.exec(line)) {
          const length = Number(literal[1])
          const next = buffer.indexOf('\r\n', after + length)
          if (next < 0) return
          line = `${line.slice(0, literal.index)}${JSON.stringify(buffer.slice(after, after + length))}${buffer.slice(after + length, next)}`
          after = next + 2
        }
        buffer = buffer.slice(after)
        const [tag = '', ...rest] = line.split(' ')
        const command =
          (rest[0] ?? '').toUpperCase() === 'UID' ? `UID ${rest[1]?.toUpperCase()}` : (rest[0] ?? '').toUpperCase()
        const fault = this.#met(command)
        if (fault === 'drop') return void socket.destroy()
        if (fault === 'failed') {
          socket.write(`${tag} NO [UNAVAILABLE] Temporary failure\r\n`)
          continue
        }
        signedIn = this.#answer(socket, tag, command, line, signedIn)
      }
    })
  }

  #answer(socket: Socket, tag: string, command: string, line: string, signedIn: boolean): boolean {
    const say = (text: string) => socket.write(`${text}\r\n`)
    if (command === 'CAPABILITY') {
      say('* CAPABILITY IMAP4rev1 LITERAL+')
      say(`${tag} OK done`)
      return signedIn
    }
    if (command === 'LOGOUT') {
      say('* BYE')
      say(`${tag} OK done`)
      socket.end()
      return signedIn
    }
    if (command === 'NOOP') {
      say(`${tag} OK done`)
      return signedIn
    }
    if (command === 'LOGIN') {
      const words =
        line.match(/"(?:[^"\\]|\\.)*"|\S+/g)?.map((word) => word.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1')) ?? []
      const good = words[2] === 'contact' && words[3] === this.#password()
      say(good ? `${tag} OK signed in` : `${tag} NO [AUTHENTICATIONFAILED] Authentication failed.`)
      return good
    }
    if (!signedIn) {
      say(`${tag} BAD not signed in`)
      return false
    }
    this.#read(say, socket, tag, command, line)
    return true
  }

  #read(say: (text: string) => void, socket: Socket, tag: string, command: string, line: string): void {
    if (command === 'LIST' || command === 'LSUB') {
      say(`* ${command} () "/" INBOX`)
      say(`${tag} OK done`)
    } else if (command === 'EXAMINE' && !/INBOX/i.test(line)) {
      say(`${tag} NO [NONEXISTENT] Mailbox doesn't exist`)
    } else if (command === 'EXAMINE') {
      say('* FLAGS (\\Seen)')
      say(`* ${this.letters.length} EXISTS`)
      say('* 0 RECENT')
      say(`* OK [UIDVALIDITY ${this.uidValidity}] valid`)
      say(`* OK [UIDNEXT ${this.#uidNext}] next`)
      say(`${tag} OK [READ-ONLY] open`)
    } else if (command === 'UID SEARCH') {
      say(`* SEARCH ${this.#search(line).join(' ')}`.trim())
      say(`${tag} OK done`)
    } else if (command === 'UID FETCH') {
      const set = new Set((line.split(' ')[3] ?? '').split(',').flatMap(range))
      const most = Number(/BODY\.PEEK\[\]<0\.(\d+)>/i.exec(line)?.[1] ?? Number.POSITIVE_INFINITY)
      if (!/BODY\.PEEK/i.test(line)) this.#violation('UID FETCH that marks letters as read')
      this.letters.forEach((letter, i) => {
        if (!set.has(letter.uid)) return
        const body = letter.source.subarray(0, Math.min(most, letter.source.length))
        const part = Number.isFinite(most) ? 'BODY[]<0>' : 'BODY[]'
        socket.write(
          `* ${i + 1} FETCH (UID ${letter.uid} INTERNALDATE "${internalDate(letter.at)}" ${part} {${body.length}}\r\n`,
        )
        socket.write(body)
        say(')')
      })
      say(`${tag} OK done`)
    } else {
      this.#violation(`IMAP: there is no command ${command}`)
      say(`${tag} BAD what?`)
    }
  }

  #search(line: string): number[] {
    const uid = /UID (\d+):\*/i.exec(line)?.[1]
    if (uid !== undefined) {
      const found = this.letters.filter((letter) => letter.uid >= Number(uid)).map((letter) => letter.uid)
      const last = this.letters.at(-1)
      // RFC 3501 §6.4.8: `*` is the last letter, whatever stands before it
      return found.length === 0 && last !== undefined ? [last.uid] : found
    }
    const since = /SINCE (\d{1,2}-\w{3}-\d{4})/i.exec(line)?.[1]
    const from = Date.parse(`${since?.replace(/-/g, ' ')} UTC`)
    return this.letters.filter(({ at }) => Number.isNaN(from) || at >= from).map((letter) => letter.uid)
  }
}

const range = (text: string): number[] => {
  const [from = 0, to = from] = text.split(':').map(Number)
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
function internalDate(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
}
