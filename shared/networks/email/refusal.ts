/**
 * What a mail server's refusal is about, from its words and its codes (RFC 5321 §4.2, RFC 3463). The words come first:
 * servers give the code of an unknown mailbox to senders they block. Only `no_mailbox` is proof that an address is dead.
 */

export type Cause =
  /** The mailbox, or its whole domain, does not exist. */
  | 'no_mailbox'
  /** The mailbox exists and takes nothing now: full, disabled, blocked. */
  | 'mailbox_unavailable'
  /** This recipient, for a reason that says nothing of the mailbox. */
  | 'recipient'
  /** This recipient, for now: greylisting. */
  | 'recipient_later'
  /** Who sends: the address, its domain, the host, the missing sign-in. */
  | 'sender'
  /** What the letter says, or its size. */
  | 'content'
  /** Too fast, or too much at once. */
  | 'rate'
  /** What may be sent in an hour or a day is used up. */
  | 'quota'

export interface ServerReply {
  /** The three digits of SMTP. */
  readonly code?: number | undefined
  /** RFC 3463; read from the words where it is not given apart. */
  readonly status?: string | undefined
  readonly words: string
}

interface Rule {
  readonly cause: Cause
  readonly words: readonly RegExp[]
}

/** In this order: the first that matches decides. */
const rules: readonly Rule[] = [
  {
    cause: 'recipient',
    // Exchange: the recipient takes letters of known senders only
    words: [/RESOLVER\.RST/, /5\.7\.1(?:24|29|33|34)\b/, /not authorized to send to (?:the|this) (?:recipient|group)/i],
  },
  {
    cause: 'recipient_later',
    words: [
      /gr[ae]y-?\s?list|postgrey/i,
      /too many (?:invalid|unknown|bad|nonexistent) (?:recipients?|users?|addresses)/i,
      /(?:user|recipient|mailbox).{0,60}(?:receiving|receives) (?:mail|e-?mail|messages).{0,20}(?:rate|quickly)/i,
    ],
  },
  {
    cause: 'quota',
    words: [
      /(?:sending|submission|outbound|message|relay|smtp) ?(?:quota|limit)/i,
      /SubmissionQuotaExceeded/i,
      /(?:daily|hourly|monthly)\b.{0,40}(?:quota|limit)/i,
      /(?:quota|limit)\b.{0,40}(?:per|each|this) (?:hour|day|month)/i,
      /too many (?:recipients|messages|e-?mails) (?:received |sent )?(?:per|this|in the last|today)/i,
    ],
  },
  {
    cause: 'rate',
    words: [
      /sending rate|rate exceeded|rate.?limit|throttl|unusual rate|too fast|too quickly|slow down/i,
      /too (?:many|much) (?:connections|messages|mails?|e-?mails?|errors|recipients|concurrent|sessions|commands)/i,
      /trop de (?:connexions|messages)|zu viele (?:verbindungen|nachrichten)/i,
      /service refus[eé]e?\b.{0,60}(?:plus tard|try later)/i,
      /connection (?:count|rate) limit/i,
    ],
  },
  {
    cause: 'mailbox_unavailable',
    words: [
      /(?:mailbox|mail ?folder|inbox|account|user|recipient|maildir|postfach|buz[oó]n|casella|caixa).{0,60}\b(?:full|over ?quota|exceed\w*|voll|lleno|llena|piena|cheia)\b/i,
      /\b(?:full|over ?quota) (?:mailbox|inbox)|\bover ?quota\b|quota exceeded|exceed\w*.{0,40}(?:quota|storage|allocation)/i,
      /bo[iî]te.{0,40}pleine|d[eé]pass[eé].{0,40}quota|quota.{0,30}d[eé]pass[eé]|(?:speicherplatz|quota).{0,40}(?:ersch[oö]pft|[uü]berschritten)/i,
      /insufficient (?:disk|mailbox|user) (?:space|storage)|out of (?:disk )?space|not enough (?:disk )?space/i,
      /(?:mailbox|account|user|recipient).{0,60}\b(?:disabled|inactive|suspended|archived|locked|frozen|deactivated|on hold)\b/i,
      /bo[iî]te.{0,60}(?:archiv[eé]e|d[eé]sactiv[eé]e|inactive|suspendue)/i,
    ],
  },
  {
    cause: 'sender',
    words: [
      /sender (?:e-?mail )?(?:address |domain |verification |verify )?(?:is )?(?:rejected|denied|blocked|failed|not allowed|not authori[sz]ed|unknown|invalid|refused)/i,
      /(?:bad|blocked|invalid|unauthenticated|unauthorized|unverified) (?:outbound )?sender|sender is unauthenticated|sending domain|envelope sender/i,
      /delivery not authori[sz]ed|not (?:owned by|logged in|allowed to send|permitted to send|authorized to send)|send ?as ?denied|not verified/i,
      /client host|client (?:was|is)? ?not (?:authenticated|authorized)|client does not have permission|helo|ehlo command rejected/i,
      /blocked (?:using|by|due|for)|block ?list|black ?list|deny ?list|banned|\bd?rbl\b|dnsbl|spamhaus|spamcop|barracuda|sorbs|uceprotect|abusix|cloudmark|invaluement/i,
      /(?:your|source|sending|this|the|client) (?:ip|ipv[46]|host|server|mail ?server|network|domain)\b.{0,80}(?:reject|block|refus|denied|deny|reputation|not allowed|listed|not authori|bad)/i,
      /messages? from.{0,80}(?:weren't sent|not accepted|deferred|blocked|rejected|refused)|(?:IP|address)=\[?\d+\.\d+|\[\d+\.\d+\.\d+\.\d+\].{0,60}(?:block|reject|listed|refused|reputation)/i,
      /reputation|adresse ip.{0,40}bloqu|exp[eé]diteur (?:inconnu|refus|rejet|bloqu)|absender.{0,40}(?:abgelehnt|gesperrt|unbekannt|nicht erlaubt)/i,
      /\bspf\b|\bdkim\b|\bdmarc\b|sender policy framework|not pass .{0,20}authentication|reverse (?:dns|hostname)|\bptr\b|\brdns\b|invalid dns/i,
      /relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited)|unable to relay|not (?:permitted|allowed) to relay|do(?:es)? not relay|relaying to|no relay/i,
      /authentication (?:is )?(?:required|needed)|not authenticated|must (?:be authenticated|authenticate|issue a starttls)|authenticate first|auth(?:entication)? before|login required/i,
    ],
  },
  {
    cause: 'content',
    words: [
      /message (?:size|length|too (?:big|large)|is too (?:big|large)|exceeds)|(?:too (?:big|large)|exceeds).{0,40}(?:message|size)|size limit|maximum (?:message )?size/i,
      /\bspam\b|unsolicited|virus|malware|phish|content (?:rejected|filter|policy)|policy (?:reasons|violation|restrictions|rejection)|security policies|looks like|suspicious|message (?:content )?(?:rejected|refused|blocked|not allowed|not accepted)|mail rejected|hop count|mail loop|routing loop/i,
    ],
  },
  {
    cause: 'no_mailbox',
    words: [
      /(?:user|recipient|mailbox|address|addressee|account|login|destination|e-?mail account)\b.{0,80}\b(?:unknown|not? (?:found|exist\w*|known|here)|does ?n.?t exist|does not exist|not exist\w*|invalid|not listed|doesn't have an?)\b/i,
      /\b(?:unknown|no such|invalid|non-?existent|not a (?:valid|known)|bad) (?:local )?(?:user|recipient|mailbox|address|person|account|destination|addressee)/i,
      /no (?:mailbox|account|user|one|recipient)\b.{0,30}\b(?:here|by that name|with that name|found)|user doesn.t have/i,
      /account that you tried to reach does not exist|RecipientNotFound|RecipNotFound|unrouteable address|has no such (?:user|mailbox)/i,
      /(?:host|domain)\b.{0,40}\b(?:not found|does not exist|unknown)|unknown host|bad destination (?:host|system)|no such domain|name or service not known/i,
      /(?:utilisateur|destinataire|adresse|bo[iî]te|compte)\b.{0,60}\b(?:inconnue?|invalide|inexistante?|introuvable|n.existe pas)/i,
      /(?:benutzer|empf[aä]nger|adresse|postfach)\b.{0,60}\b(?:unbekannt|existiert nicht|nicht (?:gefunden|vorhanden|bekannt))/i,
      /(?:usuario|destinatario|buz[oó]n|direcci[oó]n|cuenta)\b.{0,60}\b(?:desconocid[oa]|no existe|inv[aá]lid[oa]|inexistente)|(?:utente|destinatario|casella)\b.{0,60}\b(?:sconosciut[oa]|inesistente|non esiste)/i,
    ],
  },
  {
    cause: 'recipient',
    words: [/recipient (?:address )?(?:was )?(?:rejected|refused|denied)|access denied|mailbox unavailable/i],
  },
]

/** RFC 3463 and its registry, and codes of Exchange; `5.7.1` and all other codes of a policy speak of who sends. */
const statuses: readonly (readonly [RegExp, Cause])[] = [
  [/^5\.1\.(?:1|2|3|6|10)$/, 'no_mailbox'],
  [/^[45]\.1\.(?:7|8|90)$/, 'sender'],
  [/^[45]\.2\.3$/, 'content'],
  [/^[45]\.(?:2\.\d+|7\.13)$/, 'mailbox_unavailable'],
  [/^[45]\.3\.4$/, 'content'],
  [/^4\.7\.\d+$/, 'recipient_later'],
  [/^5\.7\.\d+$/, 'sender'],
  [/^5\.6\.\d+$/, 'content'],
]

/** What is read of a reply: the rest is links and signatures, and no pattern runs long. */
const maxWords = 1_000

/** Undefined where the reply says no more than its code. */
export function causeOf({ code, status, words }: ServerReply): Cause | undefined {
  const said = words.slice(0, maxWords).replace(/\s+/g, ' ')
  const enhanced = status ?? statusIn(said)
  const byWords = rules.find((rule) => rule.words.some((pattern) => pattern.test(said)))?.cause
  // an address or host that is not found for now may be found later
  if (byWords === 'no_mailbox' && isTemporary(code, enhanced)) return 'recipient_later'
  // “access denied” beside a code that says more is no more than the code
  const byStatus = enhanced === undefined ? undefined : statuses.find(([pattern]) => pattern.test(enhanced))?.[1]
  if (byWords !== undefined && !(byWords === 'recipient' && byStatus === 'no_mailbox')) return byWords
  return byStatus ?? (code === 530 ? 'sender' : undefined)
}

/** The enhanced code at the beginning of a reply, or after its three digits. */
export const statusIn = (words: string): string | undefined =>
  /(?:^|[\s#(-])([245]\.\d{1,3}\.\d{1,3})(?![.\d])/.exec(words.slice(0, maxWords))?.[1]

/** Whether it may go well later: the digits of SMTP say so, or the class of the status where there are none. */
export const isTemporary = (code: number | undefined, status: string | undefined): boolean =>
  code === undefined ? status?.startsWith('4.') === true : code < 500
