import * as z from 'zod'

const problem = z.object({ code: z.string().optional(), detail: z.string().optional(), title: z.string().optional() })

/** The stage's own API, as anybody with the key of the demo's workspace calls it. */
export class Client {
  readonly #url: string
  readonly #apiKey: string

  constructor(url: string, apiKey: string) {
    this.#url = url
    this.#apiKey = apiKey
  }

  get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#call('GET', path, schema)
  }

  /** A call with the same `once` does nothing a second time. */
  post<T>(path: string, body: unknown, schema: z.ZodType<T>, once?: string): Promise<T> {
    return this.#call('POST', path, schema, body, once)
  }

  /** Throws an Error with what the API said. */
  async #call<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown, once?: string): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(once === undefined ? {} : { 'idempotency-key': once }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json().catch(() => undefined)
    if (response.ok) return schema.parse(answer)
    const { code, detail, title } = problem.safeParse(answer).data ?? {}
    throw new Error(`${method} ${path}: ${response.status} ${code ?? ''} ${detail ?? title ?? ''}`.trim())
  }
}
