import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { keys, listPartition } from '../../shared/aws/keys.ts'
import type { Channel } from '../../shared/channels/channel.ts'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import type { PublicationRecord } from '../../shared/publishing/record.ts'
import { rests } from '../../shared/publishing/transitions.ts'
import { dueShards, shardOf as shardOfId } from '../../shared/scheduling/due-index.ts'
import { readAheadMs } from '../../shared/scheduling/enqueue.ts'
import { brokenInvariants } from './invariants.ts'
import { type Behaviour, behaviours, type Preparation, preparations, profiles } from './network.ts'
import { Seeded } from './seeded.ts'
import { type Death, World } from './world.ts'

/** What one run is made of. All of it follows from the seed unless given. */
export interface Scenario {
  readonly seed: number
  readonly profile?: string
  /** The first answers of the network, then it accepts. */
  readonly behaviours?: readonly Behaviour[]
  /** Its first answers to the work ahead, then it does it. */
  readonly preparations?: readonly Preparation[]
  /** When the post is due, in seconds from the beginning. */
  readonly dueInSeconds?: number
  /** Where the first invocation of `publish` dies. */
  readonly death?: Death
  /** For so long after the network first took a post, the table takes nothing. */
  readonly throttledSeconds?: number
  /** One post of one part, no person interfering, no throttles. */
  readonly plain?: boolean
}

export interface Result {
  readonly violations: readonly string[]
  readonly steps: number
  /** Whether the given death happened: past the last await it does not. */
  readonly died: boolean
  readonly states: readonly string[]
}

const actor = { kind: 'user', id: 'user_sim', name: 'Camille', mayPublish: true } as const
const faultsMs = 20 * 60_000
const longestMs = 50 * 3_600_000
const maxSteps = 1_500

/** One schedule of events, checked after every step. */
export async function run(
  client: DynamoDBClient,
  tableName: string,
  scenario: Scenario,
  start: number,
): Promise<Result> {
  const random = new Seeded(scenario.seed)
  const profile = scenario.profile ?? random.pick(Object.keys(profiles))
  const world = new World(client, tableName, profile, random, start)
  // an engine holds many runs, and each begins at the same instant
  for (let shard = 0; shard < dueShards; shard++)
    await world.table.write({ delete: keys.dueCursor('publication', shard) })
  const plain = scenario.plain ?? false
  const faultsEnd = start + faultsMs
  const faulty = () => world.clock.now() < faultsEnd
  const violations = new Set<string>()
  let died = false

  const answers = [...(scenario.behaviours ?? [])]
  world.network.behaviour = () =>
    scenario.behaviours !== undefined
      ? (answers.shift() ?? 'accept')
      : faulty() && random.chance(0.5)
        ? random.pick(behaviours)
        : 'accept'
  if (scenario.throttledSeconds !== undefined) {
    const throttledMs = scenario.throttledSeconds * 1000
    world.faults.throttled = () => {
      const [taken] = world.network.posts
      return taken !== undefined && world.clock.now() < taken.publishedAt + throttledMs
    }
  }
  const prepared = [...(scenario.preparations ?? [])]
  world.network.preparation = () =>
    plain ? (prepared.shift() ?? 'prepare') : faulty() && random.chance(0.5) ? random.pick(preparations) : 'prepare'
  const people: Channel[] = [await world.addChannel()]
  if (!plain) people.push(await world.addChannel())
  await write(world, people, scenario)

  // from here on things go wrong
  let first = true
  world.death = (name) => {
    if (scenario.death !== undefined || plain) {
      if (!first || name !== 'publish') return undefined
      first = false
      if (scenario.death !== undefined) died = true
      return scenario.death
    }
    return faulty() && random.chance(0.2) ? { at: random.int(0, 14), afterEffect: random.chance(0.5) } : undefined
  }
  if (!plain) {
    world.faults.throttle = 0.02
    world.duplicate = 0.15
    world.lose = 0.1
  }

  const ids = await written(world, people)
  let records = await read(world, ids)
  let nextTick = start + random.int(1, 60) * 1000
  let nextAction = plain ? Number.POSITIVE_INFINITY : start + random.int(5, 300) * 1000
  let mended = false
  let steps = 0
  let seen = -1
  for (; steps < maxSteps; steps++) {
    for (const violation of brokenInvariants(world, records)) violations.add(violation)
    if (violations.size > 0) break
    const wakes = records.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [millis(wakeAt)]))
    const finished = wakes.length === 0 && world.pending.length === 0 && world.clock.next() === Number.POSITIVE_INFINITY
    if (finished && (plain || world.clock.now() > faultsEnd)) break
    // ticks that could find nothing are left out
    const useful = Math.max(nextTick, Math.min(...wakes, Number.POSITIVE_INFINITY) - readAheadMs)
    const next = Math.min(
      world.clock.next(),
      world.nextMessage(),
      useful,
      nextAction,
      mended ? Number.POSITIVE_INFINITY : faultsEnd,
    )
    if (next - start > longestMs) break
    world.clock.advance(next)
    while (world.clock.wakeOne()) await world.settle()
    if (!mended && !faulty()) {
      mended = true
      nextAction = Number.POSITIVE_INFINITY
      for (const channel of people) await world.setChannel(channel, 'active')
    }
    if (mended) for (const channel of [...world.disconnected]) await world.setChannel(channel, 'active')
    if (world.clock.now() >= useful && wakes.length > 0) {
      await world.tick(new Set(records.map((record) => shardOf(record))))
      nextTick = world.clock.now() + random.int(60, 119) * 1000
    }
    if (world.clock.now() >= nextAction) {
      await interfere(world, people, records)
      nextAction = world.clock.now() + random.int(5, 300) * 1000
    }
    await world.deliver()
    if (world.faults.writes === seen) continue
    seen = world.faults.writes
    records = await read(world, ids)
    if (records.length < ids.length) violations.add('I2: a publication is gone')
  }
  for (const violation of brokenInvariants(world, records)) violations.add(violation)
  for (const record of records)
    if (!rests(record))
      violations.add(
        `I2: ${record.id} is still ${record.state} (${record.reason}) after ${steps} steps, wakes ${record.wakeAt}`,
      )
  for (const violation of lateThroughPreparing(world, scenario)) violations.add(violation)
  for (const violation of badlyHandedOver(records, scenario)) violations.add(violation)
  client.middlewareStack.remove('faults')
  return { violations: [...violations], steps, died, states: records.map((record) => record.state) }
}

/** What only costs time when it is prepared must not cost any at the instant. */
const harmless: readonly Preparation[] = [
  'prepare',
  'take a while',
  'refuse the connection',
  'fail with 500',
  'stall beyond the lease',
]

function* lateThroughPreparing({ network, lateness }: World, scenario: Scenario): Generator<string> {
  if (scenario.plain !== true || network.preparationsBegun === 0) return
  if (!(scenario.preparations ?? []).every((answer) => harmless.includes(answer))) return
  if (lateness[0] === undefined) yield 'late: what was prepared never left'
  else if (lateness[0] > 2_000) yield `late: ${lateness[0]} ms, after the work ahead`
}

/** Nobody interferes: it is a person's in the end, was made so once, and they were reminded. */
function* badlyHandedOver(records: readonly PublicationRecord[], { plain, profile }: Scenario): Generator<string> {
  if (plain !== true || profile !== 'by hand') return
  for (const { id, state, attempts, handover, visible } of records)
    if (state !== 'handed_over' || attempts !== 1 || handover?.reminders !== 2 || visible)
      yield `by hand: ${id} ended ${state} after ${attempts} hand-overs and ${handover?.reminders} reminders`
}

async function write(world: World, people: readonly Channel[], scenario: Scenario): Promise<void> {
  const { random, clock } = world
  const plain = scenario.plain ?? false
  const texts = ['Soldes d’été', 'Nouveau menu', 'Portes ouvertes']
  for (let count = plain ? 1 : random.int(1, 3); count > 0; count--) {
    const channel = plain ? people[0] : random.pick(people)
    if (channel === undefined) throw new Error('no channel')
    const thread = plain
      ? []
      : Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, (_, part) => ({ text: `suite ${part} ${count}` }))
    const { dueInSeconds } = scenario
    const schedule =
      dueInSeconds !== undefined
        ? { at: iso(clock.now() + dueInSeconds * 1000) }
        : random.chance(0.2)
          ? ({ now: true } as const)
          : { at: iso(clock.now() + random.int(1, 400) * 1000) }
    const graceMinutes = plain ? 60 : random.pick([0, 1, 15, 15, 60, 600])
    await world.invoke('create', channel.workspaceId, async () => {
      const input = { text: random.pick(texts), channels: [channel.id], thread, schedule, latePolicy: { graceMinutes } }
      await world.posts.create(channel.workspaceId, actor, input, {
        idempotency: undefined,
        status: 201,
        body: () => ({}),
      })
    })
  }
}

/** People do what people do, at the worst moments. */
async function interfere(
  world: World,
  people: readonly Channel[],
  records: readonly PublicationRecord[],
): Promise<void> {
  const { random } = world
  const channel = random.pick(people)
  const record = records.length === 0 ? undefined : random.pick(records)
  const tolerant = (run: () => Promise<unknown>) => async () => {
    try {
      await run()
    } catch (error) {
      if (!(error instanceof AppError)) throw error // a refusal is an answer
    }
  }
  const { publications, posts } = world
  if (record === undefined || random.chance(0.25))
    return world.setChannel(channel, random.pick(['paused', 'active', 'active'] as const))
  const { workspaceId, id, postId } = record
  if (record.state === 'unconfirmed') {
    const live = world.network.liveOf(id)[0]
    if (live === undefined) world.settled.add(id) // the person may be wrong: a late post may still appear
    const resolution =
      live === undefined
        ? ({ resend: true } as const)
        : { published: { url: `https://net.example/${live.externalId}` } }
    await world.invoke(
      'resolve',
      workspaceId,
      tolerant(() => publications.resolve(workspaceId, id, actor, resolution)),
    )
    return
  }
  if (record.state === 'sending' && record.unknown !== undefined && random.chance(0.3)) {
    // the person may be wrong here, too
    world.settled.add(id)
    await world.invoke(
      'resolve',
      workspaceId,
      tolerant(() => publications.resolve(workspaceId, id, actor, { cancel: true })),
    )
    return
  }
  if (record.state === 'handed_over' && random.chance(0.5)) {
    const url = world.network.postByHand(record)
    const said = random.chance(0.8) ? { url } : {}
    await world.invoke(
      'person',
      workspaceId,
      tolerant(() => publications.done(workspaceId, id, actor, said)),
    )
    return
  }
  const actions = [
    () => publications.cancel(workspaceId, id, actor),
    () => publications.retry(workspaceId, id, actor),
    () => publications.remove(workspaceId, id, actor),
    () => publications.schedule(workspaceId, id, actor, { at: iso(world.clock.now() + random.int(1, 300) * 1000) }),
    () => posts.edit(workspaceId, postId, actor, { text: `corrigé ${random.int(1, 1e6)}` }),
    () => posts.schedule(workspaceId, postId, actor, { schedule: { now: true } }),
    () => posts.remove(workspaceId, postId, actor, true),
  ]
  await world.invoke('person', workspaceId, tolerant(random.pick(actions)))
}

type Id = { readonly workspaceId: string; readonly id: string }

/** What was written before things go wrong. */
async function written(world: World, people: readonly Channel[]): Promise<Id[]> {
  const ids: Id[] = []
  for (const { workspaceId } of people) {
    const page = await world.table.query(
      { index: 'list', pk: listPartition(workspaceId, 'publications') },
      z.object({ id: z.string() }),
    )
    ids.push(...page.items.map(({ id }) => ({ workspaceId, id })))
  }
  return ids
}

const read = async (world: World, ids: readonly Id[]): Promise<PublicationRecord[]> =>
  (await world.records(ids)).flatMap((record) => record ?? [])

/** The shard a publication waits in. */
const shardOf = ({ workspaceId, id }: PublicationRecord): number => shardOfId(`${workspaceId}/${id}`)
