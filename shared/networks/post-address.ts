import type { ChannelAccount } from './network.ts'

/** What the web address of a post looks like on a network. */
export interface PostAddress {
  /** Shown to a person whose address was refused. */
  readonly example: string
  /** Each with its subdomains. Absent for networks on servers of their own: the host of the channel's address. */
  readonly hosts?: readonly string[]
  /** Path and query of a post. */
  readonly path: RegExp
}

/** True where the address may be that of a post on this network. Pure. */
export function isPostAddress(
  { hostname, pathname, search }: URL,
  { hosts, path }: PostAddress,
  { url }: Pick<ChannelAccount, 'url'>,
): boolean {
  const own = url !== undefined && URL.canParse(url) ? [new URL(url).hostname] : undefined
  const allowed = hosts ?? own
  // a channel that was connected without its address: nothing to compare with
  const isTheirs = allowed?.some((host) => hostname === host || hostname.endsWith(`.${host}`)) ?? true
  return isTheirs && path.test(pathname + search)
}
