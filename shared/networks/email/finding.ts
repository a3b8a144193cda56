import type { AddressFinding } from '../network.ts'
import { causeOf, statusIn } from './refusal.ts'

/** `Status` of a report is often only “failed”; the reply that it quotes says more. */
export function findingOf(status: string, diagnostic: string): AddressFinding {
  const given = /^[245]\.\d{1,3}\.\d{1,3}/.exec(status)?.[0]
  const said = statusIn(diagnostic)
  const digits = /(?:^|;\s*)([245]\d\d)\b/.exec(diagnostic)?.[1]
  const cause = causeOf({
    words: diagnostic,
    status: said ?? (given?.endsWith('.0.0') === true ? undefined : given),
    // a report that says it failed speaks of the end, whatever the last reply was
    code: digits === undefined ? undefined : Number(digits),
  })
  return cause === 'no_mailbox' || cause === 'mailbox_unavailable' ? cause : 'none'
}
