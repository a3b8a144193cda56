import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { capabilityMatrix } from '../../scripts/networks-matrix.ts'
import { networkNames } from '../../shared/networks/registry.ts'

const pages = join(import.meta.dirname, '..', '..', 'docs', 'networks')

describe('docs/networks', () => {
  it('shows what each network can do, as the connectors say it', async () => {
    const shown = readFileSync(join(pages, 'README.md'), 'utf8')
    expect(shown, 'npm run conformance -- --write brings it up to date').toContain(await capabilityMatrix())
  })
  it.each(networkNames)('has a page for %s', (network) => {
    expect(existsSync(join(pages, `${network}.md`))).toBe(true)
  })
})
