import { createHash } from 'node:crypto'
import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'
import { type CardFacts, cardSchema } from './preview.ts'

const keptSeconds = 3600
const kept = z.object({ card: cardSchema.optional() })

interface Parts {
  readonly table: Table
  readonly clock: Clock
  /** Calls the page. Undefined where it has no card to show. */
  read(url: string): Promise<CardFacts | undefined>
}

/** The cards of linked pages, each page called once an hour for a workspace, also where it has none. */
export class CardCache {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async find(workspaceId: string, url: string): Promise<CardFacts | undefined> {
    const { table, clock, read } = this.#parts
    const at = keys.card(workspaceId, createHash('sha256').update(url).digest('hex').slice(0, 32))
    const found = await table.get(at, kept)
    if (found !== undefined) return found.card
    const card = await read(url)
    const expiresAt = Math.floor(clock.now() / 1000) + keptSeconds
    await table.write({ put: { ...at, ...(card === undefined ? {} : { card }), expiresAt } })
    return card
  }
}
