/**
 * Polling of lists that show the newest first: they tell neither what was edited nor where one stopped, and their times
 * are whole seconds. So what is read twice is recognized by its id, over an overlap that forgives late arrivals.
 */
import * as z from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { InboundEvent, Polled } from '../network.ts'

export interface Item {
  readonly id: string
  /** When it was written (ms). */
  readonly at: number
  /** Undefined: nothing to tell (our own). */
  readonly event?: InboundEvent | undefined
}

/** One page of one list, the newest first. */
export interface ListPage {
  /** Names the list for `more`: `tagged`, `comments/123`. */
  readonly list: string
  readonly items: readonly Item[]
  /** Where the list goes on; undefined at its end. */
  readonly after?: string | undefined
}

export interface Lists {
  /** The first page of every list. What is older than `floor` (ms) may be left out. */
  first(floor: number): Promise<readonly ListPage[]>
  /** A further page, with the first pages of lists that it opens. */
  more(list: string, after: string, floor: number): Promise<readonly ListPage[]>
}

/**
 * A list that an account's permissions may not cover (messages, tags): without them it is empty, and the others are still
 * read. Throws what is no refusal.
 */
export async function whereAllowed(list: Promise<readonly ListPage[]>): Promise<readonly ListPage[]> {
  try {
    return await list
  } catch (error) {
    if (error instanceof AppError && error.code === 'network_refused') return []
    throw error
  }
}

const overlapMs = 5 * 60_000
/** How far their clock may be behind ours when the first poll says from when on it is to be told. */
const skewMs = 10_000
const pagesAtOnce = 5
const mostSeen = 5_000

const state = z.object({
  /** What is older (ms) was there before the first poll. */
  since: z.number(),
  /** Up to where (ms) every list was begun to be read. */
  until: z.number(),
  seen: z.array(z.tuple([z.string(), z.number()])),
  /** Lists of which there was more than one page since then. */
  open: z.array(z.object({ list: z.string(), after: z.string(), floor: z.number() })),
})

/** The first poll (no cursor) brings nothing: it remembers what is there. Throws what `lists` throws. */
export async function pollLists(clock: Clock, cursor: string | undefined, lists: Lists): Promise<Polled> {
  const before = cursor === undefined ? undefined : state.parse(JSON.parse(cursor))
  const seen = new Map(before?.seen)
  const events: InboundEvent[] = []
  let until = before?.until ?? clock.now()
  const since = before?.since ?? until - skewMs
  const open = [...(before?.open ?? [])]

  const take = (pages: readonly ListPage[], floor: number): void => {
    for (const { list, items, after } of pages) {
      for (const { id, at, event } of items) {
        if (at < floor || seen.has(id)) continue
        seen.set(id, at)
        if (before !== undefined && event !== undefined) events.push(event)
      }
      const last = items.at(-1)
      if (before !== undefined && after !== undefined && last !== undefined && last.at >= floor)
        open.push({ list, after, floor })
    }
  }
  if (open.length === 0) {
    const floor = Math.max(until - overlapMs, since)
    until = clock.now()
    take(await lists.first(floor), floor)
  } else
    for (const { list, after, floor } of open.splice(0, pagesAtOnce)) take(await lists.more(list, after, floor), floor)

  const oldest = Math.min(until - overlapMs, ...open.map(({ floor }) => floor))
  const kept = [...seen].filter(([, at]) => at >= oldest).sort(([, a], [, b]) => b - a)
  const next: z.infer<typeof state> = { since, until, seen: kept.slice(0, mostSeen), open }
  return {
    events: events.sort((a, b) => a.at - b.at),
    cursor: JSON.stringify(next),
    more: open.length > 0,
  }
}
