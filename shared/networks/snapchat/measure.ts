import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { errorOf, isGone } from '../http/index.ts'
import type { ChannelCall, CounterName, Counters } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { at, type Credentials, type Settings, snapchat, unseen } from './api.ts'
import { collections } from './publish.ts'

/** Our names, by those of Snapchat's figures for one kind of post, and for all. */
const metrics: readonly (readonly [CounterName, RegExp])[] = [
  ['views', /^(?:(?:SPOTLIGHT|SAVED_STORY|STORY)_)?VIEWS$/],
  ['shares', /^(?:(?:SPOTLIGHT|SAVED_STORY|STORY)_)?SHARES$/],
]
export const counters = metrics.map(([name]) => name)

/** Figures come as `{"VIEWS": 3}` or as `[{"metric": "VIEWS", "value": 3}]`: which, the documents at hand do not say. */
const figure = z.object({ metric: z.string(), value: z.coerce.number() })
const stats = z.object({
  assets: z.array(
    z.object({
      timeseries: z
        .array(
          z.object({ stats: z.union([z.array(figure.nullable().catch(null)), z.record(z.string(), z.unknown())]) }),
        )
        .catch([]),
    }),
  ),
})

/** One call a post, over its whole life (`LIFETIME` is the default). Stories without an id of theirs cannot be asked for. */
export async function measure(
  call: ChannelCall<Credentials, Settings>,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const found = new Map<string, Counters>()
  for (const externalId of externalIds) {
    const [collection = '', id = ''] = externalId.split('/')
    if (!Object.values<string>(collections).includes(collection)) continue
    const tried = await unseen(call, {
      method: 'GET',
      url: at(call, `/${collection}/${encodeURIComponent(id)}/stats`),
    })
    if (tried.refusal === undefined) found.set(externalId, read(stats.safeParse(tried.answer.json()).data))
    else if (!('answer' in tried && isGone(snapchat, tried.answer))) throw errorOf(tried.refusal, call.clock.now())
  }
  return found
}

function read(answer: z.infer<typeof stats> | undefined): Counters {
  if (answer === undefined)
    throw new AppError('unavailable', 'network_failed', networkTexts.unreadableFigures({ network: 'Snapchat' }))
  const series = answer.assets[0]?.timeseries[0]?.stats ?? {}
  const told = Array.isArray(series)
    ? series.flatMap((one) => (one === null ? [] : [[one.metric, one.value] as const]))
    : Object.entries(series)
  const counted = metrics.flatMap(([name, pattern]) => {
    const value = told.find(([metric]) => pattern.test(metric.toUpperCase()))?.[1]
    return typeof value === 'number' && Number.isFinite(value) ? [[name, value] as const] : []
  })
  return Object.fromEntries(counted)
}
