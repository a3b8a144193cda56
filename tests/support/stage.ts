import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import type { Json } from './json.ts'

const root = join(import.meta.dirname, '../..')
const manifest = z.object({ scripts: z.object({ start: z.string() }) })
const stageFile = z.object({ url: z.string(), apiKey: z.string(), workspaceId: z.string() })

export interface StageStart {
  /** The data folder; a temporary one if not given, deleted by `stop()`. */
  readonly home?: string
  readonly env?: Readonly<Record<string, string>>
  readonly demo?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed if it is JSON, else the text. */
  readonly body: Json
}

/** The whole one-machine stage in a process of its own, as `npm start` runs it, on a free port. */
export interface RunningStage {
  readonly url: string
  readonly apiKey: string
  readonly workspaceId: string
  readonly home: string
  readonly pid: number
  /** Everything it printed since its last start. */
  output(): string
  /** A call with the first key; `headers` may replace it. A body that is no string or bytes is sent as JSON. */
  api(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Resolves once the process has ended; answers its exit code (null: killed). */
  kill(signal?: NodeJS.Signals): Promise<number | null>
  /** Resolves once the process has ended, whatever ends it; answers its exit code (null: killed). */
  ended(): Promise<number | null>
  /** On the same data, after whatever ended it; ends it by SIGTERM if it still runs. The port may be another. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function startStage({ home, env = {}, demo = false }: StageStart = {}): Promise<RunningStage> {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'parvis-')))
  let running = await launch(folder, env, demo)
  const kill = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const { child } = running
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return {
    get url() {
      return running.url
    },
    get apiKey() {
      return running.apiKey
    },
    get workspaceId() {
      return running.workspaceId
    },
    get pid() {
      return running.child.pid ?? 0
    },
    home: folder,
    output: () => running.output(),
    api: async (method, path, body, headers = {}) => {
      const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
      const response = await fetch(`${running.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${running.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
        redirect: 'manual',
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: json(text) }
    },
    kill,
    ended: async () => {
      const { child } = running
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      return child.exitCode
    },
    restart: async () => {
      await kill()
      running = await launch(folder, env, demo)
    },
    stop: async () => {
      await kill()
      if (home === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Starts the stage's process without waiting for anything: for what should not come up. */
export function spawnStage(home: string, env: Readonly<Record<string, string>> = {}, demo = false): ChildProcess {
  const [command = '', ...args] = manifest
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    .scripts.start.split(' ')
  return spawn(join(root, 'node_modules/.bin', command), [...args, ...(demo ? ['--demo'] : [])], {
    cwd: root,
    env: { ...process.env, PORT: '0', PARVIS_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function launch(home: string, env: Readonly<Record<string, string>>, demo: boolean) {
  const child = spawnStage(home, env, demo)
  let output = ''
  const said = (text: string) => {
    output += text
  }
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said(text)
      if (output.includes('Parvis is ready at')) resolve()
    })
    child.stderr?.setEncoding('utf8').on('data', said)
    child.once('exit', (code) => reject(new Error(`The stage ended (${code}) before it was ready:\n${output}`)))
  })
  await ready
  const { url, apiKey, workspaceId } = stageFile.parse(JSON.parse(await readFile(join(home, 'stage.json'), 'utf8')))
  return { child, url, apiKey, workspaceId, output: () => output }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
