/** A simulator of what speaks lines over TCP instead of HTTP (NNTP): state, faults and journal are those of any other. */
import { createServer, type Server, type Socket } from 'node:net'
import { type Act, type Fault, type JournalEntry, type Route, Simulator, type StartOptions } from './simulator.ts'

/** One peer: what it says comes line by line, without line ends. */
export interface Peer {
  readonly socket: Socket
  /** The next line; undefined once the peer is gone. */
  line(): Promise<string | undefined>
  say(line: string): void
}

export abstract class LineSimulator extends Simulator {
  protected abstract readonly scheme: string
  readonly #peers = new Set<Socket>()
  #listening: Server | undefined
  #port = 0

  /** A whole conversation, from the greeting on. */
  protected abstract converse(peer: Peer): Promise<void>

  protected override routes(): readonly Route[] {
    return []
  }

  override async start(options: StartOptions = {}): Promise<this> {
    this.file = options.file
    this.restore()
    const server = createServer((socket) => {
      this.#peers.add(socket)
      socket.on('close', () => this.#peers.delete(socket))
      socket.on('error', () => socket.destroy())
      this.converse(peerOf(socket)).then(
        () => socket.end(),
        (error: unknown) => {
          this.violation(`the simulator failed: ${String(error)}`)
          socket.destroy()
        },
      )
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port ?? 0, '127.0.0.1', resolve)
    })
    this.#listening = server
    const bound = server.address()
    this.#port = typeof bound === 'object' && bound !== null ? bound.port : 0
    return this
  }

  override async stop(): Promise<void> {
    for (const socket of this.#peers) socket.destroy()
    const server = this.#listening
    if (server === undefined) return
    this.#listening = undefined
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  override get url(): string {
    return `${this.scheme}://127.0.0.1:${this.#port}`
  }

  /** Writes a command down, and says what goes wrong with it. */
  protected met(method: string, act: Act): { readonly entry: JournalEntry; readonly fault: Fault | undefined } {
    const entry: JournalEntry = { method, path: '', act, answered: undefined }
    this.journal.push(entry)
    return { entry, fault: this.takeFault(act) }
  }
}

function peerOf(socket: Socket): Peer {
  let buffer = Buffer.alloc(0)
  let gone = false
  let wake: () => void = () => {}
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk])
    wake()
  })
  socket.on('close', () => {
    gone = true
    wake()
  })
  return {
    socket,
    async line() {
      for (;;) {
        const end = buffer.indexOf('\r\n')
        if (end >= 0) {
          const line = buffer.subarray(0, end).toString('utf8')
          buffer = buffer.subarray(end + 2)
          return line
        }
        if (gone) return undefined
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    say(line) {
      if (!socket.destroyed) socket.write(`${line}\r\n`)
    },
  }
}
