/** A page's bytes as text, in the order of the HTML standard: byte order mark, header, `<meta>`, else UTF-8. */
import { TextDecoder } from 'node:util'

const metaCharset = /<meta\b[^<>]*?charset\s*=[\s"']*([a-z0-9_:.-]+)/i
/** How far the standard looks for a `<meta>` that names the encoding, in bytes. */
const prescanBytes = 1024

export function decodePage(bytes: Uint8Array, contentType: string | undefined): string {
  const named = /charset\s*=\s*"?\s*([a-z0-9_:.-]+)/i.exec(contentType ?? '')?.[1]
  const head = () => new TextDecoder('latin1').decode(bytes.subarray(0, prescanBytes))
  const decoder = marked(bytes) ?? decoderOf(named) ?? decoderOf(ofMeta(metaCharset.exec(head())?.[1]))
  return (decoder ?? new TextDecoder()).decode(bytes)
}

function marked(bytes: Uint8Array): TextDecoder | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be')
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder()
  return undefined
}

/** A page in UTF-16 could not have been read so far: who says so is wrong, and means UTF-8. */
const ofMeta = (label: string | undefined) => (label !== undefined && /^utf-?16/i.test(label) ? 'utf-8' : label)

function decoderOf(label: string | undefined): TextDecoder | undefined {
  if (label === undefined) return undefined
  try {
    return new TextDecoder(label)
  } catch {
    return undefined // a name nobody knows
  }
}
