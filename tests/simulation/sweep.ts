import { type Behaviour, behaviours, profiles } from './network.ts'
import type { Scenario } from './run.ts'

/** More awaits than any attempt has; an attempt that has fewer simply does not die. */
const awaits = 12

/** A post whose first attempt dies at each of its awaits in turn, for every kind of network and of answer. */
export function* deaths(): Generator<Scenario> {
  let seed = 1
  for (const profile of Object.keys(profiles))
    for (const behaviour of worthDyingIn)
      for (let at = 0; at < awaits; at++)
        for (const afterEffect of [false, true])
          yield { seed: seed++, profile, behaviours: [behaviour], death: { at, afterEffect }, plain: true }
}

/** Every kind of network against every pair of answers, nothing dying. */
export function* answers(): Generator<Scenario> {
  let seed = 1
  for (const profile of Object.keys(profiles))
    for (const first of behaviours)
      for (const second of behaviours) yield { seed: seed++, profile, behaviours: [first, second], plain: true }
}

/** Dying matters where something was done or lost; refusals are all alike. */
const worthDyingIn: readonly Behaviour[] = ['accept', 'accept and lose the answer', 'limit with seconds', 'work on it']
