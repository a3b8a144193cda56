/** Reading lists that come newest first, page by page, so that nothing is lost between two polls or told twice. */
import * as z from 'zod'

/** Where a list was left. JSON. */
export const place = z.object({
  /** The newest thing seen (ms). */
  newest: z.number(),
  /** What was seen since a little before it, with its time: things of the same second, and late ones, are told apart. */
  seen: z.record(z.string(), z.number()),
  /** A walk that was too long for one poll: where it goes on, and the newest that it saw. */
  walk: z.object({ token: z.string(), newest: z.number() }).optional(),
})
export type Place = z.infer<typeof place>

export interface Listed<T> {
  /** Unique for what should be told once: an id, or an id with the time of its last edit. */
  readonly key: string
  readonly at: number
  readonly value: T
}

export interface ListedPage<T> {
  readonly items: readonly Listed<T>[]
  /** The time by which the list is sorted of the last thing on the page; undefined for an empty page. */
  readonly until: number | undefined
  readonly next: string | undefined
}

interface Reading {
  /** How long things may appear after the time they bear, in ms. */
  readonly overlapMs: number
  readonly maxPages: number
}

export interface Read<T> {
  /** Oldest first. */
  readonly fresh: readonly T[]
  readonly place: Place
  readonly more: boolean
}

/** What is new since `from`; without it nothing is, and only the place is found. */
export async function readNewest<T>(
  from: Place | undefined,
  { overlapMs, maxPages }: Reading,
  pageAt: (token: string | undefined) => Promise<ListedPage<T>>,
): Promise<Read<T>> {
  const bound = from === undefined ? undefined : from.newest - overlapMs
  const seen = new Map(Object.entries(from?.seen ?? {}))
  const fresh: Listed<T>[] = []
  let newest = from?.walk?.newest ?? from?.newest ?? 0
  let token = from?.walk?.token
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await pageAt(token).catch((error: unknown) => {
      // What a page is called may be forgotten by the next poll: then the walk begins again at the top.
      if (token === undefined || pages > 0) throw error
      return pageAt(undefined)
    })
    for (const item of page.items) {
      newest = Math.max(newest, item.at)
      if (bound !== undefined && item.at >= bound && !seen.has(item.key)) fresh.push(item)
      seen.set(item.key, item.at)
    }
    token = page.next
    // a page may be empty though others follow: it says nothing of the time
    const past = page.until !== undefined && page.until < (bound ?? newest - overlapMs)
    if (token === undefined || past) {
      token = undefined
      break
    }
  }
  const unfinished = token !== undefined && from !== undefined
  const keptFrom = (unfinished ? from.newest : newest) - overlapMs
  return {
    fresh: fresh.sort((a, b) => a.at - b.at).map((item) => item.value),
    place: {
      newest: unfinished ? from.newest : newest,
      seen: Object.fromEntries([...seen].filter(([, at]) => at >= keptFrom)),
      ...(unfinished ? { walk: { token: token ?? '', newest } } : {}),
    },
    more: unfinished,
  }
}
