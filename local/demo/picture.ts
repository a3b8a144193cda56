/** The demo's picture, painted here so that nothing has to be fetched: three loaves before the sea at dawn. */
import { crc32, deflateSync } from 'node:zlib'

type Colour = readonly [number, number, number]

const width = 1200
const height = 800
const loaves = [
  { x: 330, y: 560, rx: 210, ry: 110 },
  { x: 640, y: 600, rx: 230, ry: 120 },
  { x: 920, y: 560, rx: 190, ry: 105 },
] as const

const mix = (from: Colour, to: Colour, share: number): Colour => {
  const of = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * Math.min(1, Math.max(0, share)))
  return [of(0), of(1), of(2)]
}

function colourAt(x: number, y: number): Colour {
  for (const loaf of loaves.toReversed()) {
    const [dx, dy] = [(x - loaf.x) / loaf.rx, (y - loaf.y) / loaf.ry]
    const from = Math.hypot(dx, dy)
    if (from > 1) continue
    const cut = Math.abs(((dx * 3.5 + dy + 10.5) % 1) - 0.5) < 0.09 && Math.abs(dy) < 0.55 && Math.abs(dx) < 0.75
    return cut ? [246, 222, 178] : mix([214, 150, 78], [122, 70, 30], from ** 2 + dy * 0.25)
  }
  if (y > 600) return mix([150, 104, 66], [98, 64, 40], (y - 600) / 200 + (Math.floor(y / 33) % 2) * 0.12)
  if (Math.hypot(x - 830, y - 390) < 95 && y < 400) return [255, 224, 150]
  if (y > 400) return mix([232, 160, 120], [38, 86, 122], (y - 400) / 110)
  return mix([42, 66, 120], [250, 190, 130], y / 400)
}

/** https://www.w3.org/TR/png-3/: eight bits a colour, no filter. */
export function picture(): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows.set(colourAt(x, y), y * (width * 3 + 1) + 1 + x * 3)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
