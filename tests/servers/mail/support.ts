/** Dovecot in a folder of its own, on loopback: nothing of the machine's own mail, if it has any, is touched. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const dovecot = '/usr/sbin/dovecot'

export interface Mailbox {
  readonly port: number
  readonly user: string
  readonly password: string
  /** A letter arrives, as its sender wrote it. */
  deliver(source: string): void
  /** As after a restore from a backup: every letter gets another number. */
  renumber(): void
  stop(): Promise<void>
}

function install(): void {
  if (existsSync(dovecot)) return
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'inherit' })
  run('apt-get', 'update', '-qq')
  run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'dovecot-imapd')
  if (!existsSync(dovecot))
    throw new Error('Dovecot is not here and could not be installed. As root: apt-get install dovecot-imapd')
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })

export async function startMailbox(): Promise<Mailbox> {
  install()
  const port = await freePort()
  const root = mkdtempSync(join(tmpdir(), 'parvis-mail-'))
  const at = (...parts: string[]) => join(root, ...parts)
  // As root, the mailbox still belongs to somebody: Dovecot serves none of root's.
  const asRoot = process.getuid?.() === 0
  const owner = asRoot ? 'nobody' : userInfo().username
  const group = asRoot ? 'nogroup' : spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()
  const mail = () => {
    for (const folder of ['new', 'cur', 'tmp']) mkdirSync(at('mail', folder), { recursive: true })
    if (asRoot) spawnSync('chown', ['-R', `${owner}:${group}`, at('mail')])
  }
  mail()
  mkdirSync(at('run'), { recursive: true })
  const password = 'only-for-this-test'
  writeFileSync(at('users'), `contact:{PLAIN}${password}\n`)
  const internal = asRoot ? 'dovecot' : owner
  const login = asRoot ? 'dovenull' : owner
  writeFileSync(
    at('dovecot.conf'),
    `
base_dir = ${at('run')}
state_dir = ${at('run')}
log_path = ${at('log')}
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = ${internal}
default_internal_group = ${asRoot ? 'dovecot' : group}
default_login_user = ${login}
first_valid_uid = 1
mail_location = maildir:${at('mail')}
passdb {
  driver = passwd-file
  args = ${at('users')}
}
userdb {
  driver = static
  args = uid=${owner} gid=${group} home=${at('mail')}
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
`,
  )
  chmodSync(root, 0o755)
  const child = spawn(dovecot, ['-F', '-c', at('dovecot.conf')], { stdio: 'inherit' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await answers(port)
  let serial = 0
  return {
    port,
    user: 'contact',
    password,
    deliver(source) {
      const name = `${Math.floor(Date.now() / 1000)}.M${++serial}P${process.pid}.test`
      const path = at('mail', 'new', name)
      writeFileSync(path, source.replace(/\r?\n/g, '\n'))
      if (asRoot) spawnSync('chown', [`${owner}:${group}`, path])
    },
    renumber() {
      for (const file of [
        'dovecot-uidlist',
        'dovecot.index',
        'dovecot.index.log',
        'dovecot.index.cache',
        'dovecot-uidvalidity',
      ])
        rmSync(at('mail', file), { force: true })
    },
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(late)
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
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
  throw new Error('Dovecot did not answer within ten seconds.')
}
