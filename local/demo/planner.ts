/** Schedules what the shop says, through the API, as its community manager would. */
import * as z from 'zod'
import type { Client } from './client.ts'
import type { ChannelIds } from './connecting.ts'
import { picture } from './picture.ts'
import type { DemoRecord } from './record.ts'
import { saying } from './sayings.ts'
import { opening, pictureAlt, type ShopPost, week } from './shop.ts'

const zone = 'Europe/Paris'
const dayMs = 86_400_000
const daysAhead = 6

const announced = z.object({
  id: z.string(),
  upload: z.object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()) }),
})
const created = z.object({ id: z.string() })
const written = z.object({ publications: z.array(z.object({ network: z.string(), dueAt: z.string().optional() })) })

type Moment = { readonly at: string; readonly zone: string }

export interface PlannerParts {
  readonly client: Client
  readonly channels: ChannelIds
  /** Called with the instant (ms) at which something leaves that its network will refuse. */
  readonly willBeRefused: (dueAt: number) => void
  /** Keeps the record, once what it says has happened. */
  readonly save: (record: DemoRecord) => Promise<void>
}

export class Planner {
  readonly #parts: PlannerParts
  #record: DemoRecord

  constructor(parts: PlannerParts, record: DemoRecord) {
    this.#parts = parts
    this.#record = record
  }

  /** Of a new demo: the first minutes. */
  async open(now: number): Promise<void> {
    await this.#keep({ opened: true })
    for (const post of opening) await this.#write(post, instant(now + post.after * 1000))
  }

  /** One of the things that are often said, at this instant (ms). */
  async say(at: number): Promise<void> {
    const { said } = this.#record
    await this.#keep({ said: said + 1 })
    await this.#write(saying(said, at), instant(at))
  }

  /** The days after today that are not planned yet, each at human times. */
  async planWeek(now: number): Promise<void> {
    for (let ahead = 1; ahead <= daysAhead; ahead++) {
      const day = dayInParis(now + ahead * dayMs)
      if (day <= (this.#record.plannedUntil ?? '')) continue
      const weekday = (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7
      for (const post of week[weekday] ?? []) {
        const facebook = post.facebookAt === undefined ? undefined : { at: `${day}T${post.facebookAt}:00`, zone }
        await this.#write(
          onDay(post, day),
          { at: `${day}T${post.at}:00`, zone },
          { once: `${day}-${post.at}`, facebook },
        )
      }
      await this.#keep({ plannedUntil: day })
    }
  }

  /** `once` names what is the same post whenever it is written: a start that was cut short writes no second one. */
  async #write(
    post: ShopPost,
    schedule: Moment,
    own: { readonly once?: string; readonly facebook?: Moment | undefined } = {},
  ) {
    const { client, channels, willBeRefused } = this.#parts
    const { once, facebook } = own
    const { text, on, thread, refused } = post
    const wanted = on.flatMap((place) => channels.get(place) ?? [])
    if (wanted.length === 0) return
    const onFacebook = facebook === undefined ? undefined : channels.get('facebook')
    const answer = await client.post(
      '/v1/posts',
      {
        text,
        channels: wanted,
        schedule,
        ...(thread === undefined ? {} : { thread: thread.map((part) => ({ text: part })) }),
        ...(post.picture === true ? { media: [await this.#pictureId()] } : {}),
        ...(onFacebook === undefined ? {} : { variants: { [onFacebook]: { schedule: facebook } } }),
      },
      written,
      once === undefined ? undefined : `demo-${once}`,
    )
    if (refused === true)
      for (const { dueAt } of answer.publications) if (dueAt !== undefined) willBeRefused(Date.parse(dueAt))
  }

  /** Uploaded once. */
  async #pictureId(): Promise<string> {
    const { pictureId } = this.#record
    if (pictureId !== undefined) return pictureId
    const { client } = this.#parts
    const bytes = picture()
    const wanted = {
      filename: 'fournee.png',
      mime: 'image/png',
      bytes: bytes.length,
      alt: pictureAlt,
      credit: 'Parvis',
    }
    const { id, upload } = await client.post('/v1/media', wanted, announced)
    const put = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: new Uint8Array(bytes) })
    if (!put.ok) throw new Error(`The demo's picture could not be uploaded: ${put.status} ${await put.text()}`)
    await client.post(`/v1/media/${id}/complete`, undefined, created)
    await this.#keep({ pictureId: id })
    return id
  }

  async #keep(change: Partial<DemoRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change }
    await this.#parts.save(this.#record)
  }
}

const instant = (ms: number): Moment => ({ at: new Date(ms).toISOString(), zone })

/** The post with the day's date, as people write it: `mardi 8 décembre`, large at the beginning of a sentence. */
function onDay(post: ShopPost, day: string): ShopPost {
  const date = longDay.format(new Date(`${day}T12:00:00Z`))
  const dated = (text: string) =>
    text.replace(/^\{jour\}/, date.charAt(0).toUpperCase() + date.slice(1)).replaceAll('{jour}', date)
  return {
    ...post,
    text: dated(post.text),
    ...(post.thread === undefined ? {} : { thread: post.thread.map(dated) }),
  }
}

const longDay = new Intl.DateTimeFormat('fr-FR', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' })

const dayInParis = (ms: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(ms)
