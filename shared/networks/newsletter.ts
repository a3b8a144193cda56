/** Lists of ours that a network delivers to (email): one publication, many recipients, each of them once. */
import type { Counters } from './counters.ts'
import type { Refused } from './outcome.ts'

/** What leaves for a list. */
export interface Issue {
  /** Stable per publication and content: what is started under it twice is one issue. */
  readonly key: string
  readonly listId: string
  readonly subject: string
  /** What mail programs show beside the subject. */
  readonly preheader?: string | undefined
  /** Markdown. */
  readonly text: string
  /** BCP 47. */
  readonly language: string
}

export interface IssueProgress {
  /** Recipients whose delivery is decided: sent, refused, in doubt, or left in the meantime. */
  readonly done: number
  /** Undefined until the whole list was looked through. */
  readonly total: number | undefined
  readonly finished: boolean
  /** Of those done: copies of which nobody can tell whether they arrived. They are not sent again. */
  readonly unknown?: number
  /** Why it ended before everybody had it. */
  readonly stopped?: string
}

/** What the product does with lists, for a connector: bound to the channel of the call. */
export interface Newsletters {
  /** Throws AppError `list_not_found`. */
  start(issue: Issue): Promise<void>
  /** Undefined where nothing was started under this key. */
  progress(key: string): Promise<IssueProgress | undefined>
  /** Undefined where nothing was started under this key. */
  counters(key: string): Promise<Counters | undefined>
  /** What a mail server reported of a letter of ours. An address that is on no list is ignored. */
  reported(report: Report): Promise<void>
}

export interface Report {
  readonly kind: 'bounce' | 'complaint'
  readonly address: string
  /** Of a bounce: the address will never take anything (RFC 3463 class 5), or not now. */
  readonly permanent: boolean
  /** Of the letter it is about, without brackets, where it is told. */
  readonly messageId?: string | undefined
  /** In the words of who reports. */
  readonly words: string
}

/** One copy of an issue, for one person. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly html: string
  readonly text: string
  /** Without brackets. */
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
}

export type Posted =
  | { readonly kind: 'sent'; readonly answer: string }
  /** The address does not take mail: nothing to do with the others. */
  | { readonly kind: 'bounced'; readonly permanent: boolean; readonly message: string }
  | Refused

/** A connection on which letters leave one after the other. */
export interface Postman {
  /** Never throws for what the mail server does. After `unknown`, this letter must not be sent again. */
  send(letter: Letter): Promise<Posted>
  close(): void
}
