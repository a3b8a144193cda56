import type * as z from 'zod'
import type { inboundEvent } from './inbound.ts'
import { type Saying, type Seen, saying } from './mention.ts'

export type Inbound = z.infer<typeof inboundEvent>
export type Said = Inbound & { readonly kind: Saying['kind'] }

/**
 * Takes one delivery into what was seen. Commutative, associative and idempotent: deliveries in any order, repeated any
 * number of times, leave the same result. Earliest and latest saying are the ends of one total order; hiding, and holding
 * back, go by the latest instant (at the same instant the careful side wins); a deletion is final and takes what was said.
 */
export function merge(seen: Seen, event: Said): Seen {
  switch (event.action) {
    case 'deleted':
      return withoutContent({ ...seen, deletedAt: Math.min(seen.deletedAt ?? event.at, event.at) })
    case 'hidden':
      return { ...seen, visibility: laterOf(seen.visibility, { at: event.at, hidden: true }) }
    case 'unhidden':
      // shown to everybody: nor is it held back any more
      return {
        ...seen,
        visibility: laterOf(seen.visibility, { at: event.at, hidden: false }),
        held: laterHeld(seen.held, { at: event.at, held: false }),
      }
    default: {
      const said = sayingOf(event)
      const came = [seen.first, seen.last, said].filter((entry) => entry !== undefined)
      // once it could be read, that it could not be is forgotten
      const readable = came.filter((entry) => entry.unreadable === undefined)
      const all = (readable.length > 0 ? readable : came).sort(compare)
      const [first, last] = [all[0], all.at(-1)]
      const { first: _, last: __, ...rest } = seen
      const next: Seen = {
        ...rest,
        ...(event.held === undefined ? {} : { held: laterHeld(seen.held, { at: event.at, held: event.held }) }),
        ...(first === undefined ? {} : { first }),
        ...(first === undefined || last === undefined || compare(first, last) === 0 ? {} : { last }),
      }
      return next.deletedAt === undefined ? next : withoutContent(next)
    }
  }
}

export type Moderation = 'hide' | 'unhide' | 'delete' | 'approve' | 'hold' | 'reject' | 'spam' | 'ban'

/**
 * What was seen once we moderated it at `now` (ms). It happened after everything that was seen, whatever the network's
 * clock says; what the network tells of it later changes nothing.
 */
export function moderated(seen: Seen, action: Moderation, now: number): Seen {
  const at = Math.max(now, (seen.visibility?.at ?? 0) + 1, (seen.held?.at ?? 0) + 1)
  const shown = { visibility: { at, hidden: false }, held: { at, held: false } }
  switch (action) {
    case 'delete':
      return withoutContent({ ...seen, deletedAt: Math.min(seen.deletedAt ?? now, now) })
    case 'unhide':
    case 'approve':
      return { ...seen, ...shown }
    case 'hide':
    case 'reject':
      return { ...seen, visibility: { at, hidden: true } }
    case 'spam':
      return { ...seen, visibility: { at, hidden: true, as: 'spam' } }
    case 'hold':
      return { ...seen, ...shown, held: { at, held: true } }
    case 'ban':
      return seen
  }
}

type Visibility = NonNullable<Seen['visibility']>
type Held = NonNullable<Seen['held']>

function laterOf(before: Visibility | undefined, now: Visibility): Visibility {
  if (before === undefined || now.at > before.at) return now
  return now.at === before.at && now.hidden && !before.hidden ? now : before
}

function laterHeld(before: Held | undefined, now: Held): Held {
  if (before === undefined || now.at > before.at) return now
  return now.at === before.at && now.held ? now : before
}

function sayingOf({ action, kind, at, author, text, rating, attachments, url, language, ...rest }: Said): Saying {
  const { postExternalId, parentExternalId, context, fullText, automatic, unreadable, messageType } = rest
  return compact({
    at,
    edited: action === 'edited',
    kind,
    author,
    text,
    fullText,
    automatic,
    unreadable: unreadable && {
      why: unreadable.why,
      name: unreadable.raw.name,
      contentType: unreadable.raw.contentType,
      bytes: unreadable.raw.bytes.length,
    },
    rating,
    attachments,
    messageType,
    url,
    language,
    postExternalId,
    parentExternalId,
    context,
  })
}

function compare(a: Saying, b: Saying): number {
  const byTime = a.at - b.at || Number(a.edited) - Number(b.edited)
  return byTime !== 0 ? byTime : compareText(facts(a), facts(b)) || compareText(content(a), content(b))
}

/** All but the content, which goes with a deletion and must not decide an order before it that it cannot decide after. */
const facts = ({ kind, author, rating, url, language, automatic, unreadable, ...rest }: Saying) =>
  JSON.stringify([
    kind,
    author && [author.externalId, author.handle, author.name, author.picture],
    rating,
    url,
    language,
    automatic,
    ...(rest.messageType === undefined ? [] : [rest.messageType]),
    unreadable && [unreadable.why, unreadable.name, unreadable.contentType, unreadable.bytes],
    rest.postExternalId,
    rest.parentExternalId,
    // the engine keeps no order of fields
    rest.context && Object.entries(rest.context).toSorted(([one], [other]) => compareText(one, other)),
  ])

const content = ({ text, fullText, attachments }: Saying) =>
  JSON.stringify([text, fullText, attachments?.map(({ kind, url, name }) => [kind, url, name])])

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function withoutContent({ first, last, ...rest }: Seen): Seen {
  const strip = ({ text: _, fullText: __, attachments: ___, ...said }: Saying): Saying => said
  const [a, b] = [first && strip(first), last && strip(last)]
  return { ...rest, ...(a && { first: a }), ...(b && !(a && compare(a, b) === 0) && { last: b }) }
}

/** Without what is undefined, at both levels: what is stored and what is compared look the same. */
function compact(said: object): Saying {
  return saying.parse(JSON.parse(JSON.stringify(said)))
}
