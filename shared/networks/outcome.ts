/** What came of a call that should change something at the network. */

import type { Text } from '../i18n/index.ts'

/** Where a publication of several steps stands; the connector's own, JSON, parsed by it on resume. */
export type Checkpoint = Readonly<Record<string, unknown>>

/** How far an upload or another long step is, for who looks at the publication. */
export interface Progress {
  /** In a word: `upload`, `processing`. */
  readonly step: string
  /** Bytes, chunks or parts; `total` is absent where nobody knows. */
  readonly done: number
  readonly total?: number
  /** Of those done: so many of which nobody can tell whether they arrived. They are not sent again. */
  readonly unknown?: number
}

/** A post as it lives on the network. `parts` are the external ids of a thread, in order, when there are several. */
export interface Live {
  readonly externalId: string
  readonly url?: string | undefined
  /** A first comment is the last part. */
  readonly parts?: readonly string[] | undefined
}

/** Why the network did not do it: the product's classes of error, with the platform's words kept in `message`. */
export type Refused =
  | {
      readonly kind: 'rejected'
      readonly reason: 'policy' | 'invalid' | 'duplicate' | 'permission'
      /** In plain words, with the platform's own kept. */
      readonly message: Text
      /** For `invalid`: what it is about, as a pointer into the content. */
      readonly pointer?: string | undefined
      /** For `duplicate`: the external id of the post that is there. */
      readonly of?: string | undefined
    }
  | {
      readonly kind: 'limited'
      readonly until: number
      readonly scope: 'channel' | 'app'
      /** `rate`: too fast; `quota`: what is allowed, or paid for, is used up. Default `rate`. */
      readonly reason?: 'rate' | 'quota' | undefined
      readonly message: Text
    }
  | { readonly kind: 'reauthorize'; readonly message: Text }
  /** The request surely did not arrive, or the network surely did not act on it. */
  | { readonly kind: 'transient'; readonly message: Text }
  | { readonly kind: 'unknown'; readonly message: Text }

export type Outcome =
  /** `message`: what a person should know of it all the same. */
  | ({ readonly kind: 'accepted'; readonly message?: Text } & Live)
  /** Accepted by the network, not live yet: `publish` is called again at `lookAt` (ms) with the checkpoint. */
  | {
      readonly kind: 'processing'
      readonly lookAt: number
      readonly checkpoint: Checkpoint
      readonly progress?: Progress
    }
  /** A chain cut short (or a first comment that was refused): these parts live, the rest was refused. */
  | ({ readonly kind: 'partial'; readonly message: Text } & Live)
  | Refused

/** What came of the work ahead of its second. Nothing is visible yet, so nothing is ever `unknown`. */
export type Prepared =
  | { readonly kind: 'prepared'; readonly checkpoint: Checkpoint }
  /** The network is still at it: `prepare` is called again at `lookAt` (ms) with the checkpoint. */
  | {
      readonly kind: 'preparing'
      readonly lookAt: number
      readonly checkpoint: Checkpoint
      readonly progress?: Progress
    }
  | Exclude<Refused, { kind: 'unknown' }>

/** What became of something that was uploaded ahead and is not needed any more. */
export type Discarded =
  /** Nothing of it is left; also when nothing was. */
  | { readonly kind: 'discarded' }
  /** It is not ours to remove any more: it is live, or somebody changed it. */
  | { readonly kind: 'kept'; readonly message: Text }
  | Exclude<Refused, { kind: 'unknown' }>

export type Found =
  | ({ readonly kind: 'found' } & Live)
  /** The lost step did take place, but the chain is not complete: these parts live, and it goes on from this checkpoint. */
  | { readonly kind: 'resume'; readonly checkpoint: Checkpoint; readonly parts: readonly string[] }
  /** The step that was lost is not there. */
  | { readonly kind: 'absent' }
  /** The network could not be asked, or cannot tell; the message says which. */
  | { readonly kind: 'unable'; readonly message: Text }

export type Removal =
  | { readonly kind: 'deleted' } // also when it was already gone
  | Refused

/** What came of an action on something that came in. */
export type Acted =
  | {
      readonly kind: 'done' // also when it was already so
      /** Of the answer, where there is one. */
      readonly externalId?: string | undefined
      readonly url?: string | undefined
      /** The network reviews the answer before it shows it: `answerStates` is asked until it is decided. */
      readonly pending?: true
    }
  | Refused
