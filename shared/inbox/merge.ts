import type * as z from 'zod'
import type { inboundEvent } from './inbound.ts'
import { type Saying, type Seen, saying } from './mention.ts'

export type Inbound = z.infer<typeof inboundEvent>

/**
 * Takes one delivery into what was seen. Commutative, associative and idempotent: deliveries in any order, repeated any
 * number of times, leave the same result. Earliest and latest saying are the ends of one total order; hiding goes by the
 * latest instant (at the same instant hidden wins, which is the careful side); a deletion is final and takes the text.
 */
export function merge(seen: Seen, event: Inbound & { kind: Saying['kind'] }): Seen {
  switch (event.action) {
    case 'deleted':
      return withoutText({ ...seen, deletedAt: Math.min(seen.deletedAt ?? event.at, event.at) })
    case 'hidden':
    case 'unhidden': {
      const visibility = { at: event.at, hidden: event.action === 'hidden' }
      const before = seen.visibility
      const wins =
        before === undefined || visibility.at > before.at || (visibility.at === before.at && visibility.hidden)
      return wins ? { ...seen, visibility } : seen
    }
    default: {
      const said = sayingOf(event)
      const all = [seen.first, seen.last, said].filter((entry) => entry !== undefined).sort(compare)
      const [first, last] = [all[0], all.at(-1)]
      const { first: _, last: __, ...rest } = seen
      const next: Seen = {
        ...rest,
        ...(first === undefined ? {} : { first }),
        ...(first === undefined || last === undefined || compare(first, last) === 0 ? {} : { last }),
      }
      return next.deletedAt === undefined ? next : withoutText(next)
    }
  }
}

function sayingOf({
  action,
  kind,
  at,
  author,
  text,
  url,
  language,
  postExternalId,
  parentExternalId,
}: Inbound & { kind: Saying['kind'] }): Saying {
  return compact({
    at,
    edited: action === 'edited',
    kind,
    author,
    text,
    url,
    language,
    postExternalId,
    parentExternalId,
  })
}

function compare(a: Saying, b: Saying): number {
  const byTime = a.at - b.at || Number(a.edited) - Number(b.edited)
  return byTime !== 0 ? byTime : compareText(facts(a), facts(b)) || compareText(a.text ?? '', b.text ?? '')
}

/** All but the text, which goes with a deletion and must not decide an order before it that it cannot decide after. */
const facts = ({ kind, author, url, language, postExternalId, parentExternalId }: Saying) =>
  JSON.stringify([
    kind,
    author && [author.externalId, author.handle, author.name, author.picture],
    url,
    language,
    postExternalId,
    parentExternalId,
  ])

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function withoutText({ first, last, ...rest }: Seen): Seen {
  const strip = ({ text: _, ...said }: Saying): Saying => said
  const [a, b] = [first && strip(first), last && strip(last)]
  return { ...rest, ...(a && { first: a }), ...(b && !(a && compare(a, b) === 0) && { last: b }) }
}

/** Without what is undefined, at both levels: what is stored and what is compared look the same. */
function compact(said: object): Saying {
  return saying.parse(JSON.parse(JSON.stringify(said)))
}
