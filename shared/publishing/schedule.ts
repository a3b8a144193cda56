import { Temporal } from 'temporal-polyfill'
import * as z from 'zod'
import { said, type Text } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { publishingTexts } from './texts.ts'

/** When something should leave: a wall-clock time in a zone (`zone` defaults to the workspace's), or at once. */
export const scheduleInput = z
  .union([
    z.strictObject({
      at: z
        .string()
        .regex(
          /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/,
          said(publishingTexts.localTime()),
        )
        .describe('Local date and time, `2026-12-01T09:00:00`; with `Z` or an offset it is that very instant.'),
      zone: z.string().max(64).optional().describe('IANA zone; the workspace’s if absent.'),
    }),
    z.strictObject({ now: z.literal(true) }),
  ])
  .meta({ example: { at: '2026-12-01T09:00:00', zone: 'Europe/Paris' } })
export type ScheduleInput = z.infer<typeof scheduleInput>

export interface Moment {
  /** UTC. */
  readonly dueAt: string
  readonly scheduled: { at: string; zone: string; adjusted?: 'gap_shifted_forward' | 'overlap_first' }
}

/** What is kept of a schedule that was taken: with its zone, and the instant where it was `now`. */
export function keptSchedule(input: ScheduleInput, { dueAt, scheduled }: Moment): { at: string; zone: string } {
  return 'now' in input ? { at: dueAt, zone: scheduled.zone } : { at: input.at, zone: input.zone ?? scheduled.zone }
}

const furthestYears = 2
const toleratedPastMs = 60_000

/**
 * The instant a person meant. A local time that does not exist (clocks go forward) is moved forward by the gap: 02:30
 * becomes 03:30; one that exists twice (clocks go back) is the first of the two; the answer says so (`adjusted`).
 * This is the `compatible` rule of Temporal and of RFC 5545. Throws `unknown_zone`, `invalid_local_time`,
 * `schedule_in_past` (more than a minute ago) and `schedule_too_far` (more than two years ahead), each with where the
 * schedule stands in the request (`pointer`).
 */
export function momentOf(input: ScheduleInput, defaultZone: string, now: number, pointer = '/schedule'): Moment {
  if ('now' in input)
    return { dueAt: iso(now), scheduled: { at: localText(now, zoneOf(defaultZone, pointer)), zone: defaultZone } }
  const zone = zoneOf(input.zone ?? defaultZone, pointer)
  const moment = /Z|[+-]\d{2}:\d{2}$/.test(input.at.slice(10))
    ? fromInstant(input.at, zone, pointer)
    : fromLocal(input.at, zone, pointer)
  const due = Date.parse(moment.dueAt)
  if (due < now - toleratedPastMs) {
    const message = publishingTexts.inPast({ at: input.at, zone })
    throw new AppError('unprocessable', 'schedule_in_past', message, at(pointer, 'schedule_in_past', message))
  }
  if (due > now + furthestYears * 366 * 86_400_000) {
    const message = publishingTexts.tooFar({ at: input.at, years: furthestYears })
    throw new AppError('unprocessable', 'schedule_too_far', message, at(pointer, 'schedule_too_far', message))
  }
  return moment
}

/** Where it stands in the request. */
const at = (pointer: string, code: string, message: Text, field = 'at') => ({
  problems: [{ pointer: `${pointer}/${field}`, code, message }],
})

function fromInstant(text: string, zone: string, pointer: string): Moment {
  let due: number
  try {
    // not Date.parse, which takes 30 February for 2 March
    due = Temporal.Instant.from(text).epochMilliseconds
  } catch {
    throw invalidLocal(text, pointer)
  }
  return { dueAt: iso(due), scheduled: { at: localText(due, zone), zone } }
}

function fromLocal(text: string, zone: string, pointer: string): Moment {
  let local: Temporal.PlainDateTime
  try {
    local = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  } catch {
    throw invalidLocal(text, pointer)
  }
  const taken = local.toZonedDateTime(zone, { disambiguation: 'compatible' })
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
  const adjusted = !taken.toPlainDateTime().equals(local)
    ? ('gap_shifted_forward' as const)
    : later.epochMilliseconds === taken.epochMilliseconds
      ? undefined
      : ('overlap_first' as const)
  return {
    dueAt: iso(taken.epochMilliseconds),
    scheduled: { at: local.toString(), zone, ...(adjusted === undefined ? {} : { adjusted }) },
  }
}

/** An offset such as +02:00 has no daylight saving: whoever plans by it would be an hour off half the year. */
const zoneName = /^[A-Za-z][A-Za-z0-9_+\-/]*$/

function zoneOf(zone: string, pointer: string): string {
  try {
    if (!zoneName.test(zone)) throw new RangeError(zone)
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId
  } catch {
    const message = publishingTexts.noZone({ zone })
    throw new AppError('unprocessable', 'unknown_zone', message, at(pointer, 'unknown_zone', message, 'zone'))
  }
}

const localText = (ms: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })

function invalidLocal(text: string, pointer: string): AppError {
  const message = publishingTexts.noDate({ text })
  return new AppError('unprocessable', 'invalid_local_time', message, at(pointer, 'invalid_local_time', message))
}
