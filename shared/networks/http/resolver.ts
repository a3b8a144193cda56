/**
 * Names of hosts outside, asked by c-ares. `dns.lookup` waits in the pool of four threads that files, compression and
 * ciphers of the whole process share: a few names that nobody answers for would hold up everything else.
 */

import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { HttpFailure } from './client.ts'
import { httpTexts } from './texts.ts'

interface Address {
  readonly address: string
  readonly family: number
}
export type Resolve = (host: string) => Promise<readonly Address[]>

export interface ResolverOptions {
  readonly clock: Clock
  /** `address:port`; those of the system if not given. */
  readonly servers?: readonly string[]
  readonly hostsFile?: string
}

interface Found {
  readonly addresses: readonly Address[]
  readonly ttlMs: number
}

/** For one question to one server, and how often each is asked. */
const questionMs = 1_500
const tries = 2
/** For a whole name, however many servers there are. */
const nameMs = 4_000
/** After the addresses of one family are known, those of the other are waited for this long (RFC 8305, section 3). */
const otherFamilyMs = 50
/** A server's word on how long its answer holds counts within these bounds; a name that failed is asked again after. */
const [shortestMs, longestMs, failedMs] = [1_000, 60_000, 10_000] as const
const maxNames = 1_000

const systemHostsFile =
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts'

/**
 * Resolves names by the hosts file, then by DNS. Answers are kept for as long as the server says, up to a minute, and
 * failures for ten seconds; callers that ask for one name at a time share the question. IPv4 addresses come first.
 * Rejects with {@link HttpFailure} `dns`, at the latest after four seconds.
 */
export function createResolver({ clock, servers, hostsFile = systemHostsFile }: ResolverOptions): Resolve {
  const known = new Map<string, { readonly until: number; readonly answer: Promise<readonly Address[]> }>()
  const ask = async (name: string): Promise<Found> => {
    const written = inHosts(await readFile(hostsFile, 'utf8').catch(() => ''), name)
    if (written.length > 0) return { addresses: written, ttlMs: shortestMs }
    if (/(^|\.)localhost$/.test(name)) return { addresses: loopback, ttlMs: longestMs }
    if (/(^|\.)invalid$/.test(name)) throw notFound(name, 'ENOTFOUND')
    return byDns(name, clock, servers)
  }
  return (host) => {
    const name = host.toLowerCase().replace(/\.$/, '')
    const family = isIP(name)
    if (family !== 0) return Promise.resolve([{ address: name, family }])
    const now = clock.now()
    const before = known.get(name)
    if (before !== undefined && before.until > now) return before.answer
    if (known.size >= maxNames) known.clear()
    const keep = (until: number) => known.set(name, { until, answer })
    const answer: Promise<readonly Address[]> = ask(name).then(
      ({ addresses, ttlMs }) => {
        keep(clock.now() + Math.min(longestMs, Math.max(shortestMs, ttlMs)))
        return addresses
      },
      (error: unknown) => {
        keep(clock.now() + failedMs)
        throw error
      },
    )
    keep(Number.POSITIVE_INFINITY)
    return answer
  }
}

/** RFC 6761, section 6.3: never asked of a server. */
const loopback: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

function inHosts(file: string, name: string): readonly Address[] {
  const found = file.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const family = isIP(address)
    return family !== 0 && names.some((each) => each.toLowerCase() === name) ? [{ address, family }] : []
  })
  return found.toSorted((a, b) => a.family - b.family)
}

/** A resolver for each name: it reads the system's servers anew, and to give up on it disturbs no other. */
async function byDns(name: string, clock: Clock, servers: readonly string[] | undefined): Promise<Found> {
  const resolver = new Resolver({ timeout: questionMs, tries })
  if (servers !== undefined) resolver.setServers(servers)
  const ended = new AbortController()
  const giveUp = (ms: number) =>
    clock.sleep(ms, ended.signal).then(
      () => resolver.cancel(),
      () => {},
    )
  giveUp(nameMs)
  const questions = [resolver.resolve4(name, { ttl: true }), resolver.resolve6(name, { ttl: true })]
  // The first family that has an address sets the other a short limit.
  Promise.any(questions).then(
    () => giveUp(otherFamilyMs),
    () => {},
  )
  const answers = await Promise.allSettled(questions)
  ended.abort()
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (found.length === 0) throw notFound(name, codeOf(answers))
  return {
    addresses: found.map(({ address }) => ({ address, family: isIP(address) })),
    ttlMs: Math.min(...found.map(({ ttl }) => ttl)) * 1_000,
  }
}

function codeOf(answers: readonly PromiseSettledResult<unknown>[]): string {
  const codes = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason?.code)] : []))
  const [first = 'ENODATA'] = codes.includes('ENOTFOUND') ? ['ENOTFOUND'] : codes
  return first === 'ECANCELLED' ? 'ETIMEOUT' : first
}

const notFound = (name: string, code: string) =>
  new HttpFailure(
    'dns',
    false,
    code === 'ENOTFOUND' || code === 'ENODATA'
      ? httpTexts.hostUnknown({ name, code })
      : httpTexts.dnsSilent({ name, code }),
  )
