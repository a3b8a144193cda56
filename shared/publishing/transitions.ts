import type { PublicationState } from './publication.ts'

/**
 * Which state may follow which (DESIGN §4). Every write of a state goes through {@link mayBecome}; the simulation checks
 * the table against what it sees (I6).
 */
export const transitions: Readonly<Record<PublicationState, readonly PublicationState[]>> = {
  draft: ['in_review', 'scheduled', 'cancelled'],
  in_review: ['draft', 'approved', 'cancelled'],
  approved: ['draft', 'scheduled', 'cancelled'],
  // `rejected`: refused while it was prepared, before its moment
  // `handed_over`: nothing is sent, so it is never `sending`
  // `partial`: a person stopped what was to go on; `deleting`: and what is live of it is removed
  scheduled: [
    'sending',
    'handed_over',
    'waiting',
    'rejected',
    'missed',
    'partial',
    'deleting',
    'cancelled',
    'draft',
    'in_review',
  ],
  // `scheduled`: the attempt died before its first step, or the network surely has nothing
  sending: [
    'scheduled',
    'published',
    'processing',
    'waiting',
    'partial',
    'rejected',
    'failed',
    'missed',
    'unconfirmed',
    // a person stopped it, and surely nothing of it is there
    'cancelled',
  ],
  processing: [
    'sending',
    'published',
    'waiting',
    'partial',
    'rejected',
    'failed',
    'unconfirmed',
    'scheduled',
    'cancelled',
  ],
  waiting: [
    'sending',
    'handed_over',
    'scheduled',
    'missed',
    'failed',
    'partial',
    'deleting',
    'cancelled',
    'draft',
    'in_review',
  ],
  // a person has it: they say that it is live, or that it could not be done
  handed_over: ['published', 'failed', 'scheduled', 'cancelled'],
  published: ['deleting'],
  partial: ['deleting', 'scheduled'],
  rejected: ['scheduled', 'cancelled', 'draft', 'in_review'],
  failed: ['scheduled', 'cancelled', 'draft', 'in_review'],
  missed: ['scheduled', 'cancelled', 'draft', 'in_review'],
  // `published`, `partial`: a later look found it
  unconfirmed: ['published', 'partial', 'scheduled', 'cancelled'],
  cancelled: ['scheduled', 'draft'],
  // back to `published` when the network refuses to remove it
  deleting: ['deleted', 'published', 'partial'],
  deleted: [],
}

/** Whether a publication in state `from` may become `to`; staying as it is is always legal. */
export function mayBecome(from: PublicationState, to: PublicationState): boolean {
  return from === to || transitions[from].includes(to)
}

/** Nothing more happens by itself. */
export const restingStates: ReadonlySet<PublicationState> = new Set([
  'draft',
  'in_review',
  'approved',
  'published',
  'rejected',
  'failed',
  'partial',
  'unconfirmed',
  'missed',
  'cancelled',
  'deleted',
])

/**
 * Whether nothing more happens to it by itself: what was handed over reminds a few times, and what is unconfirmed is looked
 * up a few times more, then both wait for a person.
 */
export function rests({ state, wakeAt }: { readonly state: PublicationState; readonly wakeAt?: string | undefined }) {
  if (state === 'handed_over' || state === 'unconfirmed') return wakeAt === undefined
  return restingStates.has(state)
}

/** A person may still change what it says. */
export const editableStates: ReadonlySet<PublicationState> = new Set([
  'draft',
  'in_review',
  'approved',
  'scheduled',
  'waiting',
  'handed_over',
  'rejected',
  'failed',
  'missed',
  'cancelled',
])

/** A person may give it a new moment. */
export const schedulableStates: ReadonlySet<PublicationState> = new Set([
  'draft',
  'approved',
  'scheduled',
  'waiting',
  'handed_over',
  'rejected',
  'failed',
  'missed',
  'cancelled',
])

/** A person may call it off. */
export const cancellableStates: ReadonlySet<PublicationState> = new Set([
  'draft',
  'in_review',
  'approved',
  'scheduled',
  'waiting',
  'handed_over',
  'rejected',
  'failed',
  'missed',
  'unconfirmed',
])
