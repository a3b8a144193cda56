import { afterEach, describe, expect, test, vi } from 'vitest'
import { handler } from '../../functions/schedules/versions.ts'
import { versionEnds } from '../../shared/channels/index.ts'
import { connectorOf, networkNames } from '../../shared/networks/registry.ts'
import { chorusConnector } from './chorus.ts'

const spoken = (worksAtLeastUntil: string) => ({ ...chorusConnector, apiVersion: { name: 'v3', worksAtLeastUntil } })
const left = (until: string, now: string) => versionEnds([spoken(until)], Date.parse(now))[0]?.daysLeft

describe('an API version', () => {
  test('ends when its day is over', () => {
    expect(left('2027-03-01', '2027-01-01T00:00:00Z')).toBe(60)
    expect(left('2027-03-01', '2027-01-01T00:00:01Z')).toBe(59)
    expect(left('2027-03-01', '2027-03-01T23:59:59Z')).toBe(0)
    expect(left('2027-03-01', '2027-03-02T00:00:01Z')).toBe(-1)
  })

  test('of which nobody knows the end is left out, and what is no day is refused', () => {
    expect(versionEnds([chorusConnector, { ...chorusConnector, apiVersion: { name: 'v3' } }], 0)).toEqual([])
    expect(() => left('soon', '2027-01-01T00:00:00Z')).toThrow(/chorus.*soon/)
  })
})

describe('the schedule', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  /** What the function writes on this day. */
  async function written(day: string) {
    const lines: string[] = []
    vi.stubEnv('STAGE', 'prod')
    vi.useFakeTimers({ now: new Date(day), toFake: ['Date'] })
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
    await handler()
    vi.restoreAllMocks()
    const all = lines.map((line) => JSON.parse(line))
    return { metrics: all.filter((line) => '_aws' in line), warnings: all.filter((line) => line.level === 'warn') }
  }

  test('measures every network whose end is known, and names those that end soon, with the file', async () => {
    const connectors = await Promise.all(networkNames.map(connectorOf))
    const known = connectors.filter(({ apiVersion }) => apiVersion?.worksAtLeastUntil !== undefined)
    const names = known.map(({ name }) => name)
    expect(names).toContain('facebook')
    const { metrics } = await written('2026-11-01T06:00:00Z')
    expect(metrics.map(({ Network }) => Network)).toEqual(names)
    const { warnings } = await written('2099-01-01T06:00:00Z')
    expect(warnings.map(({ network }) => network)).toEqual(names)
    expect(warnings[0]).toMatchObject({
      file: expect.stringContaining('shared/networks/'),
      worksAtLeastUntil: expect.stringMatching(/^\d{4}/),
    })
  })
})
