import { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Clock } from '../kernel/clock.ts'

/** What a document must look like: a zod schema, or what reads as one (the webhook receiver has no room for zod). */
export interface DocumentSchema<T> {
  safeParse(
    document: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { readonly path: readonly PropertyKey[] }[] } }
}

export interface Secrets {
  /**
   * A secret's JSON document, parsed; undefined if there is none. Up to 5 minutes old, unless `fresh`.
   * Throws if it is no JSON or not of this schema: the message names the secret, never what is in it.
   */
  get<T>(id: string, schema: DocumentSchema<T>, options?: { readonly fresh?: boolean }): Promise<T | undefined>
}

const keptMs = 5 * 60_000
/** What is not there yet may be put there any moment. */
const absentKeptMs = 30_000

interface Kept {
  readonly text: Promise<string | undefined>
  until: number
}

/** Secrets Manager, asked at most once per secret and 5 minutes, however many ask at the same time. */
export class SecretsManagerSecrets implements Secrets {
  readonly #client: SecretsManagerClient
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()

  constructor(client: SecretsManagerClient, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  async get<T>(
    id: string,
    schema: DocumentSchema<T>,
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<T | undefined> {
    const text = await this.#text(id, fresh)
    if (text === undefined) return undefined
    const parsed = schema.safeParse(json(text))
    if (parsed.success) return parsed.data
    const fields = parsed.error.issues.map((issue) => issue.path.join('.') || '(all of it)').join(', ')
    throw new Error(`The secret ${id} is not of the expected form: ${fields}.`)
  }

  #text(id: string, fresh: boolean): Promise<string | undefined> {
    const kept = this.#kept.get(id)
    if (!fresh && kept !== undefined && this.#clock.now() < kept.until) return kept.text
    const entry: Kept = { text: this.#read(id), until: this.#clock.now() + keptMs }
    this.#kept.set(id, entry)
    entry.text.then(
      (text) => {
        if (text === undefined) entry.until = this.#clock.now() + absentKeptMs
      },
      () => {
        if (this.#kept.get(id) === entry) this.#kept.delete(id)
      },
    )
    return entry.text
  }

  async #read(id: string): Promise<string | undefined> {
    try {
      return (await this.#client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined
      throw error
    }
  }
}

/** The account's own Secrets Manager, or the one that `AWS_ENDPOINT_URL_SECRETS_MANAGER` names. */
export const secretsManager = (clock: Clock): Secrets => new SecretsManagerSecrets(new SecretsManagerClient({}), clock)

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
