import { createHmac, timingSafeEqual } from 'node:crypto'

const validSeconds = 7 * 24 * 3600
const macBytes = 32
const expiryBytes = 4

/** What a link opens: one publication, and nothing else of its workspace. */
interface Handed {
  readonly workspaceId: string
  readonly publicationId: string
}

/** The token of a link to this publication's page, good for seven days from `now` (ms). */
export function sealHandover(key: Uint8Array, { workspaceId, publicationId }: Handed, now: number): string {
  const expiry = Math.floor(now / 1000) + validSeconds
  const head = Buffer.alloc(expiryBytes)
  head.writeUInt32BE(expiry)
  return Buffer.concat([mac(key, { workspaceId, publicationId }, expiry), head, Buffer.from(workspaceId)]).toString(
    'base64url',
  )
}

/** The workspace of a link that we gave for this publication; undefined for any other, and for one that expired. */
export function openHandover(key: Uint8Array, token: string, publicationId: string, now: number): string | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length <= macBytes + expiryBytes) return undefined
  const expiry = bytes.readUInt32BE(macBytes)
  const workspaceId = bytes.subarray(macBytes + expiryBytes).toString()
  if (!timingSafeEqual(bytes.subarray(0, macBytes), mac(key, { workspaceId, publicationId }, expiry))) return undefined
  return expiry * 1000 > now ? workspaceId : undefined
}

/** Where its page is. `publicUrl`: the API's own address. The token is no part of the path: paths stand in logs. */
export function handoverAddress(publicUrl: string, publicationId: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/handover/${publicationId}?token=${token}`
}

function mac(key: Uint8Array, { workspaceId, publicationId }: Handed, expiry: number): Buffer {
  const about = JSON.stringify(['handover', workspaceId, publicationId, expiry])
  return createHmac('sha256', key).update(about).digest()
}
