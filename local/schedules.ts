/** EventBridge's schedules: `rate(1 minute)` and `cron(0 9 * * ? *)` in a zone. */
import { Cron } from 'croner'

export interface Schedule {
  readonly name: string
  readonly expression: string
  readonly zone: string
  readonly run: () => Promise<unknown>
}

const units: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 }

/**
 * What stops them all. A rate begins at once, as a schedule does when it is created: what came due while the stage was
 * down is found within a second. A run that is not over when the next is due is not doubled.
 */
export function startSchedules(schedules: readonly Schedule[], complain: (line: string) => void): () => void {
  const jobs = schedules.map(({ name, expression, zone, run }) => {
    const go = () =>
      run().then(
        () => {},
        (error: unknown) => complain(`The schedule ${name} failed: ${error instanceof Error ? error.message : error}`),
      )
    const [, count, unit = ''] = /^rate\((\d+) (second|minute|hour|day)s?\)$/.exec(expression) ?? []
    if (count === undefined) return new Cron(pattern(name, expression), { timezone: zone, protect: true }, go)
    go()
    const interval = Number(count) * (units[unit] ?? 60)
    return new Cron('* * * * * *', { interval, startAt: new Date(Date.now() + interval * 1000), protect: true }, go)
  })
  return () => {
    for (const job of jobs) job.stop()
  }
}

/** `cron(minutes hours day-of-month month day-of-week year)` in croner's words. */
function pattern(name: string, expression: string): string {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(/\s+/)
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields ?? []
  if (fields?.length !== 6 || dayOfWeek === undefined || year !== '*')
    throw new Error(`The stage cannot run the schedule ${name}: ${expression}`)
  // EventBridge counts Sunday as 1, croner as 0.
  const days = dayOfWeek.replace(/\d(?!#)/g, (digit) => String(Number(digit) - 1))
  return ['0', minute, hour, dayOfMonth, month, days].map((field) => (field === '?' ? '*' : field)).join(' ')
}
