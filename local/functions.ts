/**
 * Lambda on one machine: every function in a worker thread with its own environment, started at its first event, stopped
 * when it has been idle. One worker serves its function's events side by side: what waits for a network costs no memory.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'

export interface FunctionSettings {
  readonly name: string
  /** Where its bundle is. */
  readonly folder: string
  /** `file.export`, as in the template. */
  readonly handler: string
  readonly timeoutMs: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  /** How long its worker waits for the next event; the pool's own time if not given. */
  readonly idleMs?: number
}

export interface PoolSettings {
  /** Files of what the functions log. */
  readonly logs: string
  /** Written here: what runs inside a worker. */
  readonly script: string
  /** Lines of warnings and errors also go here. */
  readonly complain: (line: string) => void
  readonly idleMs?: number
  readonly maxWorkers?: number
}

/** What a function threw, or that it ran out of time or memory. */
export class FunctionError extends Error {
  readonly kind: 'threw' | 'timeout' | 'died'
  constructor(kind: FunctionError['kind'], message: string) {
    super(message)
    this.name = 'FunctionError'
    this.kind = kind
  }
}

const reply = z.object({ id: z.string(), result: z.unknown().optional(), error: z.string().optional() })
/** Of the memory of a worker, for what lives shortly: little, since there are many workers. */
const youngMb = 8
const maxLogBytes = 5 * 1024 * 1024

interface Call {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: FunctionError) => void
  readonly timer: NodeJS.Timeout
}

interface Thread {
  readonly worker: Worker
  readonly calls: Map<string, Call>
  idleSince: number
  /** Takes no more events: it ends with its last. */
  leaving: boolean
}

export class Functions {
  readonly #settings = new Map<string, FunctionSettings>()
  readonly #threads = new Map<string, Thread>()
  readonly #leaving = new Set<Thread>()
  readonly #waiting: (() => void)[] = []
  readonly #logs = new Map<string, Promise<LogFile>>()
  readonly #pool: Required<PoolSettings>
  readonly #sweep: NodeJS.Timeout
  #stopped = false

  constructor(settings: readonly FunctionSettings[], { idleMs = 30_000, maxWorkers = 16, ...pool }: PoolSettings) {
    for (const each of settings) this.#settings.set(each.name, each)
    this.#pool = { ...pool, idleMs, maxWorkers }
    // Its types stripped once: left to each worker, that would cost it 15 MB.
    const inside = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'worker.ts'), 'utf8'))
    writeFileSync(pool.script, inside)
    this.#sweep = setInterval(() => this.#stopIdle(Date.now()), Math.min(1_000, idleMs))
    this.#sweep.unref()
  }

  get running(): number {
    return this.#threads.size + this.#leaving.size
  }

  /** Calls a function and answers what it answered. Throws {@link FunctionError}. */
  async call(name: string, event: unknown): Promise<unknown> {
    const settings = this.#settings.get(name)
    if (settings === undefined) throw new Error(`There is no function ${name}.`)
    let thread = this.#take(settings)
    while (thread === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
      thread = this.#take(settings)
    }
    return this.#send(settings, thread, event)
  }

  #send(settings: FunctionSettings, thread: Thread, event: unknown): Promise<unknown> {
    const id = randomUUID()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timeOut(settings, thread, id), settings.timeoutMs)
      thread.calls.set(id, { resolve, reject, timer })
      thread.worker.postMessage({ id, event, deadline: Date.now() + settings.timeoutMs })
    })
  }

  /** Gives what runs this long to finish, then ends every worker. */
  async stop(graceMs = 0): Promise<void> {
    this.#stopped = true
    this.#roomMade()
    clearInterval(this.#sweep)
    const until = Date.now() + graceMs
    const busy = () => [...this.#threads.values()].some(({ calls }) => calls.size > 0)
    while (busy() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    await Promise.all([...this.#threads.values(), ...this.#leaving].map(({ worker }) => worker.terminate()))
    await Promise.all([...this.#logs.values()].map(async (log) => (await log).close()))
  }

  /** The worker of a function, started if there is room; else room is made, if anything is idle, and undefined answered. */
  #take(settings: FunctionSettings): Thread | undefined {
    if (this.#stopped) throw new FunctionError('died', 'The stage is being stopped.')
    const running = this.#threads.get(settings.name)
    if (running !== undefined) return running
    if (this.running < this.#pool.maxWorkers) return this.#start(settings)
    const [longestIdle] = [...this.#threads.entries()]
      .filter(([, { calls }]) => calls.size === 0)
      .sort(([, a], [, b]) => a.idleSince - b.idleSince)
    if (longestIdle !== undefined) this.#leave(...longestIdle)
    return undefined
  }

  #start(settings: FunctionSettings): Thread {
    const worker = new Worker(this.#pool.script, {
      name: settings.name,
      env: { ...settings.environment },
      workerData: {
        folder: settings.folder,
        handler: settings.handler,
        name: settings.name,
        memoryMb: settings.memoryMb,
      },
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb, maxYoungGenerationSizeMb: youngMb },
      stdout: true,
      stderr: true,
    })
    const thread: Thread = { worker, calls: new Map(), idleSince: Date.now(), leaving: false }
    let reason = 'The function ended before it answered.'
    worker.on('message', (message: unknown) => this.#answered(thread, reply.parse(message)))
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error)
      this.#log(settings.name, `${JSON.stringify({ level: 'error', message: 'the function died', reason })}\n`)
    })
    worker.on('exit', () => {
      if (this.#threads.get(settings.name) === thread) this.#threads.delete(settings.name)
      this.#leaving.delete(thread)
      for (const [id, call] of thread.calls)
        this.#settle(thread, id, () => call.reject(new FunctionError('died', reason)))
      this.#roomMade()
    })
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => this.#log(settings.name, text))
    }
    this.#threads.set(settings.name, thread)
    return thread
  }

  #answered(thread: Thread, { id, result, error }: z.infer<typeof reply>): void {
    const call = thread.calls.get(id)
    if (call === undefined) return
    this.#settle(thread, id, () =>
      error === undefined ? call.resolve(result) : call.reject(new FunctionError('threw', error)),
    )
  }

  #settle(thread: Thread, id: string, settle: () => void): void {
    clearTimeout(thread.calls.get(id)?.timer)
    thread.calls.delete(id)
    thread.idleSince = Date.now()
    if (thread.calls.size === 0) {
      if (thread.leaving) thread.worker.terminate()
      else this.#roomMade()
    }
    settle()
  }

  #roomMade(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** The worker takes no more events, and ends as soon as those beside the late one have answered. */
  #timeOut(settings: FunctionSettings, thread: Thread, id: string): void {
    const call = thread.calls.get(id)
    if (call === undefined) return
    this.#log(
      settings.name,
      `${JSON.stringify({ level: 'error', message: 'the function ran out of time', ms: settings.timeoutMs })}\n`,
    )
    if (!thread.leaving) this.#leave(settings.name, thread)
    this.#settle(thread, id, () =>
      call.reject(
        new FunctionError('timeout', `${settings.name} did not answer within ${settings.timeoutMs / 1000} s.`),
      ),
    )
  }

  #leave(name: string, thread: Thread): void {
    thread.leaving = true
    if (this.#threads.get(name) === thread) this.#threads.delete(name)
    this.#leaving.add(thread)
    if (thread.calls.size === 0) thread.worker.terminate()
  }

  #stopIdle(now: number): void {
    for (const [name, thread] of this.#threads) {
      const idleMs = this.#settings.get(name)?.idleMs ?? this.#pool.idleMs
      if (thread.calls.size === 0 && now - thread.idleSince >= idleMs) this.#leave(name, thread)
    }
  }

  #log(name: string, text: string): void {
    for (const line of text.split('\n'))
      if (line !== '' && !/^\{"level":"info"/.test(line) && !line.startsWith('{"_aws"'))
        this.#pool.complain(`${name}: ${line}`)
    const log = this.#logs.get(name) ?? LogFile.open(join(this.#pool.logs, `${name}.log`))
    this.#logs.set(name, log)
    log
      .then((file) => file.write(text))
      .catch((error: unknown) => this.#pool.complain(`The log of ${name} cannot be written: ${error}`))
  }
}

/** A file that keeps its last few megabytes: the part before them is in `<name>.1`. */
class LogFile {
  #bytes: number
  #handle: FileHandle
  #written: Promise<unknown> = Promise.resolve()
  readonly #path: string

  private constructor(path: string, handle: FileHandle, bytes: number) {
    this.#path = path
    this.#handle = handle
    this.#bytes = bytes
  }

  static async open(path: string): Promise<LogFile> {
    const handle = await open(path, 'a', 0o600)
    return new LogFile(path, handle, (await handle.stat()).size)
  }

  write(text: string): Promise<unknown> {
    this.#written = this.#written.then(async () => {
      if (this.#bytes > maxLogBytes) {
        await this.#handle.close()
        await rename(this.#path, `${this.#path}.1`)
        this.#handle = await open(this.#path, 'a', 0o600)
        this.#bytes = 0
      }
      this.#bytes += Buffer.byteLength(text)
      await this.#handle.appendFile(text)
    })
    return this.#written
  }

  async close(): Promise<void> {
    await this.#written.catch(() => undefined)
    await this.#handle.close()
  }
}
