/** A letter without the letters it answers. Nothing that a person wrote is cut: what is not surely a quotation stays. */

const date =
  /\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b\d{1,2}[.:h]\d{2}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}(?:er|\.|st|nd|rd|th|º)?\s+(?:de\s+)?\p{L}{3,10}\b/u
const address = /[^\s<>"]+@[^\s<>"]+/

/** The verb of the line above a quotation, in the languages of those who write to us; it ends the line, but for the colon. */
const wrote =
  /(?:a écrit|ont écrit|wrote|schrieb(?:\s.{1,80})?|geschrieben|escribió|ha scritto|schreef(?:\s.{1,80})?|heeft geschreven|escreveu|skrev(?:\s.{1,80})?|napisał(?:a|\(a\)|\/a)?|pisze|kirjoitti|napsal(?:a|\(a\))?|írta|a scris|yazdı|написал(?:а|\(а\))?|пишет|έγραψε|wrote the following)\s*:?\s*$/iu

/** Rules that a program puts between its letter and the one answered. */
const separators =
  /^[-_\s>]{0,20}(?:original message|message d['’]origine|message original|mensaje original|mensagem original|messaggio originale|ursprüngliche nachricht|oorspronkelijk bericht|ursprungligt meddelande|ursprungsmeddelande|oryginalna wiadomość|wiadomość oryginalna|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti)\s*[-_]{0,20}$/iu

/** Outlook's heading of the quoted letter: its names of From, Sent, To and Subject. */
const headings = {
  from: /^\*?(?:de|from|von|da|van|från|fra|od|lähettäjä|от)\s?\*?\s?:/iu,
  other:
    /^\*?(?:envoyé|sent|gesendet|enviado(?: el| em)?|inviato|verzonden|skickat|sendt|wysłano|date|datum|fecha|data|à|to|an|para|a|aan|till|til|do|objet|subject|betreff|asunto|oggetto|onderwerp|ämne|emne|temat|assunto|cc|тема|кому)\s?\*?\s?:/iu,
}

/** What the person wrote. The whole, where there would be nothing left. */
export function withoutQuoted(text: string): string {
  const lines = withoutSignature(text.replace(/\r\n?/g, '\n').split('\n'))
  const written = withoutSignature(lines.slice(0, cutAt(lines)))
    .join('\n')
    .trim()
  return written === '' ? text.trim() : written
}

const isQuoted = (line: string) => line.trimStart().startsWith('>')

/** Where the quotation begins that goes to the end; the number of lines where there is none. */
function cutAt(lines: readonly string[]): number {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  if (last < 0) return lines.length
  // a block of quoted lines up to the end: nothing unquoted follows
  let first = last + 1
  while (first > 0 && (isQuoted(lines[first - 1] ?? '') || (lines[first - 1] ?? '').trim() === '')) first -= 1
  const marked = lines.slice(first, last + 1).some(isQuoted)
  if (marked) return attributionBefore(lines, first)
  // not marked, but headed: everything below a heading of a program is the letter answered
  const headed = lines.findIndex((_, i) => isHeading(lines, i))
  return headed < 0 ? lines.length : headed
}

/** The line above a quotation says who wrote it; programs fold it into two or three. */
function attributionBefore(lines: readonly string[], first: number): number {
  let end = first
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end -= 1
  for (const length of [1, 2, 3]) {
    const start = end - length
    if (start < 0) break
    const folded = lines.slice(start, end)
    if (folded.some((line) => line.trim() === '')) break
    const line = folded.join(' ').trim()
    if (line.length <= 300 && isAttribution(line)) return start
  }
  // nobody says whose words these are: the person quotes them to say something
  return lines.length
}

const isAttribution = (line: string): boolean =>
  separators.test(line) ||
  ((date.test(line) || address.test(line)) &&
    (wrote.test(line) || /^\d{4}-\d{2}-\d{2}\b.{0,200}:$/.test(line) || (address.test(line) && line.endsWith(':'))))

/** A rule that names itself, or two lines of a heading of which one is the sender's and one has a date or an address. */
function isHeading(lines: readonly string[], i: number): boolean {
  const line = (lines[i] ?? '').trim()
  if (/^[-_]{2,}/.test(line) && separators.test(line)) return true
  const at = /^_{10,}$/.test(line) ? i + 1 : i
  const block = lines.slice(at, at + 6).map((one) => one.trim())
  const [from = ''] = block
  if (!headings.from.test(from)) return false
  const others = block.slice(1).filter((one) => headings.other.test(one))
  return others.length >= 2 && [from, ...others].some((one) => address.test(one) || /\d{4}/.test(one))
}

/** Below `-- ` (RFC 3676 §4.3), as long as it is short and nothing is quoted there. */
function withoutSignature(lines: readonly string[]): readonly string[] {
  const at = lines.lastIndexOf('-- ')
  const below = lines.slice(at + 1)
  return at < 0 || below.length > maxSignatureLines || below.some(isQuoted) ? lines : lines.slice(0, at)
}

const maxSignatureLines = 15
