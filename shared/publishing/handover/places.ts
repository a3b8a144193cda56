import type { Channel } from '../../channels/index.ts'

/**
 * Where a person writes a post, by network or by the name that a hand-over channel gives: addresses that telephones open
 * in the network's own app where it is installed. Unconfirmed: nobody promises them, and if one moves, the link of the
 * page leads to the network's front page at worst.
 */
const places: Readonly<Record<string, string>> = {
  bluesky: 'https://bsky.app/',
  discord: 'https://discord.com/app',
  facebook: 'https://www.facebook.com/',
  google_business: 'https://business.google.com/posts',
  instagram: 'https://www.instagram.com/',
  linkedin: 'https://www.linkedin.com/feed/',
  pinterest: 'https://www.pinterest.com/pin-creation-tool/',
  reddit: 'https://www.reddit.com/submit',
  snapchat: 'https://www.snapchat.com/',
  telegram: 'https://web.telegram.org/',
  threads: 'https://www.threads.com/',
  tiktok: 'https://www.tiktok.com/upload',
  whatsapp: 'https://web.whatsapp.com/',
  x: 'https://x.com/compose/post',
  xing: 'https://www.xing.com/',
  youtube: 'https://studio.youtube.com/',
}

/** Where the person of this channel publishes; undefined where nobody said. */
export function placeOf({ network, account, settings }: Channel): string | undefined {
  const own = web(settings.openUrl)
  if (own !== undefined) return own
  if (network === 'mastodon') return account.url === undefined ? undefined : new URL('/publish', account.url).href
  if (network !== 'handover') return places[network] ?? web(account.url)
  const said = typeof settings.of === 'string' ? settings.of.toLowerCase() : ''
  const known = Object.keys(places).find((name) => said.split(/[^\p{L}\p{N}]+/u).includes(name))
  return (known === undefined ? undefined : places[known]) ?? web(settings.profileUrl)
}

const web = (address: unknown) =>
  typeof address === 'string' && /^https?:\/\//.test(address) && URL.canParse(address) ? address : undefined
