/** Looks for one broken invariant, quickly: what happens to single posts first, then random schedules. */
import { runAll } from '../simulation/lanes.ts'
import { behaviours, profiles } from '../simulation/network.ts'
import type { Scenario } from '../simulation/run.ts'
import { ahead, deaths } from '../simulation/sweep.ts'

/** Every kind of network and first answer, then deaths, then anything: in turn, since nobody knows which catches it. */
function* scenarios(): Generator<Scenario> {
  let seed = 100_000
  const single = [1, 2, 3].flatMap(() =>
    Object.keys(profiles).flatMap((profile) =>
      behaviours.map((behaviour) => ({
        seed: seed++,
        profile,
        behaviours: [behaviour],
        plain: true,
      })),
    ),
  )
  const dying = spread([...deaths(), ...ahead()])
  for (const [index, one] of spread(single).entries()) {
    yield one
    const other = dying[index]
    if (other !== undefined) yield other
    yield { seed: 50_000 + index }
  }
}

/** In an order that meets every corner early. */
function spread<T>(items: readonly T[]): T[] {
  return items.flatMap((_, index) => items[(index * 103) % items.length] ?? [])
}

const history = await runAll(scenarios(), (scenario, { violations }) => {
  if (violations.length === 0) return
  process.exitCode = 1
  console.error(`${JSON.stringify(scenario)}\n${violations.join('\n')}`)
})
for (const illegal of history.illegal) {
  console.error(illegal)
  process.exitCode = 1
}
