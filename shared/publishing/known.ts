import type { Publication } from './publication.ts'

/** Whether the network can be asked for it. Of what a person published by hand, often only an address is known, or nothing. */
export function isKnown({ deliver, live }: Pick<Publication, 'deliver' | 'live'>): boolean {
  return deliver !== 'handover' || (live !== undefined && live.externalId !== live.url)
}
