/** The first workspace and its owner's key, made once and kept in `stage.json` for scripts. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { writeWhole } from './files.ts'

const stored = z.object({ url: z.string(), apiKey: z.string(), workspaceId: z.string() })
const made = stored.omit({ url: true })

export interface First {
  readonly apiKey: string
  readonly workspaceId: string
  /** Whether this start made them: the key is shown in full once. */
  readonly isNew: boolean
}

/**
 * Finds or makes them; `stage.json` then holds this start's address. Made in a process of its own, since the SDK would
 * stay in this one's memory for good.
 */
export async function bootstrap(
  home: string,
  url: string,
  environment: Readonly<Record<string, string>>,
): Promise<First> {
  const path = join(home, 'stage.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  const before = text === undefined ? undefined : stored.parse(JSON.parse(text))
  // only who may write the home can ask for it
  const recovery = join(home, recoveryFile)
  const recovers = before !== undefined && existsSync(recovery)
  const first =
    before === undefined
      ? await makeWorkspace(environment, habits())
      : recovers
        ? await makeWorkspace(environment, { recover: before.workspaceId })
        : before
  const { apiKey, workspaceId } = first
  await writeWhole(path, `${JSON.stringify({ url, apiKey, workspaceId }, null, 2)}\n`)
  if (recovers) await rm(recovery)
  return { apiKey, workspaceId, isNew: before === undefined || recovers }
}

/** Where it lies in the home, the next start makes a new key that may do everything. */
export const recoveryFile = 'recover-key'

interface Wanted {
  /** The workspace that gets a new key. */
  readonly recover?: string
  readonly name?: string
  readonly zone?: string
  readonly language?: string
  readonly country?: string
}

export async function makeWorkspace(
  environment: Readonly<Record<string, string>>,
  wanted: Wanted,
): Promise<z.infer<typeof made>> {
  const script = join(import.meta.dirname, 'first-workspace.ts')
  const child = spawn(process.execPath, [script, JSON.stringify(wanted)], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let answer = ''
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The workspace could not be made:\n${said}`)
  return made.parse(JSON.parse(answer))
}

/** This machine's zone, language and country, where it has been told any: else the workspace's own defaults. */
function habits(): Wanted {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const [, language, country] = /^([a-z]{2,3})_([A-Z]{2})/.exec(process.env.LC_ALL || process.env.LANG || '') ?? []
  return {
    ...(timeZone.includes('/') && !timeZone.startsWith('Etc/') ? { zone: timeZone } : {}),
    ...(language === undefined || country === undefined ? {} : { language, country }),
  }
}
