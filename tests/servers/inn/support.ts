/** INN in a folder of its own: nothing of the machine's own news server, if it has one, is touched. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const bin = '/usr/lib/news/bin'

export interface NewsServer {
  readonly port: number
  readonly user: string
  readonly password: string
  stop(): Promise<void>
}

/** Installs Debian's `inn2` where it is missing: the programs are what is needed, not the server its package sets up. */
function install(): void {
  if (existsSync(join(bin, 'innd'))) return
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'inherit' })
  run('apt-get', 'update', '-qq')
  const { status } = run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'inn2')
  if (status !== 0 && existsSync(conf)) {
    // Its configuration fails on a machine without a domain, which would leave apt in the middle of something.
    run('sed', '-i', '-E', 's/^#?domain:.*/domain: localdomain/; s/^#?bindaddress:.*/bindaddress: 127.0.0.1/', conf)
    run('dpkg', '--configure', 'inn2')
  }
  if (!existsSync(join(bin, 'innd')))
    throw new Error('INN is not here and could not be installed. As root: apt-get install inn2')
}

const conf = '/etc/news/inn.conf'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })

export async function startServer(): Promise<NewsServer> {
  install()
  const port = await freePort()
  const root = mkdtempSync(join(tmpdir(), 'parvis-inn-'))
  const at = (...parts: string[]) => join(root, ...parts)
  for (const folder of ['etc', 'db', 'run', 'log', 'tmp', 'spool/articles', 'spool/overview', 'spool/incoming'])
    mkdirSync(at(folder), { recursive: true })
  // As root it runs as Debian's user for news, as it would anywhere.
  const asRoot = process.getuid?.() === 0
  const user = asRoot ? 'news' : (process.env['USER'] ?? 'nobody')
  const settings = {
    domain: 'news.example',
    pathhost: 'news.example',
    fromhost: 'news.example',
    mta: '/bin/true',
    mailcmd: '/bin/true',
    ovmethod: 'tradindexed',
    hismethod: 'hisv6',
    enableoverview: 'true',
    bindaddress: '127.0.0.1',
    bindaddress6: 'none',
    port,
    nnrpdpostport: port,
    runasuser: user,
    runasgroup: user,
    pathnews: '/usr/lib/news',
    pathetc: at('etc'),
    pathdb: at('db'),
    pathrun: at('run'),
    pathlog: at('log'),
    pathtmp: at('tmp'),
    pathspool: at('spool'),
    patharticles: at('spool/articles'),
    pathoverview: at('spool/overview'),
  }
  const write = (path: string, text: string) => writeFileSync(at(path), text)
  write(
    'etc/inn.conf',
    Object.entries(settings)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  )
  write('etc/storage.conf', 'method tradspool {\n    newsgroups: *\n    class: 0\n}\n')
  write('etc/newsfeeds', 'ME:!*/!local::\n')
  write('etc/incoming.conf', 'peer ME {\n  hostname: "127.0.0.1"\n}\n')
  write('etc/expire.ctl', '/remember/:11\n*:A:1:90:never\n')
  write('etc/control.ctl', 'all:*:*:drop\n')
  write('etc/moderators', '*:moderator@news.example\n')
  write(
    'etc/readers.conf',
    `auth "all" {\n hosts: "*"\n auth: "ckpasswd -f ${at('etc/passwd')}"\n default: "<anonymous>"\n}\n` +
      'access "anonymous" {\n users: "<anonymous>"\n newsgroups: "*"\n access: R\n}\n' +
      'access "known" {\n users: "boulangerie*"\n newsgroups: "*"\n access: RPA\n}\n',
  )
  const password = 'only-for-this-test'
  const crypted = spawnSync('perl', ['-e', 'print crypt($ARGV[0], "ab")', password], { encoding: 'utf8' }).stdout
  write('etc/passwd', `boulangerie:${crypted}\n`)
  cpSync('/etc/news/filter', at('etc/filter'), { recursive: true })
  const groups = ['control n', 'control.cancel n', 'junk n', 'fr.test y', 'fr.moderated m']
  write(
    'db/active',
    groups
      .map((line) => line.replace(' ', ' 0000000000 0000000001 '))
      .join('\n')
      .concat('\n'),
  )
  write('db/newsgroups', '')
  write('db/active.times', '')
  if (asRoot) spawnSync('chown', ['-R', 'news:news', root])
  chmodSync(root, 0o755)

  const env = { ...process.env, INNCONF: at('etc/inn.conf') }
  const run = (program: string, ...args: string[]): [string, string[]] =>
    asRoot
      ? ['setpriv', ['--reuid=news', '--regid=news', '--clear-groups', join(bin, program), ...args]]
      : [join(bin, program), args]
  for (const [program, ...args] of [['makehistory'], ['makedbz', '-i', '-o', '-s', '30000']] as const)
    spawnSync(...run(program, ...args), { env, cwd: at('db') })
  const child = spawn(...run('innd', '-f', '-P', String(port)), { env, stdio: 'inherit' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await answers(port, child)
  return {
    port,
    user: 'boulangerie',
    password,
    stop: async () => {
      child.kill('SIGTERM')
      // innd leaves its loop with the next event: a connection is one
      connect(port, '127.0.0.1').on('error', () => {})
      const late = setTimeout(() => child.kill('SIGKILL'), 3_000)
      await ended
      clearTimeout(late)
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function answers(port: number, child: { readonly exitCode: number | null }): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`INN ended with ${child.exitCode} before it was ready.`)
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('data', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('INN did not answer within ten seconds.')
}
