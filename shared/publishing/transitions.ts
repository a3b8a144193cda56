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
  scheduled: ['sending', 'waiting', 'rejected', 'missed', 'cancelled', 'draft', 'in_review'],
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
  ],
  processing: ['sending', 'published', 'waiting', 'partial', 'rejected', 'failed', 'unconfirmed'],
  waiting: ['sending', 'scheduled', 'missed', 'failed', 'cancelled', 'draft', 'in_review'],
  published: ['deleting'],
  partial: ['deleting', 'scheduled'],
  rejected: ['scheduled', 'cancelled', 'draft', 'in_review'],
  failed: ['scheduled', 'cancelled', 'draft', 'in_review'],
  missed: ['scheduled', 'cancelled', 'draft', 'in_review'],
  unconfirmed: ['published', 'scheduled', 'cancelled'],
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

/** A person may still change what it says. */
export const editableStates: ReadonlySet<PublicationState> = new Set([
  'draft',
  'in_review',
  'approved',
  'scheduled',
  'waiting',
  'rejected',
  'failed',
  'missed',
])

/** A person may give it a new moment. */
export const schedulableStates: ReadonlySet<PublicationState> = new Set([
  'draft',
  'approved',
  'scheduled',
  'waiting',
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
  'rejected',
  'failed',
  'missed',
  'unconfirmed',
])
