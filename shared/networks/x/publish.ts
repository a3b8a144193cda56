/** Posts and threads: sending them, removing them. */
import * as z from 'zod'
import { isGone } from '../http/index.ts'
import type { Live, Outcome, Prepared, PublishCall, Refused, Removal } from '../network.ts'
import { blamed, type Call, type Credentials, platform, type Settings, tryAs, unreadable } from './api.ts'
import { options } from './review.ts'
import { postUrl } from './shown.ts'
import { checkpoint, type Progress, slot, uploadAll } from './upload.ts'

const created = z.object({ data: z.object({ id: z.string() }) })

/** All uploads come before the first post: one that fails must not cut a thread short. */
export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const waiting = await uploadAll(call, progress)
  if (waiting !== undefined) return outcomeOf(waiting)
  for (let i = progress.parts.length; i < call.content.parts.length; i++) {
    const stopped = await sendPart(call, i, progress)
    if (stopped !== undefined) return cutShort(stopped, progress)
  }
  return { kind: 'accepted', ...liveOf(progress.parts) }
}

const outcomeOf = (waiting: Exclude<Prepared, { kind: 'prepared' }>): Outcome =>
  waiting.kind === 'preparing' ? { ...waiting, kind: 'processing' } : waiting

async function sendPart(
  call: PublishCall<Credentials, Settings>,
  i: number,
  progress: Progress,
): Promise<Refused | undefined> {
  const step = `post ${i + 1} of ${call.content.parts.length}`
  const request = { method: 'POST', path: '/2/tweets', json: bodyOf(call, i, progress) } as const
  const tried = await tryAs(call, request, {}, () => call.begin(step))
  if (tried.refusal !== undefined) return located(tried.refusal, 'answer' in tried ? blamed(tried.answer) : [], i)
  const parsed = created.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unknown', message: unreadable }
  progress.parts.push(parsed.data.data.id)
  await call.saveCheckpoint({ ...progress }, undefined, liveOf(progress.parts))
  return undefined
}

/** What of the content a refusal is about, where X names the field. */
function located(refusal: Refused, fields: readonly string[], i: number): Refused {
  if (refusal.kind !== 'rejected' || refusal.reason !== 'invalid') return refusal
  const about = (name: string) => fields.some((field) => field === name || field.startsWith(`${name}.`))
  if (about('media')) return { ...refusal, pointer: `/parts/${i}/media` }
  if (about('poll')) return { ...refusal, pointer: '/options/poll' }
  if (about('text')) return { ...refusal, pointer: `/parts/${i}/text` }
  return refusal
}

function bodyOf({ content }: PublishCall<Credentials, Settings>, i: number, progress: Progress) {
  const part = content.parts[i]
  const { poll, replySettings, paidPartnership, aiMade } = options.parse(content.options)
  const previous = progress.parts[i - 1]
  const media = (part?.media ?? []).flatMap((one, j) => progress.media[slot(i, j, one)]?.id ?? [])
  return {
    text: part?.text ?? '',
    ...(media.length > 0 ? { media: { media_ids: media } } : {}),
    ...(previous === undefined ? {} : { reply: { in_reply_to_tweet_id: previous } }),
    ...(poll === undefined || i > 0 ? {} : { poll: { options: poll.options, duration_minutes: poll.minutes } }),
    // Who may answer is settled by the first post; the law's marks stand on each.
    ...(replySettings === undefined || i > 0 ? {} : { reply_settings: replySettings }),
    ...(paidPartnership === undefined ? {} : { paid_partnership: paidPartnership }),
    ...(aiMade === undefined ? {} : { made_with_ai: aiMade }),
  }
}

export function liveOf(parts: readonly string[]): Live {
  const [first] = parts
  if (first === undefined) throw new Error('A publication without parts was sent.')
  return { externalId: first, url: postUrl(first), ...(parts.length > 1 ? { parts } : {}) }
}

/** A refusal after something went out is a thread cut short; a wait or a lost answer is taken up again from the checkpoint. */
function cutShort(stopped: Refused, progress: Progress): Outcome {
  if (stopped.kind !== 'rejected' || progress.parts.length === 0) return stopped
  return { kind: 'partial', ...liveOf(progress.parts), parts: progress.parts, message: stopped.message }
}

/** From the last post to the first, so that no answer is left hanging. What is gone already counts as removed. */
export async function remove(call: Call, live: Live): Promise<Removal> {
  for (const id of [...(live.parts ?? [live.externalId])].reverse()) {
    const tried = await tryAs(call, { method: 'DELETE', path: `/2/tweets/${encodeURIComponent(id)}` })
    if (tried.refusal !== undefined && !('answer' in tried && isGone(platform, tried.answer))) return tried.refusal
  }
  return { kind: 'deleted' }
}
