import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Schedule, startSchedules } from '../../local/schedules.ts'

const complaints: string[] = []
let stop = () => {}

beforeEach(() => {
  complaints.length = 0
  vi.useFakeTimers({ now: new Date('2026-11-20T22:59:30Z') })
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

function start(expression: string, run: Schedule['run'], zone = 'UTC') {
  stop = startSchedules([{ name: 'task', expression, zone, run }], (line) => complaints.push(line))
}

it('a rate begins at once and then comes at its interval', async () => {
  const times: string[] = []
  start('rate(5 minutes)', async () => void times.push(new Date().toISOString()))
  await vi.advanceTimersByTimeAsync(10 * 60_000 + 1_000)
  expect(times).toEqual(['2026-11-20T22:59:30.000Z', '2026-11-20T23:04:30.000Z', '2026-11-20T23:09:30.000Z'])
})

it('every minute is every minute', async () => {
  const run = vi.fn(async () => {})
  start('rate(1 minute)', run)
  await vi.advanceTimersByTimeAsync(59_000)
  expect(run).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(run).toHaveBeenCalledTimes(11)
})

it('a cron runs at its time in its zone', async () => {
  const times: string[] = []
  start('cron(0 0 ? * SAT *)', async () => void times.push(new Date().toISOString()), 'Europe/Paris')
  await vi.advanceTimersByTimeAsync(3_600_000)
  // Midnight in Paris, of a Saturday.
  expect(times).toEqual(['2026-11-20T23:00:00.000Z'])
})

it('counts weekdays from Sunday = 1, as EventBridge does', async () => {
  const ran: string[] = []
  for (const day of ['22 Sun', '23 Mon', '24 Tue', '25 Wed', '26 Thu', '27 Fri', '28 Sat']) {
    vi.setSystemTime(new Date(`2026-11-${day.slice(0, 2)}T11:59:30Z`))
    start('cron(0 12 ? * 2-6 *)', async () => void ran.push(day))
    await vi.advanceTimersByTimeAsync(60_000)
    stop()
  }
  expect(ran).toEqual(['23 Mon', '24 Tue', '25 Wed', '26 Thu', '27 Fri'])
})

it('does not start a second run beside one that is not over', async () => {
  const run = vi.fn(() => new Promise<void>(() => {}))
  start('cron(* * * * ? *)', run)
  await vi.advanceTimersByTimeAsync(5 * 60_000)
  expect(run).toHaveBeenCalledTimes(1)
})

it('says what failed, and goes on', async () => {
  const run = vi.fn(() => Promise.reject(new Error('no queue')))
  start('rate(1 minute)', run)
  await vi.advanceTimersByTimeAsync(61_000)
  expect(run).toHaveBeenCalledTimes(2)
  expect(complaints[0]).toBe('The schedule task failed: no queue')
})

it('ends when stopped', async () => {
  const run = vi.fn(async () => {})
  start('rate(1 minute)', run)
  stop()
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(run).toHaveBeenCalledTimes(1)
})

it.each(['rate(soon)', 'cron(0 9 * * ?)', 'cron(0 9 * * ? 2027)', 'at(2027-01-01T00:00:00)'])(
  'refuses %s by name',
  (expression) => {
    expect(() => start(expression, async () => {})).toThrow(`task: ${expression}`)
  },
)
