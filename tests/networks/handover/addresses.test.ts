/** What a person pastes is read as the network's id of their post, or as nothing. */
import { describe, expect, it } from 'vitest'
import { connectorOf } from '../../../shared/networks/registry.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const accounts = {
  mastodon: { externalId: '7@m.example', handle: '@bakery@m.example', name: 'B', url: 'https://m.example/@bakery' },
  bluesky: { externalId: did, handle: '@bakery.bsky.social', name: 'B' },
  x: { externalId: '12', handle: '@Bakery', name: 'B' },
  youtube: { externalId: 'UC1', handle: '@bakery', name: 'B' },
} as const

const read = async (network: keyof typeof accounts, url: string) =>
  (await connectorOf(network)).externalIdOf?.(new URL(url), accounts[network])

describe('an address of a post', () => {
  it.each([
    ['mastodon', 'https://m.example/@bakery/113500000000000001', '113500000000000001'],
    ['mastodon', 'https://m.example/@bakery/113500000000000001?x=1#y', '113500000000000001'],
    ['bluesky', 'https://bsky.app/profile/bakery.bsky.social/post/3lbxyz', `at://${did}/app.bsky.feed.post/3lbxyz`],
    ['bluesky', `https://bsky.app/profile/${did}/post/3lbxyz`, `at://${did}/app.bsky.feed.post/3lbxyz`],
    ['x', 'https://x.com/bakery/status/1850000000000000000?s=20', '1850000000000000000'],
    ['x', 'https://twitter.com/Bakery/status/1850000000000000000/photo/1', '1850000000000000000'],
    ['x', 'https://x.com/i/web/status/1850000000000000000', '1850000000000000000'],
    ['youtube', 'https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3', 'dQw4w9WgXcQ'],
    ['youtube', 'https://youtu.be/dQw4w9WgXcQ', 'dQw4w9WgXcQ'],
    ['youtube', 'https://m.youtube.com/shorts/dQw4w9WgXcQ', 'dQw4w9WgXcQ'],
  ] as const)('of %s is read: %s', async (network, url, id) => {
    expect(await read(network, url)).toBe(id)
  })

  it.each([
    ['mastodon', 'https://m.example/@bakery@other.example/113500000000000001'],
    ['mastodon', 'https://other.example/@bakery/113500000000000001'],
    ['mastodon', 'https://m.example/@bakery/about'],
    ['bluesky', 'https://bsky.app/profile/someone.else/post/3lbxyz'],
    ['bluesky', 'https://evil.example/profile/bakery.bsky.social/post/3lbxyz'],
    ['x', 'https://x.com/someone/status/1850000000000000000'],
    ['x', 'https://x.com.evil.example/bakery/status/1850000000000000000'],
    ['x', 'https://x.com/bakery'],
    ['youtube', 'https://www.youtube.com/@bakery'],
    ['youtube', 'https://www.youtube.com/watch'],
  ] as const)('of %s that is another’s, or none, is not: %s', async (network, url) => {
    expect(await read(network, url)).toBeUndefined()
  })
})
