import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort } from '../support/engine.ts'
import type { Json } from '../support/json.ts'
import { type RunningStage, spawnStage, startStage } from '../support/stage.ts'
import { temporaryFolder } from './support.ts'

async function ends(child: ChildProcess): Promise<{ code: number; said: string }> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  return { code, said }
}

/** Everything that listens below a process, by the kernel's own list: IPv4 addresses, or the kernel's hex of IPv6. */
function listening(pid: number): { readonly address: string; readonly port: number }[] {
  const family = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const below = new Set([pid])
  for (let grown = true; grown; ) {
    grown = false
    for (const [child = 0, parent = 0] of family)
      if (below.has(parent) && !below.has(child)) {
        below.add(child)
        grown = true
      }
  }
  const inodes = new Set(
    [...below].flatMap((each) => {
      const links = execFileSync('sh', ['-c', `ls -l /proc/${each}/fd 2>/dev/null || true`], { encoding: 'utf8' })
      return [...links.matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode)
    }),
  )
  const tables = execFileSync('sh', ['-c', 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true'], {
    encoding: 'utf8',
  }).split('\n')
  return tables.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    if (state !== '0A' || !inodes.has(inode)) return []
    const [hex = '', port = ''] = local.split(':')
    const address = hex.length === 8 ? [...Buffer.from(hex, 'hex')].toReversed().join('.') : hex
    return [{ address, port: Number.parseInt(port, 16) }]
  })
}

/** Of a process and of what it started. */
function childrenOf(pid: number): { readonly pid: number; readonly command: string }[] {
  const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .map(([, child, parent, command = '']) => ({ pid: Number(child), parent: Number(parent), command }))
  const below = (parent: number): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)])
  return below(pid)
}

it('ends with a message and 1 when its table engine is killed, and finds everything again', async () => {
  const stage = await startStage()
  try {
    expect((await stage.api('GET', '/health')).body).toMatchObject({ status: 'ok' })
    const made = await stage.api('POST', '/v1/channels', { network: 'feed', credentials: {} })
    expect(made.status).toBe(201)
    const engine = childrenOf(stage.pid).find(({ command }) => /^\S*dynoxide /.test(command))
    const ended = stage.ended()
    process.kill(engine?.pid ?? 0, 'SIGKILL')
    expect(await ended).toBe(1)
    expect(stage.output()).toContain('The DynamoDB engine ended.')
    await stage.restart()
    expect((await stage.api('GET', `/v1/channels/${made.body.id}`)).status).toBe(200)
  } finally {
    await stage.stop()
  }
}, 120_000)

describe('a stage', () => {
  let stage: RunningStage
  beforeAll(async () => {
    stage = await startStage()
  }, 120_000)
  afterAll(() => stage.stop())

  it('says where it is and what to try, and keeps the key for its owner alone', async () => {
    expect(stage.output()).toContain(`Parvis is ready at ${stage.url}`)
    expect(stage.output()).toContain(stage.apiKey)
    expect(stage.output()).toContain(`${stage.url}/docs`)
    expect((await stat(join(stage.home, 'stage.json'))).mode & 0o777).toBe(0o600)
    expect(await stage.api('GET', '/v1/workspace')).toMatchObject({ status: 200, body: { id: stage.workspaceId } })
  })

  it('prints three curl lines that work when pasted', async () => {
    const lines = stage
      .output()
      .split('\n')
      .filter((line) => /^ {2}(CHANNEL=|curl |sleep )/.test(line))
    expect(lines).toHaveLength(3)
    const [first = '', second = '', third = ''] = lines
    const said = execFileSync('sh', ['-c', `${first}\necho "channel $CHANNEL"\n${second}`], { encoding: 'utf8' })
    const [, id] = /channel (chan_[0-9A-Z]{26})/.exec(said) ?? []
    expect(id).toBeDefined()
    expect(said).toContain('"text":"Hello from Parvis"')
    await vi.waitFor(
      () =>
        expect(execFileSync('sh', ['-c', `CHANNEL=${id}\n${third}`], { encoding: 'utf8' })).toContain(
          'Hello from Parvis',
        ),
      { timeout: 20_000, interval: 250 },
    )
  })

  it('listens on loopback only', () => {
    const addresses = listening(stage.pid).map(({ address }) => address)
    expect(addresses.length).toBeGreaterThan(3)
    expect(addresses.filter((address) => !address.startsWith('127.'))).toEqual([])
  })

  it('answers nobody on loopback who has no credential of this start, beside the API itself', async () => {
    const asks = [
      ['application/x-amz-json-1.1', 'secretsmanager.GetSecretValue', '{"SecretId":"parvis/local/credentials"}'],
      ['application/x-amz-json-1.1', 'AWSEvents.PutEvents', '{"Entries":[]}'],
      ['application/x-amz-json-1.0', 'AmazonSQS.ListQueues', '{}'],
      ['application/x-amz-json-1.0', 'DynamoDB_20120810.ListTables', '{}'],
      ['application/x-www-form-urlencoded', '', 'Action=ListQueues'],
    ] as const
    const ports = listening(stage.pid)
    const [table] = ports.filter(({ address }) => address !== '127.0.0.1')
    expect(table).toBeDefined()
    const others = ports.filter(({ address, port }) => address === '127.0.0.1' && !stage.url.endsWith(`:${port}`))
    expect(others).toHaveLength(3)
    for (const { port } of [...others, { port: table?.port ?? 0 }])
      for (const [type, target, body] of asks) {
        const headers = { 'content-type': type, 'x-amz-target': target, authorization: 'Credential=local/' }
        const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body }).catch(
          () => undefined,
        )
        // Nothing listens at the first address of loopback where the table is.
        expect([target, port === table?.port ? answer : answer?.status]).toEqual([
          target,
          port === table?.port ? undefined : expect.toBeOneOf([403, 501]),
        ])
      }
  })

  it('takes an upload from anybody who was given its address, and shows it to the world', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const made = await stage.api('POST', '/v1/media', {
      filename: 'dot.png',
      mime: 'image/png',
      bytes: png.length,
      alt: 'a dot',
    })
    expect(made).toMatchObject({ status: 201 })
    const { url, headers } = made.body.upload
    expect((await fetch(url, { method: 'PUT', headers, body: png })).status).toBe(200)
    const done = await stage.api('POST', `/v1/media/${made.body.id ?? made.body.media.id}/complete`)
    expect(done.status).toBe(200)
    const shown = await fetch(done.body.url)
    expect(new URL(done.body.url).origin).toBe(stage.url)
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(png)
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(shown.headers.get('content-security-policy')).toContain('sandbox')
  })

  it('opens a telephone’s picture, and makes of it what can be shown', async () => {
    const heic = await readFile(join(import.meta.dirname, '../media/samples/telephone.heic'))
    const wanted = { filename: 'IMG_0001.HEIC', mime: 'image/heic', bytes: heic.length }
    const { upload, id } = (await stage.api('POST', '/v1/media', wanted)).body
    const put = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(heic) })
    expect(put.status).toBe(200)
    expect(await stage.api('POST', `/v1/media/${id}/complete`)).toMatchObject({
      status: 200,
      body: { state: 'ready', width: 320, height: 240, located: false },
    })
    const fitted = await stage.api('GET', `/v1/media/${id}/fitted`)
    expect(fitted).toMatchObject({ status: 200, body: { mime: 'image/jpeg', width: 320, height: 240 } })
    const shown = await fetch(fitted.body.url)
    expect(shown.headers.get('content-type')).toBe('image/jpeg')
    expect((await shown.bytes()).length).toBe(fitted.body.bytes)
  })

  it('shows nothing of the bucket but media', async () => {
    expect((await fetch(`${stage.url}/media/..%2f..%2fingest/x`)).status).toBe(404)
    for (const path of ['/media/', '/media/%', '/media/%E9', '/media/%00'])
      expect([path, (await fetch(`${stage.url}${path}`)).status]).toEqual([path, 404])
  })

  it('says that its folder is in use', async () => {
    const { code, said } = await ends(spawnStage(stage.home))
    expect(code).toBe(1)
    expect(said).toContain(stage.home)
    expect(said).toContain('PARVIS_HOME')
  })

  it('says that its port is taken, and which setting chooses another', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const home = await temporaryFolder()
    const { code, said } = await ends(spawnStage(home, { PORT: String(port) }))
    taken.close()
    await rm(home, { recursive: true })
    expect(code).toBe(1)
    expect(said).toContain(`Port ${port} is taken`)
    expect(said).toContain('PORT=')
  })

  it('names a free port where the next one is taken too', async () => {
    const taken: Server[] = []
    let port = 0
    // Two neighbours: of a few tries one has a free neighbour.
    while (taken.length < 2) {
      const first = createServer().listen(0, '127.0.0.1')
      await once(first, 'listening')
      const address = first.address()
      port = typeof address === 'object' && address !== null ? address.port : 0
      const second = createServer().listen(port + 1, '127.0.0.1')
      const got = await once(second, 'listening').then(
        () => true,
        () => false,
      )
      if (got) taken.push(first, second)
      else first.close()
    }
    const home = await temporaryFolder()
    const { code, said } = await ends(spawnStage(home, { PORT: String(port) }))
    for (const each of taken) each.close()
    await rm(home, { recursive: true })
    expect(code).toBe(1)
    const [, suggested] = /PORT=(\d+) npm start/.exec(said) ?? []
    expect(Number(suggested)).toBeGreaterThan(port + 1)
  })

  it('lets people paste its lines where the folder has a space and an apostrophe', async () => {
    const home = join(await temporaryFolder(), "l’été d'Ana")
    const first = await startStage({ home })
    await first.kill()
    const again = await startStage({ home })
    try {
      const line =
        again
          .output()
          .split('\n')
          .find((text) => text.startsWith('  CHANNEL=')) ?? ''
      const said = execFileSync('sh', ['-c', `${line}\necho "channel $CHANNEL"`], { encoding: 'utf8' })
      expect(said).toMatch(/channel chan_[0-9A-Z]{26}/)
    } finally {
      await again.kill()
      await rm(join(home, '..'), { recursive: true })
    }
  })

  it('has a page at /, in the language of the browser', async () => {
    const french = await stage.api('GET', '/', undefined, { 'accept-language': 'fr-FR,fr;q=0.9', authorization: '' })
    expect(french.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(french.body).toContain('<html lang="fr">')
    expect(french.body).toContain('href="/docs"')
    expect((await stage.api('GET', '/', undefined, { authorization: '' })).body).toContain('<html lang="en">')
  })

  it('ends its answers with a newline, problems too', async () => {
    for (const path of ['/v1/workspace', '/v1/nothing', '/health']) {
      const text = await (
        await fetch(`${stage.url}${path}`, { headers: { authorization: `Bearer ${stage.apiKey}` } })
      ).text()
      expect([path, text.endsWith('}\n')]).toEqual([path, true])
    }
  })

  it.each([
    [{ PORT: 'soon', PARVIS_SMTP_URL: 'mail.example.com' }, ['PORT', '0 to 65535', 'PARVIS_SMTP_URL', 'smtp://']],
    [{ PORT: '99999' }, ['PORT', '0 to 65535']],
    [{ PORT: '-1' }, ['PORT', '0 to 65535']],
    [{ PORT: '4747.5' }, ['PORT', '0 to 65535']],
    [{ PARVIS_PUBLIC_URL: 'parvis.example.com' }, ['PARVIS_PUBLIC_URL', 'https://']],
    [{ PARVIS_ALLOW_PRIVATE_HOSTS: 'maybe' }, ['PARVIS_ALLOW_PRIVATE_HOSTS', 'true or false']],
    [{ PARVIS_DYNAMODB_ENDPOINT: 'localhost' }, ['PARVIS_DYNAMODB_ENDPOINT', 'http']],
  ])('says which setting is wrong, and what is expected: %o', async (env, expected) => {
    const { code, said } = await ends(spawnStage('/nowhere', env))
    expect(code).toBe(1)
    for (const part of expected) expect(said).toContain(part)
  })

  it('names an endpoint of the table that nothing answers at', async () => {
    const home = await temporaryFolder()
    const endpoint = `http://127.0.0.1:${await freePort()}`
    const { code, said } = await ends(spawnStage(home, { PARVIS_DYNAMODB_ENDPOINT: endpoint }))
    await rm(home, { recursive: true })
    expect(code).toBe(1)
    expect(said).toContain(endpoint)
    expect(said).toContain('PARVIS_DYNAMODB_ENDPOINT')
    expect(said.trim().split('\n')).toHaveLength(1)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends cleanly on %s, engines and all, and finds everything again',
    async (signal) => {
      const before = await stage.api('GET', '/v1/channels')
      const key = stage.apiKey
      expect(await stage.kill(signal)).toBe(0)
      const left = execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' }).split('\n')
      expect(left.filter((line) => line.includes(stage.home))).toEqual([])
      await stage.restart()
      expect(stage.apiKey).toBe(key)
      expect((await stage.api('GET', '/v1/channels')).body.items.map(({ id }: Json) => id)).toEqual(
        before.body.items.map(({ id }: Json) => id),
      )
      expect(stage.output()).not.toContain(key)
    },
  )
})
