import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import type { Found, Outcome, Prepared, Removal } from '../networks/network.ts'

/** The classes every platform's errors are told in. */
export const publicationProblem = z.object({
  class: z.enum(['reauthorize', 'permission', 'rate_limited', 'quota', 'policy', 'duplicate', 'transient', 'invalid']),
  /** In plain words, with the platform's own kept. */
  message: textSchema,
  /** Of `rate_limited` and `quota`: when it may go on (UTC). */
  until: z.string().optional(),
  /** Of `duplicate`: the network's id of the post that is there. */
  of: z.string().optional(),
  /** Of `invalid`: what it is about, as a pointer into the content (`/parts/0/text`). */
  pointer: z.string().optional(),
})
export type PublicationProblem = z.infer<typeof publicationProblem>

/** What a call's outcome is called where it is no success; undefined where it is one, or went on. */
export function problemOf(outcome: Outcome | Prepared | Found | Removal): PublicationProblem | undefined {
  switch (outcome.kind) {
    case 'rejected': {
      const { reason, message, of, pointer } = outcome
      return {
        class: reason,
        message,
        ...(of === undefined ? {} : { of }),
        ...(pointer === undefined ? {} : { pointer }),
      }
    }
    case 'limited':
      return {
        class: outcome.reason === 'quota' ? 'quota' : 'rate_limited',
        message: outcome.message,
        until: iso(outcome.until),
      }
    case 'reauthorize':
      return { class: 'reauthorize', message: outcome.message }
    case 'transient':
    case 'unknown':
    case 'unable':
      return { class: 'transient', message: outcome.message }
    default:
      return undefined
  }
}
