/** WebM (RFC 9559): tags and attachments become void elements of the same size; nothing moves. */

const [segment, tags, attachments, voidId] = [0x18538067, 0x1254c367, 0x1941a469, 0xec]

/** In place; tells whether there was anything. */
export function blankWebm(file: Buffer): boolean {
  let found = false
  for (let at = 0; at < file.length; ) {
    const element = elementAt(file, at)
    if (element === undefined) return found
    if (element.id === segment) {
      at = element.content
      continue
    }
    if (element.id === tags || element.id === attachments) {
      found = true
      blank(file, at, element)
    }
    at = element.end
  }
  return found
}

interface Element {
  readonly id: number
  readonly content: number
  readonly end: number
}

/** Undefined at the end. A cluster of unknown size (a live stream) ends where it begins: its elements are read one by one. */
function elementAt(file: Buffer, at: number): Element | undefined {
  const idBytes = Math.clz32(file[at] ?? 0) - 23
  if (idBytes < 1 || idBytes > 4 || at + idBytes >= file.length) return undefined
  const id = file.readUIntBE(at, idBytes)
  const sizeAt = at + idBytes
  const width = Math.clz32(file[sizeAt] ?? 0) - 23
  if (width < 1 || width > 8 || sizeAt + width > file.length) return undefined
  let size = BigInt((file[sizeAt] ?? 0) & (0xff >> width))
  for (let i = 1; i < width; i++) size = (size << 8n) | BigInt(file[sizeAt + i] ?? 0)
  const content = sizeAt + width
  if (size === (1n << BigInt(7 * width)) - 1n) return { id, content, end: content }
  return { id, content, end: Math.min(file.length, content + Number(size)) }
}

/** A void element has an id of one byte: its size takes the bytes that are left of the head. */
function blank(file: Buffer, at: number, { content, end }: Element): void {
  const width = content - at - 1
  let size = BigInt(end - content) | (1n << BigInt(7 * width))
  file[at] = voidId
  for (let i = width; i >= 1; i--) {
    file[at + i] = Number(size & 0xffn)
    size >>= 8n
  }
  file.fill(0, content, end)
}
