/** `npm run simulate -- --seed N --runs N`: every pair of answers, and random schedules of events from a seed on; stops at the first broken invariant. */
import { readArguments, refuseArguments } from '../../scripts/arguments.ts'
import { runAll } from './lanes.ts'
import { protocols } from './protocols/index.ts'
import { byChance, calls, deaths, playProtocol, stalls } from './protocols/run.ts'
import { answers } from './sweep.ts'

const usage = 'npm run simulate -- --seed 1 --runs 2000    (whole numbers; what is not given is as here)'
const { values } = readArguments({
  usage,
  options: { seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '2000' } },
})
if (![values.seed, values.runs].every((text) => /^\d+$/.test(text)))
  refuseArguments('--seed and --runs take whole numbers.', usage)
const seeds = Array.from({ length: Number(values.runs) }, (_, index) => ({ seed: Number(values.seed) + index }))
const states = new Map<string, number>()
let runs = 0
let steps = 0
const began = performance.now()
const history = await runAll([...answers(), ...seeds], (scenario, result) => {
  runs++
  steps += result.steps
  for (const state of result.states) states.set(state, (states.get(state) ?? 0) + 1)
  if (result.violations.length === 0) return
  console.error(`${JSON.stringify(scenario)} breaks the promise:\n  ${result.violations.join('\n  ')}`)
  process.exitCode = 1
})
for (const illegal of history.illegal) {
  console.error(illegal)
  process.exitCode = 1
}
const seconds = ((performance.now() - began) / 1000).toFixed(1)
const ended = [...states].map(([state, count]) => `${state} ${count}`).join(', ')
console.log(`${runs} runs, ${steps} steps in ${seconds} s; publications ended as ${ended}`)

// the other claim protocols: all deaths, and together as many schedules by chance
const share = Math.ceil(Number(values.runs) / protocols.length)
for (const protocol of protocols) {
  const seen = await playProtocol(protocol, [
    ...deaths(16),
    ...calls(),
    ...stalls(12),
    ...byChance(Number(values.seed), share),
  ])
  for (const { schedule, violations } of seen.violations) {
    console.error(`${protocol.name}, ${JSON.stringify(schedule)}:\n  ${violations.join('\n  ')}`)
    process.exitCode = 1
  }
  console.log(`${protocol.name}: ${seen.runs} runs, ${seen.wakes} messages, ${seen.died} deaths`)
}
