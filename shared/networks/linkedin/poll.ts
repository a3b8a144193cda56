/** What came in, asked for: the fallback where no webhook is to be had, and what fills gaps. */
import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { items } from '../items.ts'
import type { Polled } from '../network.ts'
import { type Call, readAs, unreadable, urn } from './api.ts'
import { pageOf, told } from './facts.ts'
import { eventOf, type Notification, notification } from './notification.ts'

const place = z.object({
  /** From when on (ms) notifications are read. */
  from: z.number(),
  /** Notifications since then that were brought already. */
  seen: z.array(z.string()),
  /** While pages are being read: up to when, and how many were. */
  until: z.number().optional(),
  read: z.number().optional(),
})

const page = z.object({ elements: z.array(z.unknown()) })

/** Notifications may appear a little after what they tell of: the last ten minutes are read again each time. */
const overlapMs = 10 * 60_000
/** And their clock may be ahead of ours. */
const skewMs = 60_000

/** One page a poll, newest first, in a window that stands still while it is read. The first poll starts now. */
export async function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const now = call.clock.now()
  const {
    from,
    seen,
    until = now + skewMs,
    read = 0,
  } = cursor === undefined ? { from: now, seen: [] } : place.parse(JSON.parse(cursor))
  const organization = urn(call.credentials.current().organization)
  const path = `/rest/organizationalEntityNotifications?q=criteria&actions=List(${told.join(',')})&organizationalEntity=${organization}&timeRange=(start:${from},end:${until})&start=${read}&count=${pageOf.notifications}`
  const found = await readAs(call, path, page)
  if (found === undefined) throw new AppError('unavailable', 'network_failed', unreadable)
  const notifications = items(notification).parse(found.elements)
  const known = new Set(seen)
  const fresh = notifications.filter((one) => !known.has(nameOf(one)))
  const events = cursor === undefined ? [] : fresh.flatMap((one) => eventOf(one) ?? [])
  const all = [...seen, ...fresh.map(nameOf)]
  const more = found.elements.length > 0
  const next = more
    ? { from, seen: all, until, read: read + found.elements.length }
    : { from: Math.max(from, until - skewMs - overlapMs), seen: recent(all, until - skewMs - overlapMs) }
  return { events, cursor: JSON.stringify(next), more }
}

/** Its time goes with its number, so that it can be forgotten when it is out of the window. */
const nameOf = ({ notificationId, lastModifiedAt }: Notification) => `${lastModifiedAt}/${notificationId}`
const recent = (names: readonly string[], from: number) => names.filter((name) => Number(name.split('/')[0]) >= from)
