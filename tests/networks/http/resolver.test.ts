import dns from 'node:dns'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Clock, systemClock } from '../../../shared/kernel/clock.ts'
import { checkAddress } from '../../../shared/networks/http/check-address.ts'
import { createHttpClient } from '../../../shared/networks/http/index.ts'
import { createResolver } from '../../../shared/networks/http/resolver.ts'
import { startNameServer } from '../../support/name-server.ts'

let folder: string
let hostsFile: string
let server: Awaited<ReturnType<typeof startNameServer>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parvis-names-'))
  hostsFile = join(folder, 'hosts')
  await writeFile(
    hostsFile,
    '# ours\n127.0.0.1 localhost\n192.0.2.7\tnas.example nas # in the cellar\n::1 six.example\n',
  )
  server = await startNameServer({
    'shop.example': { a: ['203.0.113.5'], aaaa: ['20010db8000000000000000000000005'], ttl: 20 },
    'six-only.example': { aaaa: ['20010db8000000000000000000000006'] },
    'half.example': { a: ['203.0.113.9'], silent: ['aaaa'] },
    'nas.example': { a: ['203.0.113.66'] },
    'silent.example': { silent: ['a', 'aaaa'] },
  })
})
afterAll(async () => {
  server.stop()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  server.asked.length = 0
})

/** Time stands still until a test moves it; a wait ends when the test says so. */
function heldClock() {
  const waits: { readonly ms: number; readonly end: () => void }[] = []
  const at = { now: 1_000_000 }
  const clock: Clock = {
    now: () => at.now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        waits.push({ ms, end: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  return { at, clock, waits }
}
const resolverOf = (clock: Clock = systemClock) => createResolver({ clock, servers: [server.address], hostsFile })

describe('the resolver of names outside', () => {
  it('answers both families, IPv4 first', async () => {
    expect(await resolverOf()('Shop.Example')).toEqual([
      { address: '203.0.113.5', family: 4 },
      { address: '2001:db8::5', family: 6 },
    ])
    expect(await resolverOf()('six-only.example')).toEqual([{ address: '2001:db8::6', family: 6 }])
  })

  it('takes the hosts file before the name server, comments and aliases included', async () => {
    const resolve = resolverOf()
    expect(await resolve('nas.example')).toEqual([{ address: '192.0.2.7', family: 4 }])
    expect(await resolve('nas')).toEqual([{ address: '192.0.2.7', family: 4 }])
    await expect(resolve('cellar')).rejects.toMatchObject({ code: 'dns' })
    expect(server.asked.filter((question) => question.startsWith('nas'))).toEqual([])
  })

  it('asks no server for addresses, names below localhost, or names that cannot exist', async () => {
    const resolve = resolverOf()
    expect(await resolve('192.0.2.1')).toEqual([{ address: '192.0.2.1', family: 4 }])
    expect(await resolve('::1')).toEqual([{ address: '::1', family: 6 }])
    expect((await resolve('app.localhost')).map(({ address }) => address)).toEqual(['127.0.0.1', '::1'])
    await expect(resolve('nowhere.invalid')).rejects.toMatchObject({ code: 'dns' })
    expect(server.asked).toEqual([])
  })

  it('asks once for many callers, and again when the answer has expired', async () => {
    const { at, clock } = heldClock()
    const resolve = resolverOf(clock)
    await Promise.all([resolve('shop.example'), resolve('shop.example')])
    at.now += 19_999
    await resolve('shop.example')
    expect(server.asked.toSorted()).toEqual(['shop.example a', 'shop.example aaaa'])
    at.now += 1
    await resolve('shop.example')
    expect(server.asked).toHaveLength(4)
  })

  it('keeps a failure for ten seconds', async () => {
    const { at, clock } = heldClock()
    const resolve = resolverOf(clock)
    await expect(resolve('missing.example')).rejects.toMatchObject({ code: 'dns', sent: false })
    at.now += 9_999
    await expect(resolve('missing.example')).rejects.toThrow('could not be found (ENOTFOUND)')
    expect(server.asked).toHaveLength(2)
    at.now += 1
    await expect(resolve('missing.example')).rejects.toMatchObject({ code: 'dns' })
    expect(server.asked).toHaveLength(4)
  })

  it('gives up on a name that no server answers for when its time is over', async () => {
    const { clock, waits } = heldClock()
    const answer = expect(resolverOf(clock)('silent.example')).rejects.toThrow('did not answer')
    await vi.waitFor(() => expect(server.asked).toContain('silent.example a'))
    expect(waits.map(({ ms }) => ms)).toEqual([4_000])
    waits[0]?.end()
    await answer
  })

  it('waits only a moment for the second family', async () => {
    const { clock, waits } = heldClock()
    const answer = resolverOf(clock)('half.example')
    await vi.waitFor(() => expect(waits.map(({ ms }) => ms)).toEqual([4_000, 50]))
    waits[1]?.end()
    expect(await answer).toEqual([{ address: '203.0.113.9', family: 4 }])
  })

  it('uses nothing of the pool that the whole process shares', async () => {
    const listening = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(() => {
      throw new Error('dns.lookup waits in the pool')
    })
    try {
      const address = listening.address()
      const port = typeof address === 'object' ? address?.port : 0
      const client = createHttpClient({ allowPrivateHosts: true, clock: systemClock })
      const answer = await client.send({ method: 'GET', url: `http://localhost:${port}/` })
      expect(answer.text()).toBe('here')
      await checkAddress('https://nowhere.invalid/', false)
      expect(lookup).not.toHaveBeenCalled()
    } finally {
      lookup.mockRestore()
      listening.close()
      listening.closeAllConnections()
    }
  })
})
