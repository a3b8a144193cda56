/** Looks for one broken invariant, quickly: what happens to single posts first, then random schedules. */
import { runAll } from '../simulation/lanes.ts'
import { behaviours, profiles } from '../simulation/network.ts'
import type { Scenario } from '../simulation/run.ts'
import { deaths } from '../simulation/sweep.ts'
import { Engine } from '../support/engine.ts'

/** Every kind of network and first answer, then deaths, then anything: in turn, since nobody knows which catches it. */
function* scenarios(): Generator<Scenario> {
  const single = [1, 2, 3].flatMap((round) =>
    Object.keys(profiles).flatMap((profile) =>
      behaviours.map((behaviour) => ({
        seed: 7_000 * round + profile.length,
        profile,
        behaviours: [behaviour],
        plain: true,
      })),
    ),
  )
  const dying = [...deaths()].filter((_, index) => index % 2 === 0)
  for (let index = 0; index < 300; index++) {
    const [one, other] = [single[index], dying[index]]
    if (one !== undefined) yield one
    if (other !== undefined) yield other
    yield { seed: 50_000 + index }
  }
}

const engine = await Engine.start()
await runAll(engine, 'hunt', scenarios(), (scenario, { violations }) => {
  if (violations.length === 0) return
  process.exitCode = 1
  console.error(`${JSON.stringify(scenario)}\n${violations.join('\n')}`)
})
await engine.stop()
