import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Ranges that `allowPrivateHosts` opens: a server of one's own. Link-local stays shut (a cloud's metadata is there). */
const own = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'])
/**
 * Where clouds tell a machine its credentials, outside the link-local range: AWS (metadata, container and pod credentials,
 * name and time servers), Google, Scaleway and Oracle over IPv6, Alibaba, Oracle and Azure over IPv4. Shut whatever is allowed.
 */
const metadata = [
  'fd00:ec2::/32',
  'fd20:ce::/32',
  'fd00:42::/32',
  'fd00:c1::/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
].map((range) => ipaddr.parseCIDR(range))
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/**
 * Whether a connection to this address may be made: public unicast only. Loopback, private, link-local, unique-local,
 * carrier-grade NAT, multicast, documentation, tunnels and IPv4 inside IPv6 are refused (IANA special-purpose registries,
 * as ipaddr.js names them); of IPv6 only 2000::/3 is public. What is no address is refused.
 */
export function mayConnect(address: string, allowPrivateHosts: boolean): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = allowPrivateHosts ? ipaddr.process(address) : ipaddr.parse(address)
  if (metadata.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))) return false
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
