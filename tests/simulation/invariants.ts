import { millis } from '../../shared/kernel/clock.ts'
import type { PublicationRecord } from '../../shared/publishing/record.ts'
import { leaseMs } from '../../shared/publishing/sender.ts'
import { rests } from '../../shared/publishing/transitions.ts'
import { secretToken } from './network.ts'
import type { World } from './world.ts'

/** What must hold after every step, whatever died or failed (DESIGN §4). Answers what does not. */
export function brokenInvariants(world: World, records: readonly (PublicationRecord | undefined)[]): string[] {
  const broken = [...world.network.violations, ...world.faults.violations]
  const live = records.flatMap((record) => record ?? [])
  if (live.length < records.length) broken.push('I2: a publication is gone')

  // I1, by text: posts with the same text are told apart by nobody, so they are counted together
  const texts = new Map<string, PublicationRecord[]>()
  for (const record of live)
    for (const [part, { text }] of record.content.parts.entries()) {
      const name = `${record.channelId}/${part}/${text}`
      texts.set(name, [...(texts.get(name) ?? []), record])
    }
  for (const [name, sharers] of texts) {
    if (sharers.some((record) => world.settled.has(record.id))) continue
    const part = Number(name.split('/')[1])
    const count = new Set(
      sharers.flatMap((record) => world.network.liveOf(record.id, part).map((post) => post.externalId)),
    ).size
    if (count > sharers.length)
      broken.push(
        `I1: ${count} live posts of ${sharers.length} publication(s) "${name}" (${sharers.map((record) => record.state)})`,
      )
  }
  const owners = new Map<string, string>()
  for (const record of live) {
    const externalId = record.live?.externalId
    if (externalId === undefined) continue
    const other = owners.get(externalId)
    if (other !== undefined) broken.push(`I1: ${externalId} is both ${other} and ${record.id}`)
    owners.set(externalId, record.id)
  }

  for (const record of live) {
    // what a person has rests once they were reminded; before that, something must come
    const forgotten = record.state === 'handed_over' && record.wakeAt === undefined && record.handover?.reminders === 0
    if (!forgotten && rests(record) === (record.wakeAt === undefined)) continue
    broken.push(
      `I2: ${record.id} is ${record.state} and ${record.wakeAt === undefined ? 'waits for nothing' : 'still wakes'}`,
    )
  }

  // a cancel, a pause and an edit are obeyed until just before the instant
  for (const { id, state, run, dueAt } of live)
    if (state === 'sending' && run !== undefined && millis(run.claimedAt) < millis(dueAt ?? '') - 6_000)
      broken.push(`early: ${id} is claimed to be sent at ${run.claimedAt}, due ${dueAt}`)

  for (const { id, state, startedAt, dueAt } of live)
    if (state === 'handed_over' && millis(startedAt ?? '') < millis(dueAt ?? ''))
      broken.push(`early: ${id} was handed over at ${startedAt}, due ${dueAt}`)

  for (const { id, visible } of live)
    if (visible && !world.network.called.has(id) && !world.settled.has(id))
      broken.push(`visible: ${id} counts as visible, and nothing of it was ever sent`)

  // no call is made after the late policy, or after two looks at a first call that came at its end
  for (const { id, run, visible, dueAt, latePolicy } of live) {
    if (visible || run?.purpose !== 'send' || run.stepAt === undefined || dueAt === undefined) continue
    const moment = `${id} ${dueAt}`
    const first = world.firstCalls.get(moment) ?? millis(run.stepAt)
    world.firstCalls.set(moment, first)
    const looked = first + world.network.settleSeconds * 1000 + 2 * 60_000
    // claimed in time, it may still take its whole lease
    const latest = Math.max(millis(dueAt) + latePolicy.graceMinutes * 60_000, looked) + leaseMs
    if (millis(run.stepAt) > latest)
      broken.push(`late: ${id} was sent at ${run.stepAt}, due ${dueAt}, grace ${latePolicy.graceMinutes} min`)
  }

  for (const line of world.lines) if (line.includes(secretToken)) broken.push(`I5: a secret in a log line: ${line}`)
  return broken
}
