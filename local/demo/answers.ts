/** What the shop answers, through the API, as its community manager would; the rest is left to whoever tries the demo. */
import * as z from 'zod'
import type { Client } from './client.ts'
import { answerTo } from './voices.ts'

const mentions = z.object({
  items: z.array(
    z.object({ id: z.string(), network: z.string(), text: z.string().optional(), receivedAt: z.string() }),
  ),
})
const networks = z.object({
  items: z.array(z.object({ name: z.string(), capabilities: z.object({ actions: z.array(z.string()) }) })),
})
const done = z.object({ state: z.string() })

/** Nobody answers at once. */
const thinksMs = 6_000
/** So many at a look: people write one after the other. */
const atOnce = 2

export class Answers {
  readonly #client: Client
  readonly #seen = new Set<string>()
  #answerable: Promise<ReadonlySet<string>> | undefined

  constructor(client: Client) {
    this.#client = client
  }

  /** Answers what there is an answer for. A network that refuses it is not asked twice. */
  async look(now: number): Promise<void> {
    this.#answerable ??= this.#readAnswerable()
    const answerable = await this.#answerable
    const { items } = await this.#client.get('/v1/mentions?answered=false&state=visible&limit=50', mentions)
    const wanted = items.flatMap(({ id, network, text = '', receivedAt }) => {
      const answer = answerTo(text)
      const fits = answer !== undefined && answerable.has(network) && !this.#seen.has(id)
      return fits && now - Date.parse(receivedAt) >= thinksMs ? [{ id, text: answer }] : []
    })
    for (const { id, text } of wanted.slice(0, atOnce)) {
      this.#seen.add(id)
      await this.#client.post(`/v1/mentions/${id}/actions`, { action: 'reply', text }, done, `demo-answer-${id}`)
    }
  }

  async #readAnswerable(): Promise<ReadonlySet<string>> {
    const { items } = await this.#client.get('/v1/networks', networks)
    return new Set(items.flatMap(({ name, capabilities }) => (capabilities.actions.includes('reply') ? [name] : [])))
  }
}
