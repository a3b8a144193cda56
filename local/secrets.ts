/** Secrets Manager's GetSecretValue: generated secrets, and what a person wrote into `networks.json`. */
import { randomInt, randomUUID } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { writeWhole } from './files.ts'

/** A secret of the template. */
export interface Declared {
  readonly name: string
  readonly generate: {
    readonly GenerateStringKey?: string | undefined
    readonly SecretStringTemplate?: string | undefined
    readonly PasswordLength?: number | undefined
    readonly ExcludePunctuation?: boolean | undefined
    readonly ExcludeCharacters?: string | undefined
  }
}

const kept = z.record(z.string(), z.string())
const networks = z.record(z.string(), z.record(z.string(), z.unknown()).nullable())
const input = z.object({ SecretId: z.string() })
const fields = z.record(z.string(), z.unknown())

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

export class SecretNotFound extends Error {}

/** The document of a network that the file says nothing of, if somebody else knows one. */
export type NetworksBeside = (network: string) => Readonly<Record<string, string>> | undefined

export class Secrets {
  readonly #values: ReadonlyMap<string, string>
  readonly #networksFile: string
  readonly #beside: NetworksBeside

  private constructor(values: ReadonlyMap<string, string>, networksFile: string, beside: NetworksBeside) {
    this.#values = values
    this.#networksFile = networksFile
    this.#beside = beside
  }

  /** Generates what is declared and not there yet. `secrets.json` and `networks.json` are for the owner's eyes only. */
  static async open(
    home: string,
    declared: readonly Declared[],
    beside: NetworksBeside = () => undefined,
  ): Promise<Secrets> {
    const path = join(home, 'secrets.json')
    const text = await readFile(path, 'utf8').catch(() => '{}')
    const values = new Map(Object.entries(kept.parse(JSON.parse(text))))
    const missing = declared.filter(({ name }) => !values.has(name))
    for (const { name, generate } of missing) values.set(name, generated(generate))
    if (missing.length > 0) await writeWhole(path, `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`)
    const networksFile = join(home, 'networks.json')
    await chmod(networksFile, 0o600).catch(() => undefined)
    return new Secrets(values, networksFile, beside)
  }

  /** Throws {@link SecretNotFound}. */
  async getSecretValue(body: unknown): Promise<object> {
    const id = input.parse(body).SecretId.replace(/^arn:.*:secret:/, '')
    const network = /\/networks\/([^/]+)$/.exec(id)?.[1]
    const value = network === undefined ? this.#values.get(id) : await this.#network(network)
    if (value === undefined) throw new SecretNotFound("Secrets Manager can't find the specified secret.")
    return { ARN: id, Name: id, SecretString: value, VersionId: randomUUID(), VersionStages: ['AWSCURRENT'] }
  }

  /** Read each time: a person edits the file while the stage runs. */
  async #network(name: string): Promise<string | undefined> {
    const text = await readFile(this.#networksFile, 'utf8').catch(() => '{}')
    let all: z.infer<typeof networks>
    try {
      all = networks.parse(JSON.parse(text))
    } catch {
      throw new Error(`${this.#networksFile} is not of the form {"facebook": {"appSecret": "…"}}.`)
    }
    const document = Object.hasOwn(all, name) ? all[name] : this.#beside(name)
    return document === undefined ? undefined : JSON.stringify(document)
  }
}

function generated({
  GenerateStringKey,
  SecretStringTemplate = '{}',
  PasswordLength = 32,
  ...exclude
}: Declared['generate']): string {
  const all = exclude.ExcludePunctuation === true ? letters : letters + punctuation
  const allowed = [...all].filter((character) => exclude.ExcludeCharacters?.includes(character) !== true)
  const password = Array.from({ length: PasswordLength }, () => allowed[randomInt(allowed.length)]).join('')
  if (GenerateStringKey === undefined) return password
  return JSON.stringify({ ...fields.parse(JSON.parse(SecretStringTemplate)), [GenerateStringKey]: password })
}
