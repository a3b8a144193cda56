/**
 * How late posts leave: some at random instants, then many that are due in the same second. Written through the API of
 * the stage; measured twice, by what the API says (start of the call) and by when it reached the simulated network.
 */
import * as z from 'zod'
import { MastodonSimulator } from '../tests/simulators/mastodon.ts'
import type { Bench, Options, Result, Table } from './bench.ts'
import { bullMq } from './bullmq.ts'
import { conditionalUpdates } from './raw-engine.ts'
import { type BenchStage, benchStage } from './stage.ts'
import { ratio, rounded, type Spread, spread } from './statistics.ts'
import { pause, sideBySide, until } from './workers.ts'

const publication = z.object({
  id: z.string(),
  channelId: z.string(),
  postId: z.string(),
  state: z.string(),
  dueAt: z.string(),
  startedAt: z.string().optional(),
})
type Publication = z.infer<typeof publication>
const page = z.object({ items: z.array(publication), next: z.string().nullish() })
const post = z.object({ id: z.string() })

/** A channel on a network of its own; a feed has no network to look at. */
interface Place {
  readonly channelId: string
  readonly simulator: MastodonSimulator | undefined
}

interface Plan {
  readonly text: string
  readonly dueAt: number
  readonly places: readonly Place[]
}

/** Of one kind of channel. Milliseconds after the instant. */
interface Measured {
  readonly network: string
  readonly late: Spread
  /** Independently, by the clock of whoever received it. */
  readonly arrived: Spread | undefined
  readonly early: number
  readonly duplicates: number
  readonly missing: number
  /** From the instant to the start of the last call. */
  readonly perSecond: number
}

export const lateness: Bench = {
  title: 'How late posts leave',
  run: async (options) => {
    // The connector lets a Mastodon channel send thirty at once: none gets more, so that nothing waits for a limit.
    const networks = options.quick ? 1 : 10
    const bench = await benchStage()
    const simulators = await Promise.all(Array.from({ length: networks }, () => new MastodonSimulator().start()))
    try {
      return await measure(bench, simulators, options)
    } finally {
      await bench.stop()
      for (const simulator of simulators) await simulator.stop()
    }
  },
}

async function measure(bench: BenchStage, simulators: readonly MastodonSimulator[], options: Options): Promise<Result> {
  const { quick, leadSeconds, log } = options
  const counts = quick
    ? { sparse: 8, windowMs: 10_000, posts: 10, feeds: 1 }
    : { sparse: 40, windowMs: 60_000, posts: 20, feeds: 15 }
  const feeds: Place[] = []
  for (let n = 0; n < counts.feeds; n++)
    feeds.push({ channelId: await bench.connect('feed', `Feed ${n}`), simulator: undefined })
  const mastodons: Place[] = []
  for (const [n, simulator] of simulators.entries())
    mastodons.push({ channelId: await bench.connect('mastodon', `Mastodon ${n}`, simulator.access()), simulator })
  const places = [...feeds, ...mastodons]
  const leadMs = leadSeconds * 1000

  log(
    `${counts.sparse} posts on a feed and ${counts.sparse} on Mastodon, at random instants within ${counts.windowMs / 1000} s …`,
  )
  const start = Date.now() + leadMs
  const sparsePlans = [feeds, mastodons].flatMap((kind, k) =>
    Array.from({ length: counts.sparse }, (_, n): Plan => {
      const place = kind[n % kind.length]
      const dueAt = Math.round(start + Math.random() * counts.windowMs)
      return { text: `Sparse ${k} ${n}`, dueAt, places: place === undefined ? [] : [place] }
    }),
  )
  const sparse = await sent(bench, sparsePlans)

  const many = counts.posts * places.length
  log(`${many} publications due in the same second, on ${places.length} channels …`)
  const dueAt = Math.ceil((Date.now() + leadMs) / 1000) * 1000
  const burst = await sent(
    bench,
    Array.from({ length: counts.posts }, (_, n): Plan => ({ text: `Burst ${n}`, dueAt, places })),
  )

  log('the engine by itself …')
  const updates = await conditionalUpdates(bench.engineUrl, quick ? 1 : 5)
  log('BullMQ …')
  const peer = await bullMq({
    sparse: counts.sparse * 2,
    burst: many,
    windowMs: counts.windowMs,
    leadMs: Math.min(leadMs, 10_000),
    concurrency: 100,
  })

  const row = (what: string, { network, late, arrived, early, duplicates, missing }: Measured) => [
    what,
    network,
    late.count,
    late.min,
    late.p50,
    late.p99,
    late.max,
    arrived === undefined ? '–' : `${arrived.min} / ${arrived.p50} / ${arrived.p99} / ${arrived.max}`,
    early,
    arrived === undefined && network !== 'BullMQ' ? '–' : duplicates,
    missing,
  ]
  const peerRow = (
    what: string,
    { late, duplicates, missing }: { late: readonly number[]; duplicates: number; missing: number },
  ) =>
    row(what, {
      network: 'BullMQ',
      late: spread(late),
      arrived: undefined,
      early: late.filter((ms) => ms < 0).length,
      duplicates,
      missing,
      perSecond: 0,
    })
  const latenessTable: Table = {
    title: 'How late posts leave: ms after the instant they were due',
    columns: [
      'posts',
      'on',
      'count',
      'min',
      'p50',
      'p99',
      'max',
      'arrived: min/p50/p99/max',
      'early',
      'twice',
      'missing',
    ],
    rows: [
      ...sparse.map((one) => row('sparse', one)),
      ...(typeof peer === 'string' ? [] : [peerRow('sparse', peer.sparse)]),
      ...burst.map((one) => row('same second', one)),
      ...(typeof peer === 'string' ? [] : [peerRow('same second', peer.burst)]),
    ],
    notes: [
      'Start of the call that makes it visible, as the API says (startedAt − dueAt); arrived: by the clock of the simulated network.',
      'To reach: never early, sparse p99 ≤ 250, none twice.',
      typeof peer === 'string'
        ? peer
        : `BullMQ on Redis ${peer.redis}: its job does nothing; a publication is claimed, fenced, called over HTTP and recorded.`,
    ],
  }
  const all = burst.find(({ network }) => network === 'all')?.perSecond ?? Number.NaN
  const peerRate = typeof peer === 'string' ? undefined : rounded(many / (Math.max(...peer.burst.late) / 1000), 1)
  const rates: Table = {
    title: 'How fast a full second is worked off',
    columns: ['what', 'per second', 'ours is'],
    rows: [
      [`publications (${many}, to the start of the last call)`, rounded(all, 1), '1 ×'],
      ['conditional updates of the engine by itself', updates, `${ratio(all, updates)} ×`],
      ...(peerRate === undefined ? [] : [['jobs of BullMQ', peerRate, `${ratio(all, peerRate)} ×`]]),
    ],
    notes: [
      'A publication asks the table nine or ten times (`npm run bench -- units`), the last time for a transaction, and calls its network.',
    ],
  }
  return {
    tables: [latenessTable, rates],
    figures: { leadSeconds, sparse, burst, engineUpdatesPerSecond: updates, bullmq: peer },
  }
}

/** Writes the posts, waits until each publication has ended, and looks at both sides. */
async function sent(bench: BenchStage, plans: readonly Plan[]): Promise<Measured[]> {
  const written = await sideBySide(4, plans, ({ text, dueAt, places }) =>
    bench.ask(post, 'POST', '/v1/posts', {
      text,
      channels: places.map(({ channelId }) => channelId),
      schedule: { at: new Date(dueAt).toISOString() },
      latePolicy: { graceMinutes: 60 },
    }),
  )
  const planOf = new Map(written.map(({ id }, n) => [id, plans[n]]))
  const instants = plans.map(({ dueAt }) => dueAt)
  const [first, last] = [Math.min(...instants), Math.max(...instants)]
  if (Date.now() > first)
    throw new Error(
      'The posts were written too slowly: the first was due before the last was written. Give more time: --lead 60',
    )
  await pause(last - Date.now() + 1_000)
  const wanted = plans.reduce((sum, { places }) => sum + places.length, 0)
  let seen: readonly Publication[] = []
  const done = await until(
    'every publication ends',
    180,
    async () => {
      seen = (await list(bench, first, last)).filter(({ postId }) => planOf.has(postId))
      const ended = seen.filter(({ state }) => !['scheduled', 'sending', 'waiting', 'processing'].includes(state))
      return ended.length === wanted ? ended : undefined
    },
    2_000,
  ).catch((error: unknown) => {
    const states = Object.entries(Object.groupBy(seen, ({ state }) => state)).map(
      ([state, all]) => `${all?.length} ${state}`,
    )
    throw new Error(`Of ${wanted} publications there are ${states.join(', ')}.`, { cause: error })
  })
  // A second copy would come a little later.
  await pause(3_000)

  const places = [...new Set(plans.flatMap((plan) => plan.places))]
  const kinds = [
    { network: 'feed', of: places.filter(({ simulator }) => simulator === undefined) },
    { network: 'mastodon', of: places.filter(({ simulator }) => simulator !== undefined) },
  ]
  const measured = kinds.map(({ network, of }) => figures(network, of, plans, done))
  return wanted > plans.length ? [...measured, figures('all', places, plans, done)] : measured
}

async function list(bench: BenchStage, first: number, last: number): Promise<Publication[]> {
  const items: Publication[] = []
  const bounds = new URLSearchParams({
    limit: '100',
    from: new Date(first).toISOString(),
    to: new Date(last).toISOString(),
  })
  for (let cursor: string | null | undefined = ''; typeof cursor === 'string'; ) {
    const found: z.infer<typeof page> = await bench.ask(
      page,
      'GET',
      `/v1/publications?${bounds}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    items.push(...found.items)
    cursor = found.next
  }
  return items
}

function figures(
  network: string,
  places: readonly Place[],
  plans: readonly Plan[],
  done: readonly Publication[],
): Measured {
  const ids = new Set(places.map(({ channelId }) => channelId))
  const ours = done.filter(({ channelId }) => ids.has(channelId))
  const late = ours.flatMap(({ startedAt, dueAt }) =>
    startedAt === undefined ? [] : [Date.parse(startedAt) - Date.parse(dueAt)],
  )
  const arrivals = places.flatMap(({ simulator, channelId }) => {
    if (simulator === undefined) return []
    const here = plans.filter((plan) => plan.places.some((place) => place.channelId === channelId))
    return here.map(({ text, dueAt }) =>
      simulator
        .live()
        .filter((live) => live.text === text)
        .map(({ at }) => at - dueAt),
    )
  })
  const arrived = arrivals.flat()
  return {
    network,
    late: spread(late),
    arrived: network === 'mastodon' ? spread(arrived) : undefined,
    early: [...late, ...arrived].filter((ms) => ms < 0).length,
    duplicates: arrivals.filter(({ length }) => length > 1).length,
    missing:
      ours.filter(({ state }) => state !== 'published').length + arrivals.filter(({ length }) => length === 0).length,
    perSecond: rounded(late.length / (Math.max(...late) / 1000), 1),
  }
}
