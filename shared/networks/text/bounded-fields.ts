/** A letter with its header fields cut: programs read addresses in a time that grows with the square of their length. */

const maxFieldBytes = 4096
const [lf, cr, space, tab] = [0x0a, 0x0d, 0x20, 0x09]

/** Every field of the header is cut after 4 KB; the body is left as it is. */
export function withBoundedFields(source: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = []
  let field = 0
  let at = 0
  while (at < source.length) {
    const found = source.indexOf(lf, at)
    const next = found < 0 ? source.length : found + 1
    const first = source[at]
    if (first === lf || (first === cr && source[at + 1] === lf)) break
    // a line that begins with a space goes on with the field above
    if (first !== space && first !== tab) field = 0
    const room = maxFieldBytes - field
    if (next - at <= room) kept.push(source.subarray(at, next))
    else if (room > 0) kept.push(source.subarray(at, at + room), Buffer.from('\r\n'))
    field += next - at
    at = next
  }
  return at === source.length && kept.length === 0 ? source : Buffer.concat([...kept, source.subarray(at)])
}
