/**
 * Reach counts people, each once: the reach of several days or posts is not their sum, for the same person may be in each.
 * A sum of it has a name and a definition of its own, and is never called reach.
 */
import * as z from 'zod'
import { defineTexts, type Text } from '../i18n/index.ts'
import type { ChannelCounters } from '../networks/network.ts'
import { type Changes, changesSchema, channelCountersSchema } from './counters.ts'

const reachTexts = defineTexts('metrics.reach', {
  dailyReachSum: {
    en: 'Sum of the daily reach: people who saw the channel or something of it, each once a day. Somebody who saw it on three days counts three times.',
    fr: 'Somme des portées quotidiennes : les personnes atteintes, chacune comptée une fois par jour. Une personne atteinte trois jours compte trois fois.',
  },
  postReachSum: {
    en: 'Sum of the reach that each post gained. Somebody who saw three posts counts three times.',
    fr: 'Somme des portées gagnées par chaque publication. Une personne qui en a vu trois compte trois fois.',
  },
  rateByPostReachSum: {
    en: 'engagement ÷ sum of the reach of the posts (somebody who saw three posts counts three times)',
    fr: 'engagement ÷ somme des portées des publications (une personne qui en a vu trois compte trois fois)',
  },
})

const sumOfReach = z.number().int().optional()
export const accountSums = channelCountersSchema.omit({ reach: true }).extend({ dailyReachSum: sumOfReach })
export const postSums = changesSchema.omit({ reach: true }).extend({ postReachSum: sumOfReach })

/** Sums of days of a channel, with the sum of its reach under its own name. */
export const namedAccount = ({ reach, ...rest }: ChannelCounters): z.infer<typeof accountSums> => ({
  ...rest,
  ...(reach === undefined ? {} : { dailyReachSum: reach }),
})

/** Sums of posts, with the sum of their reach under its own name. */
export const namedPosts = ({ reach, ...rest }: Changes): z.infer<typeof postSums> => ({
  ...rest,
  ...(reach === undefined ? {} : { postReachSum: reach }),
})

/** The definitions, with the one of the sum in the place of the one of the reach. */
export function definedSums(
  definitions: Readonly<Record<string, Text>>,
  name: 'dailyReachSum' | 'postReachSum',
): Record<string, Text> {
  return Object.fromEntries(
    Object.entries(definitions).map(([counter, words]) =>
      counter === 'reach' ? [name, reachTexts[name]()] : [counter, words],
    ),
  )
}

/** Rates of a channel: the one by reach divides by a sum over posts, and says so. */
export const namedRates = <R extends { readonly byReach: { readonly definition: Text } }>(rates: R): R => ({
  ...rates,
  byReach: { ...rates.byReach, definition: reachTexts.rateByPostReachSum() },
})
