import type { ChannelAccount } from '../network.ts'
import { postCollection } from './facts.ts'

/** The URI of one of the account's own posts, from its address in the official app. */
export function externalIdOf(
  { hostname, pathname }: URL,
  { externalId: did, handle }: ChannelAccount,
): string | undefined {
  if (hostname !== 'bsky.app') return undefined
  const [, author, rkey] = /^\/profile\/([^/]+)\/post\/([A-Za-z0-9._~-]{1,100})(?:\/|$)/.exec(pathname) ?? []
  const own = author === did || author?.toLowerCase() === handle.replace(/^@/, '').toLowerCase()
  return own ? `at://${did}/${postCollection}/${rkey}` : undefined
}
