import { read } from '../http/index.ts'
import type { ChannelCall, CounterName, Counters } from '../network.ts'
import { type Credentials, pin, pinterest, type Settings } from './api.ts'
import { request } from './upload.ts'

/** Our names by those of `lifetime_metrics`. */
export const metrics: Readonly<Record<string, CounterName>> = {
  impression: 'impressions',
  clickthrough: 'clicks',
  save: 'saves',
  reaction: 'likes',
  comment: 'comments',
}

/** One call a pin: `/pins/analytics` takes a hundred, but tells 90 days, and totals are what is asked for. */
export async function measure(
  call: ChannelCall<Credentials, Settings>,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const found = new Map<string, Counters>()
  for (const id of externalIds) {
    const one = await read(
      pinterest,
      call,
      request(call, 'GET', `/pins/${encodeURIComponent(id)}?pin_metrics=true`),
      pin,
    )
    if (one === undefined) continue
    const told = one.pin_metrics?.lifetime_metrics ?? {}
    const counted = Object.entries(metrics).flatMap(([metric, name]) => {
      const value = told[metric]
      return typeof value === 'number' ? [[name, value] as const] : []
    })
    found.set(id, Object.fromEntries(counted))
  }
  return found
}
