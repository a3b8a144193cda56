/** Looks for one broken invariant, quickly: what happens to single posts first, then random schedules. */
import { runAll } from '../simulation/lanes.ts'
import type { Scenario } from '../simulation/run.ts'
import { answers, deaths } from '../simulation/sweep.ts'
import { Engine } from '../support/engine.ts'

function* scenarios(): Generator<Scenario> {
  const singles = [...answers()].filter((_, index) => index % 5 === 0)
  const dying = [...deaths()].filter((_, index) => index % 2 === 0)
  for (let index = 0; index < 250; index++) {
    const [one, other] = [singles[index], dying[index]]
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
