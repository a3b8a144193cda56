/** The engines that are not ours: DynamoDB (dynoxide, a process beside) and SQS (fauxqs, in this one). */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { get, Server as HttpServer } from 'node:http'
import { createRequire } from 'node:module'
import { createServer, Server } from 'node:net'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startFauxqs } from 'fauxqs'
import { guard, newSecretPath } from './guard.ts'
import { region } from './place.ts'

export interface Running {
  readonly endpoint: string
  stop(): Promise<void>
}

const npxPackage = 'dynoxide@1.2.1'

/** The engine's command on this platform: its binary from our own dependencies, else through npx. */
function dynoxide(): readonly [string, readonly string[]] {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')
    return [join(dirname(manifest), 'dynoxide'), []]
  }
  return ['npx', ['--yes', npxPackage]]
}

/**
 * Waits for the engine and ends with it, with its status; beside that waits for the pipe from the stage to break, and
 * then ends the engine. A shell gives a command in the background /dev/null to read unless another input is named.
 */
const watch = `exec 3<&0
"$@" 3<&- >/dev/null &
engine=$!
{ cat; kill $engine; } <&3 >/dev/null 2>&1 &
wait $engine`

/**
 * DynamoDB and its streams over SQLite in one file. The engine ends with this process however that ends: a shell holds
 * it and a pipe from here, and ends it when the pipe breaks. In a process group of its own, so that a Ctrl-C meant
 * for the stage leaves it running until the stage has finished with it. `onDeath` is called with the reason if it ends
 * before it is stopped.
 */
export async function startDynamo(
  file: string,
  complain: (line: string) => void,
  onDeath: (reason: string) => void = complain,
): Promise<Running> {
  const port = await freePort()
  const [command, first] = dynoxide()
  const host = loopbackAddress()
  const args = [...first, '--host', host, '--port', String(port), '--db-path', file]
  const shell = process.platform !== 'win32'
  const child = shell
    ? spawn('/bin/sh', ['-c', watch, 'sh', command, ...args], { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
    : spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'], shell: true })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  let stopping = false
  let started = false
  const exited = once(child, 'exit').then(() => {
    if (started && !stopping) onDeath(`The DynamoDB engine ended. ${said}`.trim())
  })
  const endpoint = `http://${host}:${port}`
  // npx may have to fetch it first.
  if (!(await answers(endpoint, command === 'npx' ? 60_000 : 10_000)))
    throw new Error(
      `The DynamoDB engine (${command}) does not answer. ${said}\nAnother DynamoDB-compatible one can be named by PARVIS_DYNAMODB_ENDPOINT.`,
    )
  started = true
  indexStream(file, complain)
  return {
    endpoint,
    stop: async () => {
      stopping = true
      child.stdin.end()
      if (!shell) child.kill()
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 2_000).unref())])
    },
  }
}

/** An engine that somebody else runs. Throws an Error that names the setting if nothing answers there. */
export async function givenDynamo(endpoint: string): Promise<Running> {
  if (!(await answers(endpoint, 2_000)))
    throw new Error(
      `Nothing answers at ${endpoint}, the DynamoDB engine that PARVIS_DYNAMODB_ENDPOINT names. Start it, or unset the variable.`,
    )
  return { endpoint, stop: async () => {} }
}

/**
 * dynoxide keeps every record of a stream and reads all of them for each write, and for each look at what is new: after
 * fifty thousand writes that is 50 ms every time, and half a processor while nothing happens. With an index of what it
 * asks for it is half a millisecond, however many there are. Without it everything still works.
 */
function indexStream(file: string, complain: (line: string) => void): void {
  const position = 'table_name, CAST(sequence_number AS INTEGER), shard_id, sequence_number'
  try {
    const database = new DatabaseSync(file, { timeout: 5_000 })
    database.exec(`CREATE INDEX IF NOT EXISTS parvis_stream_position ON _stream_records (${position})`)
    database.close()
  } catch (error) {
    complain(`The DynamoDB engine will be slow after many writes: its stream could not be indexed (${error}).`)
  }
}

/** SQS over SQLite in a folder. The path of its endpoint is the credential: it answers nothing else. */
export async function startQueues(
  folder: string,
): Promise<Running & { readonly inFlight: (queue: string) => readonly string[] }> {
  const path = newSecretPath()
  const server = await withoutWaitingForTheDisk(() =>
    onLoopback(path, () => startFauxqs({ port: 0, logger: false, dataDir: folder, defaultRegion: region })),
  )
  return {
    endpoint: `http://127.0.0.1:${server.port}${path}`,
    stop: () => server.stop(),
    inFlight: (queue) => server.inspectQueue(queue)?.messages.inflight.map(({ receiptHandle }) => receiptHandle) ?? [],
  }
}

/**
 * fauxqs listens on every interface, answers anybody and has no setting for either: here it listens on loopback and
 * answers below a secret path.
 */
async function onLoopback<T>(path: string, start: () => Promise<T>): Promise<T> {
  const { listen } = Server.prototype
  Server.prototype.listen = new Proxy(listen, {
    apply: (target, server, [options, ...rest]) => {
      const isEngine = typeof options === 'object' && server instanceof HttpServer
      if (isEngine) guard(server, path)
      return Reflect.apply(target, server, [isEngine ? { ...options, host: '127.0.0.1' } : options, ...rest])
    },
  })
  try {
    return await start()
  } finally {
    Server.prototype.listen = listen
  }
}

/**
 * fauxqs has SQLite wait for the disk at every commit, in this process, which stands still meanwhile: three times a
 * message, 3 ms each and now and then 50. With `synchronous = NORMAL` a commit is in the log file all the same and
 * survives `kill -9`. A power cut may take the last moments of the queues with it, though not of the table: what was to
 * leave is found by the next tick, a delivery of a network is delivered again only if it was not acknowledged yet.
 * fauxqs has no setting for it.
 */
async function withoutWaitingForTheDisk<T>(start: () => Promise<T>): Promise<T> {
  const { exec } = DatabaseSync.prototype
  DatabaseSync.prototype.exec = new Proxy(exec, {
    apply: (target, database, [sql]) => {
      Reflect.apply(target, database, [sql])
      if (/journal_mode/.test(sql)) Reflect.apply(target, database, ['PRAGMA synchronous = NORMAL'])
    },
  })
  try {
    return await start()
  } finally {
    DatabaseSync.prototype.exec = exec
  }
}

/**
 * dynoxide checks no credentials, has no socket but TCP, and lets web pages of any origin ask it. At an address of its
 * own among the sixteen million of loopback no page finds it. macOS has only the first of them. Another user of the
 * machine can still read the address from the kernel's list: what is secret in the table is encrypted or hashed.
 */
function loopbackAddress(): string {
  return process.platform === 'darwin'
    ? '127.0.0.1'
    : `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`
}

async function answers(endpoint: string, ms: number): Promise<boolean> {
  const until = Date.now() + ms
  while (Date.now() < until) {
    const asking = get(endpoint, (response) => response.resume())
    const there = await once(asking, 'response').then(
      () => true,
      () => false,
    )
    if (there) return true
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  return false
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port is free.')
  return address.port
}
