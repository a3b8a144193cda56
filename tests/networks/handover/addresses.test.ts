/** What a person pastes is read as the network's id of their post, or as nothing. */
import { describe, expect, it } from 'vitest'
import { isPostAddress } from '../../../shared/networks/post-address.ts'
import { connectorOf, networkNames } from '../../../shared/networks/registry.ts'

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

/** Those whose posts have no address on the web, or one that only their person knows. */
const unchecked = ['email', 'feed', 'handover', 'usenet', 'whatsapp']

const shapes = (
  await Promise.all(networkNames.map(async (name) => ({ name, shape: (await connectorOf(name)).postAddress })))
).flatMap(({ name, shape }) => (shape === undefined ? [] : [{ name, shape }]))

/** Channels on servers of their own are at the host of their example. */
const accountOf = ({ hosts, example }: (typeof shapes)[number]['shape']) =>
  hosts === undefined ? { url: new URL('/@bakery', example).href } : {}

describe('the address of a post that a person published', () => {
  it('is checked on every network that has posts on the web', () => {
    expect([...shapes.map(({ name }) => name), ...unchecked].sort()).toEqual([...networkNames].sort())
  })

  it.each(shapes)('is accepted on $name and refused on every other network', ({ name, shape: { example } }) => {
    const others = shapes.filter((one) => one.shape.example !== example)
    const takers = [...others, ...shapes.filter((one) => one.name === name)].filter(({ shape }) => {
      const account =
        shape.hosts === undefined && shape.example !== example ? { url: 'https://own.test/' } : accountOf(shape)
      return isPostAddress(new URL(example), shape, account)
    })
    expect(takers.map((one) => one.name)).toEqual([name])
  })

  it.each([
    ['facebook', 'https://www.facebook.com/permalink.php?story_fbid=pfbid02a&id=1000'],
    ['facebook', 'https://m.facebook.com/story.php?story_fbid=12&id=10'],
    ['facebook', 'https://www.facebook.com/share/p/1AbCdEfGhI/'],
    ['facebook', 'https://fb.watch/abcdefgh12/'],
    ['facebook', 'https://www.facebook.com/watch/?v=1234567890'],
    ['instagram', 'https://www.instagram.com/bakery/reel/DCabc_-1/?igsh=a'],
    ['linkedin', 'https://fr.linkedin.com/posts/bakery_pain-activity-7250000000000000000-AbCd'],
    ['linkedin', 'https://lnkd.in/eAbCdEf1'],
    ['pinterest', 'https://pin.it/1AbCdEfGh'],
    ['pinterest', 'https://fr.pinterest.com/pin/1100000000000000000/'],
    ['threads', 'https://www.threads.net/@bakery/post/DCabc'],
    ['tiktok', 'https://vm.tiktok.com/ZMabcdef/'],
    ['tiktok', 'https://www.tiktok.com/@bakery/photo/7430000000000000000'],
    ['telegram', 'https://t.me/c/1234567890/12'],
  ])('is accepted on %s as %s', async (network, url) => {
    const shape = shapes.find((one) => one.name === network)?.shape
    expect(shape !== undefined && isPostAddress(new URL(url), shape, {})).toBe(true)
  })

  it.each([
    ['facebook', 'https://facebook.com.evil.example/bakery/posts/1'],
    ['facebook', 'https://notfacebook.com/bakery/posts/1'],
    ['facebook', 'https://www.facebook.com/'],
    ['instagram', 'https://www.instagram.com/bakery/'],
    ['linkedin', 'https://www.linkedin.com/company/bakery/'],
    ['tiktok', 'https://www.tiktok.com/@bakery'],
  ])('is refused on %s as %s', async (network, url) => {
    const shape = shapes.find((one) => one.name === network)?.shape
    expect(shape !== undefined && !isPostAddress(new URL(url), shape, {})).toBe(true)
  })

  it.each([
    ['facebook', 'https://www.facebook.com/10_20', '10', '10_20'],
    ['facebook', 'https://www.facebook.com/11_20', '10', undefined],
    ['facebook', 'https://www.facebook.com/bakery/posts/20', '10', undefined],
    ['linkedin', 'https://www.linkedin.com/feed/update/urn:li:share:12/', '10', 'urn:li:share:12'],
    ['linkedin', 'https://www.linkedin.com/feed/update/urn:li:activity:12', '10', undefined],
    ['pinterest', 'https://www.pinterest.com/pin/12/', '10', '12'],
    ['tiktok', 'https://www.tiktok.com/@Bakery/video/12', '10', '12'],
    ['tiktok', 'https://www.tiktok.com/@someone/video/12', '10', undefined],
    ['instagram', 'https://www.instagram.com/p/DCabcdefghi/', '10', undefined],
  ])('of %s is read: %s of the account %s', async (network, url, externalId, id) => {
    const account = { externalId, handle: '@bakery', name: 'B' }
    expect((await connectorOf(network)).externalIdOf?.(new URL(url), account)).toBe(id)
  })
})
