/** The CDK app, synthesized in a process of its own, and once for as long as its sources stay the same. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const root = join(import.meta.dirname, '..')
const kept = join(root, 'node_modules/.cache/parvis')
const cdkJson = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()).default({}) })
const dayMs = 24 * 3_600_000

/** Set when the stage runs, not when it is synthesized: another port or folder needs no other template. */
const atRunTime = new Set([
  'PARVIS_HOME',
  'PARVIS_PUBLIC_URL',
  'PARVIS_MEDIA_URL',
  'PARVIS_ALLOW_PRIVATE_HOSTS',
  'PARVIS_SMTP_URL',
  'PARVIS_DYNAMODB_ENDPOINT',
])

/** The folder of the templates and assets, for as long as this process runs. Throws what the app said if it fails. */
export async function synthesize(): Promise<string> {
  const folder = await synthesized()
  const stillUsed = () => utimes(folder, new Date(), new Date()).catch(() => undefined)
  await stillUsed()
  setInterval(stillUsed, dayMs / 24).unref()
  await forget(folder)
  return folder
}

async function synthesized(): Promise<string> {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('PARVIS_') && !atRunTime.has(name))
  const folder = join(kept, await fingerprint(JSON.stringify(settings.toSorted())))
  if (await there(join(folder, 'manifest.json'))) return folder
  await mkdir(kept, { recursive: true })
  const fresh = `${folder}.${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  const { app, context } = cdkJson.parse(JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')))
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !atRunTime.has(name))),
    PARVIS_STAGE: 'local',
    CDK_OUTDIR: fresh,
    CDK_CONTEXT_JSON: JSON.stringify(context),
  }
  const file = app.split(' ').at(-1) ?? ''
  const child = spawn(process.execPath, [file], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`The CDK app (${file}) could not be synthesized:\n${said}`)
  if (said !== '') process.stderr.write(said)
  // Another stage may have been faster: the folder is the same then.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }))
  return folder
}

/** Of everything that ends up in templates and bundles. */
async function fingerprint(settings: string): Promise<string> {
  const hash = createHash('sha256').update(settings).update(process.version)
  const files = ['cdk.json', 'package-lock.json']
  for (const folder of ['infra', 'functions', 'shared', 'scripts', 'console']) {
    const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => [])
    for (const entry of found) if (entry.isFile()) files.push(join(entry.parentPath, entry.name).slice(root.length + 1))
  }
  const contents = await Promise.all(
    files.sort().map(async (file) => [file, await readFile(join(root, file))] as const),
  )
  for (const [file, bytes] of contents) hash.update(`\n${file}\n`).update(bytes)
  return hash.digest('hex').slice(0, 16)
}

/** What no stage has run from for a day. */
async function forget(current: string): Promise<void> {
  for (const name of await readdir(kept)) {
    const folder = join(kept, name)
    if (folder === current) continue
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }))
    if (mtimeMs < Date.now() - dayMs) await rm(folder, { recursive: true, force: true })
  }
}

const there = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
