import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Ranges that `allowPrivateHosts` opens: a server of one's own. Link-local stays shut (a cloud's metadata is there). */
const own = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'])
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/**
 * Whether a connection to this address may be made: public unicast only. Loopback, private, link-local, unique-local,
 * carrier-grade NAT, multicast, documentation, tunnels and IPv4 inside IPv6 are refused (IANA special-purpose registries,
 * as ipaddr.js names them); of IPv6 only 2000::/3 is public. What is no address is refused.
 */
export function mayConnect(address: string, allowPrivateHosts: boolean): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = allowPrivateHosts ? ipaddr.process(address) : ipaddr.parse(address)
  const range = parsed.range()
  if (allowPrivateHosts && own.has(range)) return true
  return range === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(globalUnicast))
}

/**
 * The address a URL names literally, or undefined if it names a host. `URL` has already turned the decimal, octal, hex and
 * short forms of IPv4 into dotted ones.
 */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIP(bare) === 0 ? undefined : bare
}

/** Whether an address belongs to a machine or a network of one's own. */
export const isOwn = (address: string): boolean => ipaddr.isValid(address) && own.has(ipaddr.process(address).range())
