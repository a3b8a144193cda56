import { type Behaviour, behaviours, type Preparation, preparations, profiles } from './network.ts'
import type { Scenario } from './run.ts'

/** More awaits than any attempt has; an attempt that has fewer simply does not die. */
const awaits = 12

/** A post whose first attempt dies at each of its awaits in turn, for every kind of network and of answer. */
export function* deaths(): Generator<Scenario> {
  let seed = 1
  for (const profile of unprepared)
    for (const behaviour of worthDyingIn)
      for (let at = 0; at < awaits; at++)
        for (const afterEffect of [false, true])
          yield { seed: seed++, profile, behaviours: [behaviour], death: { at, afterEffect }, plain: true }
}

/** Every kind of network against every pair of answers, nothing dying. */
export function* answers(): Generator<Scenario> {
  let seed = 1
  for (const profile of unprepared)
    for (const first of behaviours)
      for (const second of behaviours) yield { seed: seed++, profile, behaviours: [first, second], plain: true }
}

/**
 * A third of them: every pair of answers on one or two kinds of network. `npm run simulate` runs all. The stride shares no
 * factor with the number of answers, so that no answer is left out on any kind of network.
 */
export function* someAnswers(): Generator<Scenario> {
  let index = 0
  for (const scenario of answers()) if (index++ % 3 === 0) yield scenario
}

/** The table takes nothing for a while after the network took the post: less than what is left of the lease. */
export function* throttles(): Generator<Scenario> {
  let seed = 1
  for (const profile of unprepared)
    for (const throttledSeconds of [5, 25, 60, 80])
      yield { seed: seed++, profile, behaviours: ['accept'], throttledSeconds, plain: true }
}

/** Work ahead of an instant: every pair of answers to it, and a death at each of its awaits, soon due and later. */
export function* ahead(): Generator<Scenario> {
  let seed = 1
  const common = { profile: 'prepared ahead', plain: true, behaviours: [] }
  for (const first of preparations)
    for (const second of preparations)
      yield { ...common, seed: seed++, preparations: [first, second], dueInSeconds: 400 }
  const dying: readonly [Preparation, number][] = [
    ['prepare', 60],
    ['prepare', 400],
    ['take a while', 400],
  ]
  for (const [answer, dueInSeconds] of dying)
    for (let at = 0; at < preparingAwaits; at++)
      for (const afterEffect of [false, true])
        yield { ...common, seed: seed++, preparations: [answer], dueInSeconds, death: { at, afterEffect } }
}

/** What a preparation awaits, and a little more. */
const preparingAwaits = 15

/** What becomes a person's: a death at each of its awaits, soon due and later. */
export function* handovers(): Generator<Scenario> {
  let seed = 1
  for (const dueInSeconds of [1, 60, 400])
    for (let at = 0; at < handingAwaits; at++)
      for (const afterEffect of [false, true])
        yield { seed: seed++, profile: 'by hand', plain: true, dueInSeconds, death: { at, afterEffect } }
}

/** What a hand-over awaits, and a little more. */
const handingAwaits = 6

/** Networks that prepare, and those of people, have sweeps of their own. */
const unprepared = Object.keys(profiles).filter(
  (name) => profiles[name]?.prepares !== true && profiles[name]?.byHand !== true,
)

/** Dying matters where something was done or lost; refusals are all alike. */
const worthDyingIn: readonly Behaviour[] = ['accept', 'accept and lose the answer', 'limit with seconds', 'work on it']
