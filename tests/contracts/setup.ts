/** While the conformance kit runs, every request a connector makes is checked against its platform's own specification. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { Simulator } from '../simulators/simulator.ts'
import { contractOf } from './contracts.ts'

type Found = NonNullable<ReturnType<typeof contractOf>>
const known = new Map<string, Found | undefined>()
const checks: Promise<void>[] = []
const seen = { network: '', file: '', requests: 0, operations: new Map<string, number>() }
const violations = new Map<string, number>()

Simulator.observe = (network, request) => {
  if (!known.has(network)) known.set(network, contractOf(network))
  const contract = known.get(network)
  if (contract === undefined) return
  seen.network = network
  seen.file = contract.file
  checks.push(
    contract.check(request).then(({ operation, violations: found }) => {
      if (operation === undefined) {
        if (contract.undescribed?.some(({ path }) => path.test(request.path))) return
        count(violations, `${request.method} ${request.path.replace(/\d{3,}/g, '…')}: it is not described`)
        return
      }
      seen.requests += 1
      count(seen.operations, operation)
      for (const violation of found)
        if (!contract.tolerated?.some((known) => known.violation.test(violation)))
          count(violations, `${operation}: ${violation}`)
    }),
  )
}

const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)

afterAll(async () => {
  await Promise.all(checks)
  const folder = join(import.meta.dirname, '..', '..', 'reports')
  mkdirSync(folder, { recursive: true })
  const report = { ...seen, operations: [...seen.operations], violations: [...violations] }
  writeFileSync(join(folder, `contracts-${seen.network}.json`), JSON.stringify(report, undefined, 2))
  expect(report.violations, `requests that ${seen.file} does not allow`).toEqual([])
  expect(seen.requests, 'requests that were checked').toBeGreaterThan(0)
})
