import { answers } from './answers.ts'
import { collecting } from './collecting.ts'
import { credentials } from './credentials.ts'
import { deliveries } from './deliveries.ts'
import { leftovers } from './leftovers.ts'
import { confirmations, issues } from './letters.ts'
import { polls } from './polls.ts'
import type { Protocol } from './stand.ts'

/** Every claim protocol but publishing's own. */
export const protocols: readonly Protocol[] = [
  credentials,
  collecting,
  polls,
  answers,
  deliveries,
  leftovers,
  issues,
  confirmations,
]
