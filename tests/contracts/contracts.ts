/** Which specification describes which network, and what of our requests it does not know. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { WireRequest } from '../simulators/simulator.ts'
import { OpenApiContract } from './openapi.ts'
import { TelegramContract } from './telegram.ts'

/** What a request is checked against. */
export interface Contract {
  /** The violations of one request; `operation` is undefined where the specification does not describe it. */
  check(
    request: WireRequest,
  ): Promise<{ readonly operation: string | undefined; readonly violations: readonly string[] }>
}

/** Beside the checkout; never part of the product. */
export const specifications = join(import.meta.dirname, '..', '..', '..', 'shared', 'specs')

interface Entry {
  readonly file: string
  readonly make: (specification: unknown) => Contract
  /** Paths that the file leaves out, and why. */
  readonly undescribed?: readonly { readonly path: RegExp; readonly why: string }[]
  /** Violations that are the file's fault, and why. */
  readonly tolerated?: readonly { readonly violation: RegExp; readonly why: string }[]
}

const openApi = (strip: string) => (specification: unknown) => new OpenApiContract(specification, strip)

export const contracts: Readonly<Record<string, Entry>> = {
  discord: { file: 'discord-v10.openapi.json', make: openApi('/api/v10') },
  discourse: {
    file: 'discourse.openapi.json',
    make: openApi(''),
    undescribed: [
      { path: /^\/admin\/api\/web_hooks\.json$/, why: 'administrators’ pages; Discourse’s own console calls them' },
    ],
    tolerated: [
      { violation: /there is no take_action/, why: 'a moderator’s flag; the source takes it, the file leaves it out' },
      { violation: /^body: \/ must NOT have additional/, why: 'says the same again; every name is checked by itself' },
    ],
  },
  mastodon: {
    file: 'mastodon-4.7.openapi.json',
    // the header's schema demands a form that no server asks for
    make: (specification) => new OpenApiContract(specification, '', ['Idempotency-Key']),
  },
  pinterest: {
    file: 'pinterest-v5.openapi.json',
    make: openApi('/v5'),
    undescribed: [
      { path: /^\/oauth\/$/, why: 'the page where a person agrees is no part of the API' },
      { path: /upload/, why: 'files go to an address that the API hands out' },
    ],
    tolerated: [
      {
        violation: /there is no continuous_refresh/,
        why: 'the file names it in words only, for apps made before 2025-09-25',
      },
    ],
  },
  telegram: {
    file: 'telegram-bot-10.1.json',
    make: (specification) => new TelegramContract(specification),
  },
  whatsapp: {
    file: 'whatsapp-cloud-v23.openapi.yaml',
    make: openApi(''),
    tolerated: [
      {
        violation: /there is no appsecret_proof/,
        why: 'every call of the Graph API takes it; no file of an endpoint says so',
      },
    ],
  },
}

/** The contract of a network; undefined where no specification is at hand. */
export function contractOf(
  network: string,
): (Contract & Pick<Entry, 'file' | 'undescribed' | 'tolerated'>) | undefined {
  const entry = contracts[network]
  if (entry === undefined) return undefined
  const path = join(specifications, entry.file)
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  const specification: unknown = entry.file.endsWith('.yaml') ? parse(text) : JSON.parse(text)
  const contract = entry.make(specification)
  const { make: _, ...rest } = entry
  return {
    ...rest,
    check: (request) => contract.check(request),
  }
}
