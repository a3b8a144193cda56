/** The figures of a location: those of single posts are told no more. */
import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { readAs } from '../google/index.ts'
import type { ChannelCall, ChannelCounterName, ChannelCounters } from '../network.ts'
import { at, businessPlatform, type Credentials, type Settings } from './api.ts'
import { metrics, unconfirmed } from './facts.ts'

const dayMs = 24 * 3600_000

const answer = z.object({
  multiDailyMetricTimeSeries: z
    .array(
      z.object({
        dailyMetricTimeSeries: z.array(
          z.object({
            dailyMetric: z.string(),
            timeSeries: z
              .object({
                datedValues: z
                  .array(
                    z.object({
                      date: z.object({ year: z.number(), month: z.number(), day: z.number() }),
                      /** Absent where it is zero. */
                      value: z.coerce.number().optional(),
                    }),
                  )
                  .default([]),
              })
              .default({ datedValues: [] }),
          }),
        ),
      }),
    )
    .default([]),
})

export const channelCounters: readonly ChannelCounterName[] = ['views', 'clicks', 'calls', 'directions']

/**
 * Of the last day of which Google tells anything; figures come a few days late. A day without a value is zero only where
 * another metric has one that day: before, it is not known yet.
 */
export async function measureChannel(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const now = call.clock.now()
  const path = `/v1/locations/${encodeURIComponent(call.account.externalId)}:fetchMultiDailyMetricsTimeSeries`
  const query = new URLSearchParams([
    ...Object.values(metrics).flatMap((names) => names.map((name): [string, string] => ['dailyMetrics', name])),
    ...dated('start', now - unconfirmed.lateDays * dayMs),
    ...dated('end', now),
  ])
  const told = await readAs(businessPlatform, call, `${at(call.app, 'performance', path)}?${query}`, answer)
  const series = new Map<string, Map<string, number>>()
  let last = ''
  for (const { dailyMetric, timeSeries } of told?.multiDailyMetricTimeSeries.flatMap(
    (one) => one.dailyMetricTimeSeries,
  ) ?? []) {
    const days = new Map<string, number>()
    for (const { date, value } of timeSeries.datedValues) {
      const day = [date.year, date.month, date.day].map((part) => String(part).padStart(2, '0')).join('-')
      days.set(day, value ?? 0)
      if (value !== undefined && day > last) last = day
    }
    series.set(dailyMetric, days)
  }
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, parts]) => {
      const values = parts.flatMap((part) => series.get(part)?.get(last) ?? [])
      return values.length === 0 ? [] : [[name, values.reduce((sum, value) => sum + value, 0)] as const]
    }),
  )
}

function dated(which: 'start' | 'end', instant: number): [string, string][] {
  const [year = '', month = '', day = ''] = iso(instant).slice(0, 10).split('-')
  return [
    [`dailyRange.${which}Date.year`, year],
    [`dailyRange.${which}Date.month`, String(Number(month))],
    [`dailyRange.${which}Date.day`, String(Number(day))],
  ]
}
