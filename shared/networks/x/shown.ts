/** How X shows things, read back: without any dependency, for the connector and the small receiver alike. */
import type { Author, ChannelAccount } from '../network.ts'

/** Holds whatever the name of its author becomes. */
export const postUrl = (id: string) => `https://x.com/i/web/status/${id}`

/** The id in the address of one of the account's own posts. */
export function externalIdOf({ hostname, pathname }: URL, { handle }: ChannelAccount): string | undefined {
  if (!/^(www\.|mobile\.)?(x|twitter)\.com$/.test(hostname)) return undefined
  const [, author, id] = /^\/(i\/web|\w+)\/status\/(\d{1,19})(?:\/|$)/.exec(pathname) ?? []
  const own = author === 'i/web' || author?.toLowerCase() === handle.replace(/^@/, '').toLowerCase()
  return own ? id : undefined
}

/** Ids hold the instant they were made (ms since 2010-11-04T01:42:54.657Z, above 22 bits); 0 for what is none. */
export const timeOf = (id: string): number =>
  /^\d{1,19}$/.test(id) ? Number(BigInt(id) >> 22n) + 1_288_834_974_657 : 0

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

export const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => named[name] ?? whole)

export interface Shown {
  readonly text?: string | undefined
  /** What is shown, in code points: from behind the names that an answer begins with. */
  readonly display_text_range?: readonly number[] | undefined
  readonly entities?: Entities | undefined
  /** The whole of a long post, whose `text` is its beginning: in the names of two generations. */
  readonly note_tweet?: Note | undefined
  readonly note_post?: Note | undefined
}
interface Entities {
  readonly urls?: readonly Short[] | undefined
}
interface Note {
  readonly text: string
  readonly entities?: Entities | undefined
}
interface Short {
  readonly url: string
  readonly expanded_url?: string | undefined
  /** Of a link that stands for what is attached. */
  readonly media_key?: string | undefined
}

/**
 * A post's text as its author wrote it: X puts the names of those who are answered before it, escapes `&`, `<` and `>`,
 * shortens links, and adds one for what is attached.
 */
export function plainText({ text = '', entities, display_text_range: range, note_tweet, note_post }: Shown): string {
  const note = note_tweet ?? note_post
  const names = Array.from(text)
    .slice(0, range?.[0] ?? 0)
    .join('')
  const whole = note?.text ?? text
  let plain = unescaped(whole.startsWith(names) ? whole.slice(names.length) : whole)
  for (const { url, expanded_url, media_key } of [...(entities?.urls ?? []), ...(note?.entities?.urls ?? [])])
    plain = plain.replaceAll(url, media_key === undefined ? (expanded_url ?? url) : '')
  return plain.trim()
}

export interface KnownUser {
  readonly id: string
  readonly name?: string | undefined
  readonly username?: string | undefined
  readonly profile_image_url?: string | undefined
}

/** An author by id, with what came along of them. */
export function authorOf(id: string | undefined, users: readonly KnownUser[]): Author | undefined {
  if (id === undefined) return undefined
  const known = users.find((one) => one.id === id)
  return {
    externalId: id,
    handle: known?.username === undefined ? id : `@${known.username}`,
    name: known?.name || known?.username || id,
    picture: known?.profile_image_url,
  }
}
