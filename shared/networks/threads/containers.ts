/** What a post is before it is one: containers, whose media Threads fetches. Nothing of them is visible. */

import * as z from 'zod'
import { surelyNot } from '../http/index.ts'
import type { Content, Media, Part, PrepareCall, Prepared, Refused } from '../network.ts'
import { markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, callAs, type Settings } from './api.ts'
import { containerLivesMs, unconfirmed } from './facts.ts'
import { options } from './review.ts'
import { threadsTexts } from './texts.ts'

export const checkpoint = z.object({
  /** The ids of the parts that are live. */
  parts: z.array(z.object({ id: z.string(), url: z.string().optional() })).default([]),
  /** Items of the carousel of the part that comes next, and the container of that part. */
  items: z.array(z.string()).default([]),
  container: z.string().optional(),
  ready: z.boolean().optional(),
  /** The mark of the files and alt texts that these were made of. */
  of: z.string().optional(),
  /** When the first of them was made (ms). */
  at: z.number().optional(),
})
export type Progress = z.infer<typeof checkpoint>
type Call = PrepareCall<Credentials, Settings>

const made = z.object({ id: z.string() })
const looked = z.object({ status: z.string(), error_message: z.string().optional() })

export const ahead = (content: Content): number => ((content.parts[0]?.media.length ?? 0) > 0 ? unconfirmed.aheadMs : 0)

/** The container of the next part, ready to be published. */
export async function contain(call: Call, before: Progress): Promise<Prepared> {
  const index = before.parts.length
  const part = call.content.parts[index]
  const old = before.at !== undefined && call.clock.now() - before.at > containerLivesMs
  // a container cannot be changed: one of files or alt texts that were corrected since is made anew
  const of = markOf(...(part?.media ?? []).flatMap(({ file, alt }) => [file, alt]))
  const corrected = before.at !== undefined && before.of !== of
  let progress: Progress = old || corrected ? { parts: before.parts, items: [] } : before
  if (part === undefined || progress.ready) return { kind: 'prepared', checkpoint: progress }
  const at = progress.at ?? call.clock.now()
  const carousel = part.media.length > 1
  for (let i = progress.items.length; carousel && i < part.media.length; i++) {
    const one = part.media[i]
    if (one === undefined) break
    const item = await create(call, { ...mediaOf(one), is_carousel_item: 'true' })
    if (typeof item !== 'string') return surelyNot(item)
    progress = { ...progress, at, of, items: [...progress.items, item] }
    await call.saveCheckpoint(progress, { step: 'upload', done: i + 1, total: part.media.length })
  }
  if (carousel && progress.container === undefined)
    for (const item of progress.items) {
      const waits = await look(call, item, progress, index)
      if (waits !== undefined) return waits
    }
  if (progress.container === undefined) {
    const container = await create(call, {
      ...wordsOf(call.content, part, index, progress),
      ...bodyOf(part, progress.items),
    })
    if (typeof container !== 'string') return surelyNot(container)
    progress = { ...progress, at, of, container }
    await call.saveCheckpoint(progress)
  }
  const waits = await look(call, progress.container ?? '', progress, index)
  if (waits !== undefined) return waits
  progress = { ...progress, ready: true }
  await call.saveCheckpoint(progress)
  return { kind: 'prepared', checkpoint: progress }
}

async function create(call: Call, form: Readonly<Record<string, string>>): Promise<string | Refused> {
  const { userId } = call.credentials.current()
  const tried = await callAs(call, { method: 'POST', path: `/${userId}/threads`, form }, { visible: false })
  if (tried.refusal !== undefined) return tried.refusal
  return (
    made.safeParse(tried.answer.json()).data?.id ?? {
      kind: 'transient',
      message: threadsTexts.unreadableContainer(),
    }
  )
}

/** Undefined: it is ready. Source: the container's `status`, IN_PROGRESS | FINISHED | ERROR | EXPIRED | PUBLISHED. */
async function look(call: Call, container: string, progress: Progress, part: number): Promise<Prepared | undefined> {
  const status = await statusOf(call, container)
  if ('kind' in status) return surelyNot(status)
  if (status.status === 'FINISHED' || status.status === 'PUBLISHED') return undefined
  if (status.status === 'ERROR')
    return {
      kind: 'rejected',
      reason: 'invalid',
      pointer: `/parts/${part}/media`,
      message: threadsTexts.mediaRefused({
        words:
          status.error_message === undefined
            ? networkTexts.noReason()
            : networkTexts.quoted({ words: status.error_message }),
      }),
    }
  if (status.status === 'EXPIRED')
    return { kind: 'preparing', lookAt: call.clock.now() + 1_000, checkpoint: { parts: progress.parts, items: [] } }
  const waited = call.clock.now() - (progress.at ?? call.clock.now())
  const lookAt = call.clock.now() + (waited < unconfirmed.lookMs ? unconfirmed.firstLookMs : unconfirmed.lookMs)
  return {
    kind: 'preparing',
    lookAt,
    checkpoint: progress,
    progress: { step: 'processing', done: progress.items.length },
  }
}

export async function statusOf(
  call: Pick<Call, keyof Call>,
  container: string,
): Promise<z.infer<typeof looked> | Refused> {
  const query = { fields: 'status,error_message' }
  const tried = await callAs(call, { method: 'GET', path: `/${container}`, query }, { visible: false })
  if (tried.refusal !== undefined) return tried.refusal
  return (
    looked.safeParse(tried.answer.json()).data ?? {
      kind: 'transient',
      message: threadsTexts.unreadableContainer(),
    }
  )
}

function mediaOf(one: Media): Record<string, string> {
  const alt = one.alt === '' ? {} : { alt_text: one.alt }
  return one.kind === 'video'
    ? { media_type: 'VIDEO', video_url: one.url ?? '', ...alt }
    : { media_type: 'IMAGE', image_url: one.url ?? '', ...alt }
}

function bodyOf({ media }: Part, items: readonly string[]): Record<string, string> {
  const [only] = media
  if (only === undefined) return { media_type: 'TEXT' }
  return media.length > 1 ? { media_type: 'CAROUSEL', children: items.join(',') } : mediaOf(only)
}

const replyControls = { everyone: 'everyone', followed: 'accounts_you_follow', mentioned: 'mentioned_only' } as const

function wordsOf(content: Content, part: Part, index: number, { parts }: Progress): Record<string, string> {
  const wished = options.parse(content.options)
  const previous = parts[index - 1]
  const first = index === 0
  const poll = wished.poll?.options.map((text, i) => [`option_${'abcd'[i]}`, text])
  return {
    ...(part.text === '' ? {} : { text: part.text }),
    ...(previous === undefined ? {} : { reply_to_id: previous.id }),
    ...(first && wished.link !== undefined ? { link_attachment: wished.link } : {}),
    ...(first && wished.topic !== undefined ? { topic_tag: wished.topic } : {}),
    ...(first && wished.whoReplies !== undefined ? { reply_control: replyControls[wished.whoReplies] } : {}),
    ...(first && poll !== undefined ? { poll_attachment: JSON.stringify(Object.fromEntries(poll)) } : {}),
    ...(wished.sensitive === true && part.media.length > 0 ? { is_spoiler_media: 'true' } : {}),
  }
}
