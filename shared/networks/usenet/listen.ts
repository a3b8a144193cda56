/** What is new in the group: answers to ours, and everything where that is wished. */
import PostalMime, { type Email } from 'postal-mime'
import * as z from 'zod'
import { messageOf } from '../../kernel/errors.ts'
import { errorOf } from '../http/index.ts'
import type { ChannelCall, InboundEvent, Polled } from '../network.ts'
import { withBoundedFields } from '../text/bounded-fields.ts'
import { type Credentials, isOurs, type Settings, urlOf } from './account.ts'
import { codes, page } from './facts.ts'
import { conversation, NewsRefusal, refusalOf } from './session.ts'
import type { Wire } from './wire.ts'

type Call = ChannelCall<Credentials, Settings>

/** The last article looked at, and when: should the server count anew one day, what is older is not brought again. */
const cursorSchema = z.object({ number: z.number().int(), at: z.number() })

/** One line of the overview (RFC 3977 §8.3). */
interface Overview {
  readonly number: number
  readonly from: string
  readonly messageId: string
  readonly references: readonly string[]
}

/** By article number from the cursor on; the first poll starts now. */
export async function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const as = call.credentials.current()
  const since = cursor === undefined ? undefined : cursorSchema.parse(JSON.parse(cursor))
  const at = (number: number) => JSON.stringify({ number, at: call.clock.now() })
  try {
    return await conversation(call, as, async (wire) => {
      const group = await wire.command(`GROUP ${as.group}`)
      if (group.code !== 211) throw new NewsRefusal(group)
      const [, , low = 0, high = 0] = group.line.split(' ').map(Number)
      if (since === undefined) return { events: [], cursor: at(high), more: false }
      const renumbered = high < since.number
      const from = Math.max(renumbered ? low : since.number + 1, low)
      if (from > high) return { events: [], cursor: at(high), more: false }
      const to = Math.min(high, from + page.articles - 1)
      const looked = await look(call, wire, await overview(wire, from, to))
      const last = looked.stoppedAt ?? to
      const events = renumbered ? looked.events.filter((event) => event.at > since.at) : looked.events
      return { events, cursor: at(last), more: last < high }
    })
  } catch (error) {
    throw errorOf(refusalOf(error, call.clock.now()), call.clock.now())
  }
}

/** The events of these articles; `stoppedAt` is the last one looked at, where there were too many for one call. */
async function look(call: Call, wire: Wire, articles: readonly Overview[]) {
  const as = call.credentials.current()
  const ours = new Parents(wire, as)
  const events: InboundEvent[] = []
  for (const article of articles) {
    if (isOurs(article.messageId, as) || article.from.toLowerCase().includes(as.address.toLowerCase())) continue
    const answered = await ours.of(article.references)
    if (answered === undefined && !call.settings.everything) continue
    const read = await readArticle(wire, String(article.number))
    if (read === undefined) continue
    if (read.email !== undefined) events.push(eventOf(article, read.email, answered, call.clock.now()))
    else events.push(unreadable(article, read.why, read.bytes, answered, call.clock.now()))
    if (events.length === page.events) return { events, stoppedAt: article.number }
  }
  return { events, stoppedAt: undefined }
}

/** Which article of ours a thread stands under: known by its id, or (written elsewhere, by hand) by who it is from. */
class Parents {
  readonly #wire: Wire
  readonly #as: Credentials
  readonly #known = new Map<string, boolean>()

  constructor(wire: Wire, as: Credentials) {
    this.#wire = wire
    this.#as = as
  }

  async of(references: readonly string[]): Promise<string | undefined> {
    const own = references.find((id) => isOurs(id, this.#as))
    const parent = references.at(-1)
    if (own !== undefined || parent === undefined) return own
    if (!this.#known.has(parent) && this.#known.size < page.parents) {
      const head = await this.#wire.command(`HEAD <${parent}>`)
      const text = head.code === 221 ? (await this.#wire.block()).toString('utf8') : ''
      const from = /^from:(.*(?:\r\n[ \t].*)*)/im.exec(text)?.[1] ?? ''
      this.#known.set(parent, from.toLowerCase().includes(this.#as.address.toLowerCase()))
    }
    return this.#known.get(parent) === true ? parent : undefined
  }
}

async function overview(wire: Wire, from: number, to: number): Promise<Overview[]> {
  let listed = await wire.command(`OVER ${from}-${to}`)
  // The older name of the same (RFC 2980 §2.8).
  if (listed.code === codes.unknownCommand) listed = await wire.command(`XOVER ${from}-${to}`)
  if (listed.code === codes.noArticles || listed.code === 420) return []
  if (listed.code !== 224) throw new NewsRefusal(listed)
  return (await wire.block())
    .toString('utf8')
    .split('\r\n')
    .flatMap((line) => {
      const [number, , author, , id, references] = line.split('\t')
      const [messageId] = idsIn(id ?? '')
      if (messageId === undefined) return []
      return [{ number: Number(number), from: author ?? '', messageId, references: idsIn(references ?? '') }]
    })
    .sort((a, b) => a.number - b.number)
}

const idsIn = (text: string): string[] => Array.from(text.matchAll(/<([^<>\s]+)>/g), ([, id]) => id ?? '')

type Article =
  | { readonly email: Email }
  | { readonly email?: undefined; readonly why: string; readonly bytes: Uint8Array }

/** Undefined where it was cancelled since it was listed. */
async function readArticle(wire: Wire, which: string): Promise<Article | undefined> {
  const reply = await wire.command(`ARTICLE ${which}`)
  if (reply.code === codes.noArticles || reply.code === codes.noSuchArticle) return undefined
  if (reply.code !== 220) throw new NewsRefusal(reply)
  const bytes = await wire.block()
  try {
    return { email: await PostalMime.parse(withBoundedFields(bytes)) }
  } catch (error) {
    return { why: messageOf(error), bytes }
  }
}

/** No program can read it: a person sees that it came, and those behind it are read. */
function unreadable(
  { messageId, from }: Overview,
  why: string,
  bytes: Uint8Array,
  answered: string | undefined,
  at: number,
): InboundEvent {
  return {
    kind: answered === undefined ? 'mention' : 'comment',
    action: 'created',
    externalId: messageId,
    at,
    author: { externalId: from || messageId, handle: from, name: from || '?' },
    text: '',
    url: urlOf(messageId),
    postExternalId: answered,
    unreadable: { why, raw: { name: 'article.eml', contentType: 'message/rfc822', bytes } },
  }
}

function eventOf(article: Overview, read: Email, answered: string | undefined, now: number): InboundEvent {
  const { messageId, references } = article
  const header = (name: string) => read.headers.find((one) => one.key === name)?.value
  const address = read.from?.address ?? ''
  const subject = read.subject ?? ''
  const text = (read.text ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(/(^|\n)-- \n[\s\S]*$/, '')
    .trim()
  const followUps = header('followup-to')
  const written = Date.parse(read.date ?? '')
  return {
    kind: answered === undefined ? 'mention' : 'comment',
    action: 'created',
    externalId: messageId,
    // A clock that is ahead of ours would hide what comes after it.
    at: Number.isNaN(written) ? now : Math.min(written, now),
    author: {
      externalId: address.toLowerCase() || messageId,
      handle: address,
      name: read.from?.name || address || '?',
    },
    text: answered === undefined && subject !== '' ? `${subject}\n\n${text}` : text,
    url: urlOf(messageId),
    language: header('content-language')?.split(',')[0]?.trim(),
    parentExternalId: references.at(-1),
    postExternalId: answered,
    context: {
      subject,
      // The beginning of a thread and its end are what readers need (RFC 5537 §3.4.4 lets the middle be left out).
      references: JSON.stringify([...references.slice(0, 1), ...references.slice(1).slice(-18), messageId]),
      ...(followUps === undefined ? {} : { followUps }),
    },
  }
}
