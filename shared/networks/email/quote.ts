/** A letter without the letters it answers. */

/** The line above a quotation, as mail programs write it in the languages of those who write to us. */
const attributions = [
  /^(?:le|on|am|el|il|op|em)\b.{4,200}\b(?:a écrit|wrote|schrieb.*|escribió|ha scritto|schreef.*|escreveu)\s*:?\s*$/i,
  /^-{2,}\s*(?:original message|message d['’]origine|message original|ursprüngliche nachricht|forwarded message|message transféré)\s*-{2,}$/i,
  /^_{10,}$/,
]
/** Outlook's heading of the quoted letter: two of its lines at once. */
const heading = /^\*?(?:de|from|von|envoyé|sent|gesendet|objet|subject|betreff|à|to|an)\s?\*?\u00a0?:/i

/** What the person wrote: cut at the quotation that ends the letter. The whole, where there would be nothing left. */
export function withoutQuoted(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const end = lines.findIndex((line, i) => startsQuotation(lines, line, i))
  const kept = end < 0 ? lines : lines.slice(0, end)
  const written = withoutSignature(kept.join('\n')).trim()
  return written === '' ? text.trim() : written
}

function startsQuotation(lines: readonly string[], line: string, i: number): boolean {
  const trimmed = line.trim()
  // an attribution may be folded into two lines
  const folded = `${trimmed} ${(lines[i + 1] ?? '').trim()}`
  if (attributions.some((pattern) => pattern.test(trimmed))) return true
  if (attributions[0]?.test(folded) === true && !trimmed.startsWith('>') && trimmed.length < 120) return true
  if (heading.test(trimmed) && heading.test((lines[i + 1] ?? '').trim())) return true
  // a block of quoted lines up to the end
  return trimmed.startsWith('>') && lines.slice(i).every((rest) => rest.trim() === '' || rest.trim().startsWith('>'))
}

const withoutSignature = (text: string) => text.replace(/(^|\n)-- \n[\s\S]*$/, '')
