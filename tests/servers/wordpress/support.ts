/** WordPress as npm's package holds it, with its database, served by Debian's PHP. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const builds = join(import.meta.dirname, 'node_modules', '@wp-playground', 'wordpress-builds', 'src')

export interface WordPress {
  readonly url: string
  /** Application passwords by user name. */
  readonly passwords: Readonly<Record<'admin' | 'autrice' | 'stagiaire', string>>
  stop(): Promise<void>
}

const has = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' })

/** Installs Debian's PHP where it is missing. */
function install(): void {
  const modules = has('php', '-m').stdout ?? ''
  if (modules.includes('pdo_sqlite') && has('unzip', '-v').status === 0) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const packages = ['php-cli', 'php-sqlite3', 'unzip']
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'inherit' })
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, stdio: 'inherit' })
  if (!(has('php', '-m').stdout ?? '').includes('pdo_sqlite'))
    throw new Error(`PHP is not here and could not be installed. As root: apt-get install ${packages.join(' ')}`)
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })

function unzip(zip: string, into: string): void {
  const { status, stderr } = has('unzip', '-q', '-o', zip, '-d', into)
  if (status !== 0) throw new Error(`${zip} could not be unpacked: ${stderr}`)
}

export async function startServer(): Promise<WordPress> {
  install()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const root = mkdtempSync(join(tmpdir(), 'parvis-wordpress-'))
  unzip(join(builds, 'wordpress', 'wp-6.5.zip'), root)
  const plugins = join(root, 'wp-content', 'plugins')
  unzip(join(builds, 'sqlite-database-integration', 'sqlite-database-integration.zip'), plugins)
  const plugin = readdirSync(plugins).find((name) => name.startsWith('sqlite')) ?? ''
  const dropIn = readFileSync(join(plugins, plugin, 'db.copy'), 'utf8')
    .replaceAll('{SQLITE_IMPLEMENTATION_FOLDER_PATH}', join(plugins, plugin))
    .replaceAll('{SQLITE_PLUGIN}', `${plugin}/load.php`)
  writeFileSync(join(root, 'wp-content', 'db.php'), dropIn)
  const settings = {
    WP_HOME: url,
    WP_SITEURL: url,
    // application passwords work without TLS only here
    WP_ENVIRONMENT_TYPE: 'local',
    DB_DIR: join(root, 'wp-content', 'database/'),
    DB_FILE: '.ht.sqlite',
  }
  const lines = Object.entries(settings).map(([name, value]) => `define('${name}', '${value}');`)
  lines.push("define('DISABLE_WP_CRON', true);", "define('WP_HTTP_BLOCK_EXTERNAL', true);")
  const config = join(root, 'wp-config.php')
  writeFileSync(config, readFileSync(config, 'utf8').replace('/* Add any', `${lines.join('\n')}\n/* Add any`))
  // visitors of a test all come from one address, in a hurry
  mkdirSync(join(root, 'wp-content', 'mu-plugins'))
  const hurry = "<?php remove_filter('comment_flood_filter', 'wp_throttle_comment_flood', 10);"
  writeFileSync(join(root, 'wp-content', 'mu-plugins', 'hurry.php'), hurry)
  const passwords = people(root)
  const env = { ...process.env, PHP_CLI_SERVER_WORKERS: '2' }
  const child = spawn('php', ['-S', `127.0.0.1:${port}`, '-t', root], { env, stdio: 'ignore', detached: true })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    // with its workers, which are a group of their own
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    await ended
    rmSync(root, { recursive: true, force: true })
  }
  try {
    await answers(url, child)
    return { url, passwords, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** An administrator, who was there, an author and a contributor, each with an application password. */
function people(root: string): WordPress['passwords'] {
  const script = join(root, 'people.php')
  writeFileSync(
    script,
    `<?php require '${root}/wp-load.php';
wp_insert_user(['user_login' => 'autrice', 'user_pass' => 'x', 'user_email' => 'a@example.com', 'role' => 'author']);
wp_insert_user(['user_login' => 'stagiaire', 'user_pass' => 'x', 'user_email' => 's@example.com', 'role' => 'contributor']);
foreach (['admin', 'autrice', 'stagiaire'] as $name)
  $made[$name] = WP_Application_Passwords::create_new_application_password(get_user_by('login', $name)->ID, ['name' => 'parvis'])[0];
echo json_encode($made);`,
  )
  const { stdout, stderr } = has('php', script)
  rmSync(script)
  const json = stdout.slice(stdout.lastIndexOf('{'))
  if (!existsSync(join(root, 'wp-content', 'database', '.ht.sqlite')) || json === '')
    throw new Error(`WordPress could not be prepared: ${stdout.slice(-500)} ${stderr}`)
  return JSON.parse(json) as WordPress['passwords']
}

async function answers(url: string, child: { readonly exitCode: number | null }): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`PHP ended with ${child.exitCode} before it was ready.`)
    const answer = await fetch(`${url}/?rest_route=/`).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('WordPress did not answer within ten seconds.')
}
