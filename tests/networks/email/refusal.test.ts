/** Replies and reports as mail servers word them: what each proves, and about whom. */
import { describe, expect, it } from 'vitest'
import { findingOf } from '../../../shared/networks/email/finding.ts'
import { postedOf } from '../../../shared/networks/email/smtp.ts'

type Kind = 'no_mailbox' | 'mailbox_unavailable' | 'none' | 'deferred' | 'sender' | 'content' | 'limited' | 'transient'

function kindOf(reply: string, command = 'RCPT TO'): Kind {
  const posted = postedOf({ words: reply, responseCode: Number(reply.slice(0, 3)), command, sent: false }, 0)
  switch (posted.kind) {
    case 'bounced':
      return posted.finding
    case 'rejected':
      return posted.reason === 'permission' ? 'sender' : 'content'
    case 'deferred':
    case 'limited':
    case 'transient':
      return posted.kind
    default:
      throw new Error(posted.kind)
  }
}

const replies: Readonly<Record<Kind, readonly string[]>> = {
  no_mailbox: [
    '550 5.1.1 <lea@lecteurs.example>: Recipient address rejected: User unknown in virtual mailbox table',
    '550 5.1.1 <lea@lecteurs.example>: Recipient address rejected: User unknown in local recipient table',
    "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces.",
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient lea@lecteurs.example not found by SMTP address lookup',
    '550 5.1.1 User unknown',
    '550 No such user here',
    '550 No Such User Here"',
    '550 Unknown user',
    '550 Invalid recipient',
    "554 delivery error: dd This user doesn't have a yahoo.example account (lea@yahoo.example) [0]",
    '550 5.5.0 Requested action not taken: mailbox unavailable (user not found)',
    '550 Mailbox not found',
    '550 unrouteable address',
    '553 5.1.2 We are unable to find remote host: unknown host lecteurs.example',
    '550 5.1.2 <lea@nowhere.example>: Recipient address rejected: Domain not found',
    '553 5.1.3 <lea@@lecteurs.example>: Recipient address syntax error',
    '550 5.1.6 Recipient no longer on server',
    '550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]',
    '550 Utilisateur inconnu',
    '550 Empfänger unbekannt',
    '550 Usuario desconocido',
    '550 sorry, no mailbox here by that name (#5.1.1)',
    '550 #5.1.1',
    '550 Account lea@lecteurs.example does not exist',
    '554 5.1.1 lea@lecteurs.example... No such user',
  ],
  mailbox_unavailable: [
    '552 5.2.2 <lea@lecteurs.example>: Recipient address rejected: mailbox for user is full',
    '552 5.2.2 The email account that you tried to reach is over quota',
    '552-5.2.2 The recipient’s inbox is out of storage space. mailbox full',
    '552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR417_417 [417]',
    '550 5.2.1 The email account that you tried to reach is disabled.',
    '550 5.5.0 Boite du destinataire archivee. Archived recipient. OFR_201 [201]',
    '554 5.7.13 user account disabled',
    '550 5.0.0 mailbox full',
    '552 Quota exceeded (mailbox for user is full)',
    '554 5.2.0 STOREDRV.Deliver; mailbox is inactive',
  ],
  none: [
    '550 5.7.1 <lea@lecteurs.example>: Recipient address rejected: Access denied. AS(201806281)',
    '550 5.4.1 Recipient address rejected: Access denied',
    '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required',
    '550 Requested action not taken: mailbox unavailable',
    '550 Requested action aborted',
    '550 5.7.1 You are not authorized to send to this recipient',
  ],
  deferred: [
    '452 4.2.2 <lea@lecteurs.example>: mailbox full',
    '452 4.2.2 The email account that you tried to reach is over quota',
    '451 4.7.1 Greylisting in action, please come back later',
    '450 4.2.0 <lea@lecteurs.example>: Recipient address rejected: Greylisted, see http://postgrey.example/help',
    '451 Temporary local problem - please try later',
    '450 4.1.1 <lea@lecteurs.example>: Recipient address rejected: unverified address: unknown user',
    '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.',
    '550 5.1.1 too many invalid recipients',
    '450 4.1.2 <lea@nowhere.example>: Recipient address rejected: Domain not found',
  ],
  sender: [
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1',
    '554 5.7.1 <lea@lecteurs.example>: Relay access denied',
    '550 5.7.1 Unable to relay',
    '550 relay not permitted',
    '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
    '530 5.7.0 Authentication required',
    '530 5.7.57 Client not authenticated to send mail.',
    '550 5.7.1 Sender address rejected: not owned by user contact',
    '553 5.7.1 <contact@boulangerie.example>: Sender address rejected: not logged in',
    '550-5.7.26 This mail has been blocked because the sender is unauthenticated.',
    '550 5.7.515 Access denied, sending domain BOULANGERIE.EXAMPLE does not meet the required authentication level.',
    "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).",
    '550 5.7.509 Access denied, sending domain does not pass DMARC verification and has a DMARC policy of reject.',
    '550 5.7.23 The message was rejected because of Sender Policy Framework violation',
    '553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.',
    '550 5.1.8 Access denied, bad outbound sender AS(42003)',
    '550 mwinf5c04 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 [102]',
    '554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help)',
    '550 5.1.1 Sender address rejected: user unknown',
    '554 5.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]',
    '550 5.7.1 Message rejected due to your poor reputation',
    '550 5.7.1 Delivery not authorized, message refused',
    '554 Message rejected: Email address is not verified.',
  ],
  content: [
    '552 5.3.4 Message size exceeds fixed limit',
    '550 5.7.1 Our system has detected that this message is likely unsolicited mail.',
    '554 5.7.1 Spam message rejected',
    '554 5.6.0 Message contains invalid header',
    '554 5.4.14 Hop count exceeded - possible mail loop',
  ],
  limited: [
    '454 4.7.0 Throttling failure: Maximum sending rate exceeded.',
    '454 4.7.0 Throttling failure: Daily message quota exceeded.',
    '550 5.4.5 Daily user sending quota exceeded.',
    '550 5.7.232 Your message can’t be sent because your tenant has exceeded its daily limit for sending email to external recipients',
    '550 5.1.90 Your message can’t be sent because you’ve reached your daily limit for message recipients',
    '421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address.',
    '450 4.7.1 Error: too much mail from 192.0.2.1',
    '421 Too many connections from your IP',
    '421 mwinf5c25 ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR_108 [506]',
  ],
  transient: [
    '421 4.4.2 Connection timed out',
    '450 4.1.8 <contact@boulangerie.example>: Sender address rejected: Domain not found',
  ],
}

describe('a reply to RCPT TO', () => {
  for (const [kind, words] of Object.entries(replies))
    for (const reply of words) it(`${kind}: ${reply.slice(0, 90)}`, () => expect(kindOf(reply)).toBe(kind))
})

describe('a reply to another command', () => {
  it('is about the sender at MAIL FROM, whatever its code', () => {
    expect(kindOf('553 5.1.1 unknown user', 'MAIL FROM')).toBe('sender')
    expect(kindOf('550 no', 'MAIL FROM')).toBe('sender')
    expect(kindOf('451 4.3.0 later', 'MAIL FROM')).toBe('transient')
  })
  it('is about the letter at its end, unless it names the mailbox', () => {
    expect(kindOf('554 5.0.0 no', 'DATA')).toBe('content')
    expect(kindOf('552 5.2.2 mailbox full', 'DATA')).toBe('mailbox_unavailable')
    expect(kindOf('451 4.3.0 Error: queue file write error', 'DATA')).toBe('transient')
  })
})

describe('a report', () => {
  const cases: readonly (readonly [status: string, diagnostic: string, finding: string])[] = [
    ['5.1.1', 'smtp; 550 5.1.1 User unknown', 'no_mailbox'],
    ['5.1.1', '', 'no_mailbox'],
    ['5.0.0', 'smtp; 550 No such user', 'no_mailbox'],
    ['5.0.0', 'smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound', 'no_mailbox'],
    [
      '5.4.4',
      'X-Postfix; Host or domain name not found. Name service error for name=nowhere.example type=A: Host not found',
      'no_mailbox',
    ],
    ['5.7.1', 'smtp; 550 5.7.1 Service unavailable; client host blocked', 'none'],
    ['5.1.1', 'smtp; 550 5.7.1 Client host [192.0.2.1] blocked using zen.example', 'none'],
    ['5.7.26', 'smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated', 'none'],
    ['5.3.4', 'smtp; 552 5.3.4 Message too big', 'none'],
    ['5.0.0', 'smtp; 554 mailbox full', 'mailbox_unavailable'],
    ['5.2.2', '', 'mailbox_unavailable'],
    ['4.4.7', 'smtp; 452 4.2.2 mailbox full', 'mailbox_unavailable'],
    ['4.4.7', 'smtp; 450 4.1.1 unverified address: unknown user', 'none'],
    ['5.1.1', 'smtp; 550 5.1.1 Daily sending quota exceeded', 'none'],
    ['5.0.0', '', 'none'],
    ['', '', 'none'],
  ]
  for (const [status, diagnostic, finding] of cases)
    it(`${finding}: ${status} ${diagnostic.slice(0, 70)}`, () => expect(findingOf(status, diagnostic)).toBe(finding))
})

it('reads a reply of any length with bounded work', () => {
  for (const word of ['mailbox ', 'user ', 'blocked [1.', 'quota ', 'x'])
    expect(kindOf(`550 ${word.repeat(100_000)}`)).toBeTypeOf('string')
})
