/** Lists of ours that a network delivers to (email): one publication, many recipients, each of them once. */
import type { Text } from '../i18n/index.ts'
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
  /** Why it ended before everybody had it. `start` goes on with those who have not had it. */
  readonly stopped?: {
    readonly reason: Text
    readonly sent: number
    readonly notSent: number
    /** How often it was stopped so far. */
    readonly times: number
  }
}

/** What the product does with lists, for a connector: bound to the channel of the call. */
export interface Newsletters {
  /** Throws AppError `not_found` where there is no such list. One that was stopped goes on. */
  start(issue: Issue): Promise<void>
  /** Undefined where nothing was started under this key. */
  progress(key: string): Promise<IssueProgress | undefined>
  /** Undefined where nothing was started under this key. */
  counters(key: string): Promise<Counters | undefined>
  /** What a mail server reported of a letter of ours. What names no letter of ours changes nothing. */
  reported(report: Report): Promise<void>
  /** Somebody asked by mail to leave: what they wrote to, as {@link Letter.leaveId}. False where it is not ours. */
  left(leaveId: string): Promise<boolean>
}

/** What a bounce proves of an address: it is dead; it exists and takes nothing now; nothing. */
export type AddressFinding = 'no_mailbox' | 'mailbox_unavailable' | 'none'

interface Reported {
  /** Of the letter it is about, without brackets: it names the person and is signed, so that nobody can forge a report. */
  readonly messageId: string
  /** In the words of who reports. */
  readonly words: string
}
export type Report =
  | (Reported & { readonly kind: 'bounce'; readonly finding: AddressFinding })
  | (Reported & { readonly kind: 'complaint' })

/** One copy of an issue, for one person. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly html: string
  readonly text: string
  /** Without brackets. */
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
  /** Where somebody may leave by writing to us as well: a signed word for the subject of their mail. */
  readonly leaveId?: string | undefined
}

export type Posted =
  | { readonly kind: 'sent'; readonly answer: string }
  /** This address does not take it: nothing to do with the others. */
  | { readonly kind: 'bounced'; readonly finding: AddressFinding; readonly message: Text }
  /** This address does not take it now, and may later: nothing to do with the others. */
  | { readonly kind: 'deferred'; readonly finding: AddressFinding; readonly message: Text }
  | Refused

/** A connection on which letters leave one after the other. */
export interface Postman {
  /** Never throws for what the mail server does. After `unknown`, this letter must not be sent again. */
  send(letter: Letter): Promise<Posted>
  close(): void
}
