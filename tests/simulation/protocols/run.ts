import * as z from 'zod'
import { millis } from '../../../shared/kernel/clock.ts'
import { readDueKey } from '../../../shared/scheduling/due-index.ts'
import {
  partitionOf,
  recordKey,
  type WakeMessage,
  type WakeTarget,
  wakeMessage,
} from '../../../shared/scheduling/wake-message.ts'
import { Engine } from '../../support/engine.ts'
import { Seeded } from '../seeded.ts'
import type { Death } from '../world.ts'
import { lateMs, type Manner, manners, type Protocol, type Stall, Stand } from './stand.ts'

/** One schedule of events. All of it follows from the seed unless given. */
export interface Schedule {
  readonly seed: number
  /** Where the first invocation dies; nothing else goes wrong then but doubled messages. */
  readonly death?: Death
  /** How the first call goes; nothing else goes wrong then but doubled messages. */
  readonly manner?: Manner
  /** Where the first invocation stands still; nothing else goes wrong then but doubled messages. */
  readonly stall?: Stall
}

export interface Seen {
  readonly violations: readonly string[]
  readonly died: number
  readonly wakes: number
}

const start = Date.UTC(2026, 0, 1)
const faultySteps = 16
/** After the faults, what ends comes to its end within so many steps; what never ends is looked at for a few. */
const stepsToEnd = 60
const stepsOfEndless = 8
/** A message that comes twice comes again at once, soon, while the first is at work, or after its lease. */
const copyAfterMs = [0, 1_000, 30_000, 70_000, 160_000] as const
/** Those who look again every moment do so within one step. */
const togetherMs = 5_000
/** No call takes longer. */
const restMs = 3_600_000
/** A moment, or longer than any lease. */
const stallMs = [500, 500, lateMs] as const
/** What was lost is sent by a later tick. */
const againMs = 60_000

const waiting = z.object({ wakeAt: z.string().optional(), wakeSk: z.string().optional() })

interface Pending {
  readonly message: WakeMessage
  readonly at: number
}

/** The message of a record that waits, as a tick would find it in the due index. */
async function dueOf(stand: Stand, target: WakeTarget): Promise<WakeMessage | undefined> {
  const item = await stand.table.get(recordKey(target), waiting)
  if (item?.wakeSk === undefined) {
    if (item?.wakeAt !== undefined) stand.violations.add(`I2: a ${target.kind} waits, and is not in the due index`)
    return undefined
  }
  const entry = readDueKey(partitionOf[target.kind], item.wakeSk)
  const { wakeAt } = entry?.message ?? {}
  if (wakeAt === undefined || (item.wakeAt !== undefined && item.wakeAt !== wakeAt)) {
    stand.violations.add(`I2: a ${target.kind} stands in the due index at ${wakeAt}, and waits for ${item.wakeAt}`)
    return undefined
  }
  return wakeMessage.parse({ ...target, wakeAt })
}

const nameOf = (message: WakeMessage) => `wake ${Object.values(message).join(' ')}`

/** Lets time pass for those who sleep, one after the other. */
async function sleepUntil(stand: Stand, until: number): Promise<void> {
  const { clock } = stand
  while (clock.next() <= until) {
    clock.advance(clock.next())
    while (clock.wakeOne()) await stand.settle()
  }
}

/** Runs one schedule of a protocol on a table of its own. */
export async function runProtocol(engine: Engine, protocol: Protocol, schedule: Schedule): Promise<Seen> {
  const tableName = `protocol-${crypto.randomUUID()}`
  await engine.table(tableName)
  const random = new Seeded(schedule.seed)
  const client = engine.client()
  const stand = new Stand(client, tableName, random, start)
  const subject = await protocol.open(stand)
  const chosen = [schedule.death, schedule.manner, schedule.stall].some((one) => one !== undefined)
  let step = 0
  const faulty = () => step < faultySteps
  let first = schedule.manner
  stand.manner = () => {
    const given = first
    first = undefined
    return given ?? (!chosen && faulty() && random.chance(0.5) ? random.pick(manners) : 'answer')
  }
  let death = schedule.death
  stand.death = () => {
    const given = death
    death = undefined
    if (given !== undefined || chosen) return given
    return faulty() && random.chance(0.25) ? { at: random.int(0, 14), afterEffect: random.chance(0.5) } : undefined
  }
  let stall = schedule.stall
  stand.stall = () => {
    const given = stall
    stall = undefined
    if (given !== undefined || chosen) return given
    return faulty() && random.chance(0.3)
      ? { at: random.int(0, 14), ms: Math.min(random.pick(stallMs), protocol.longestStallMs ?? lateMs) }
      : undefined
  }
  if (!chosen) stand.faults.throttle = 0.02
  const pending: Pending[] = []
  const enqueuedAt = new Map<string, number>()
  let wakes = 0
  let due: readonly WakeMessage[] = []
  let seen = -1
  const maxSteps = faultySteps + (protocol.endless === true ? stepsOfEndless : stepsToEnd)
  for (; step < maxSteps && stand.violations.size === 0; step++) {
    if (!faulty()) stand.faults.throttle = 0
    if (stand.faults.writes !== seen) {
      seen = stand.faults.writes
      for (const broken of await subject.check()) stand.violations.add(broken)
      if (stand.violations.size > 0) break
      due = (await Promise.all(subject.targets.map((target) => dueOf(stand, target)))).flatMap((one) => one ?? [])
    }
    const ticks = due.map((message) => {
      const before = enqueuedAt.get(nameOf(message))
      return { message, at: before === undefined ? millis(message.wakeAt) : before + againMs }
    })
    const message = Math.min(Number.POSITIVE_INFINITY, ...[...pending, ...ticks].map(({ at }) => at))
    const next = Math.min(stand.clock.next(), message)
    const idle = next === Number.POSITIVE_INFINITY
    if (idle && (subject.meanwhile === undefined || !faulty())) break
    if (!idle) {
      stand.clock.advance(next)
      await sleepUntil(stand, Math.min(message, next + togetherMs))
    }
    const now = stand.clock.now()
    for (const { message, at } of ticks) {
      if (at > now) continue
      enqueuedAt.set(nameOf(message), now)
      if (!chosen && faulty() && random.chance(0.1)) continue // lost
      pending.push({ message, at: now })
      if (faulty() && (schedule.stall !== undefined || random.chance(0.4)))
        pending.push({ message, at: now + (schedule.stall === undefined ? random.pick(copyAfterMs) : 0) })
    }
    if (subject.meanwhile !== undefined && faulty() && random.chance(0.4)) {
      const { meanwhile } = subject
      await stand.invoke('meanwhile', () => meanwhile.call(subject))
    }
    for (const one of pending.filter(({ at }) => at <= now)) {
      pending.splice(pending.indexOf(one), 1)
      wakes++
      await stand.invoke(nameOf(one.message), async () => subject.wake?.(one.message))
    }
  }
  // what is under way comes to its end
  await sleepUntil(stand, stand.clock.now() + restMs)
  for (const broken of await subject.check()) stand.violations.add(broken)
  if (stand.violations.size === 0) for (const broken of await subject.atEnd()) stand.violations.add(broken)
  client.middlewareStack.remove('faults')
  client.destroy()
  return { violations: [...stand.violations], died: stand.died, wakes }
}

/** A death at each of the first awaits, before and after its effect. */
export function* deaths(awaits: number): Generator<Schedule> {
  for (let at = 0; at < awaits; at++)
    for (const afterEffect of [false, true])
      yield { seed: 1 + at * 2 + Number(afterEffect), death: { at, afterEffect } }
}

/** The first invocation stands still before each of its awaits, while its message comes again. */
export function* stalls(awaits: number): Generator<Schedule> {
  for (let at = 0; at < awaits; at++) yield { seed: 201 + at, stall: { at, ms: 500 } }
}

/** Every manner of the first call. */
export function* calls(): Generator<Schedule> {
  let seed = 101
  for (const manner of manners) yield { seed: seed++, manner }
}

export function* byChance(from: number, count: number): Generator<Schedule> {
  for (let seed = from; seed < from + count; seed++) yield { seed }
}

/** Runs schedules of one protocol; stops at the first broken invariant. */
export async function playProtocol(protocol: Protocol, all: Iterable<Schedule>) {
  const seen = { runs: 0, died: 0, wakes: 0, violations: [] as { schedule: Schedule; violations: readonly string[] }[] }
  const engine = await Engine.start()
  try {
    for (const schedule of all) {
      const result = await runProtocol(engine, protocol, schedule)
      seen.runs++
      seen.died += result.died
      seen.wakes += result.wakes
      if (result.violations.length === 0) continue
      seen.violations.push({ schedule, violations: result.violations })
      break
    }
  } finally {
    await engine.stop()
  }
  return seen
}
