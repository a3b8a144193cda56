import { createSocket } from 'node:dgram'
import { once } from 'node:events'

interface Zone {
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  readonly ttl?: number
  /** Families that get no answer at all. */
  readonly silent?: readonly ('a' | 'aaaa')[]
}

const types: Readonly<Record<number, 'a' | 'aaaa'>> = { 1: 'a', 28: 'aaaa' }

/** A name server on loopback (RFC 1035) that counts what it is asked. Names that it does not know do not exist. */
export async function startNameServer(zones: Readonly<Record<string, Zone>>) {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query, from) => {
    const labels: string[] = []
    let at = 12
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length))
      at += length + 1
    }
    const question = query.subarray(12, at + 5)
    const type = types[query.readUInt16BE(at + 1)]
    const name = labels.join('.')
    asked.push(`${name} ${type}`)
    const zone = zones[name]
    if (type === undefined || zone?.silent?.includes(type)) return
    const records = (zone?.[type] ?? []).map((address) => {
      const bytes =
        type === 'a' ? Buffer.from(address.split('.').map(Number)) : Buffer.from(address.replaceAll(':', ''), 'hex')
      const head = Buffer.alloc(12)
      head.writeUInt16BE(0xc00c, 0)
      head.writeUInt16BE(type === 'a' ? 1 : 28, 2)
      head.writeUInt16BE(1, 4)
      head.writeUInt32BE(zone?.ttl ?? 60, 6)
      head.writeUInt16BE(bytes.length, 10)
      return Buffer.concat([head, bytes])
    })
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(zone === undefined ? 0x8183 : 0x8180, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    socket.send(Buffer.concat([header, question, ...records]), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    stop: () => socket.close(),
  }
}
