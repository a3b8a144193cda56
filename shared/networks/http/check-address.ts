import { mayConnect } from './address.ts'
import { blocked, systemResolve } from './connect.ts'
import type { Resolve } from './resolver.ts'
import { checkedUrl } from './safe-client.ts'

/**
 * Whether the client would connect to this address as things are now: for telling a person at once what would fail later.
 * Throws HttpFailure `bad_url` or `blocked_host`. A name that cannot be resolved passes (it may be set up later); the
 * client checks again at every connection, so nothing depends on this check.
 */
export async function checkAddress(
  address: string,
  allowPrivateHosts: boolean,
  resolve: Resolve = systemResolve,
): Promise<void> {
  const url = checkedUrl(address, allowPrivateHosts)
  const addresses = await resolve(url.hostname.replace(/^\[|\]$/g, '')).catch(() => [])
  if (addresses.some(({ address }) => !mayConnect(address, allowPrivateHosts))) throw blocked(url.hostname)
}
