/** Statuses: sending them, finding them again, removing them. */

import * as z from 'zod'
import { byTheirClock } from '../http/index.ts'
import type { ChannelCall, Content, FindCall, Found, Live, Outcome, PublishCall, Removal } from '../network.ts'
import type { wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { attempt, type Credentials, type Refusal, read, type Status, status } from './api.ts'
import type { Settings } from './connect.ts'
import { pageOf } from './facts.ts'
import { options } from './review.ts'
import { fingerprint, htmlToText } from './text.ts'
import { checkpoint, type Progress, slot, uploadAll } from './upload.ts'

export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  // All uploads before the first status: one that fails must not cut a thread short.
  const unready = await uploadAll(call, progress)
  if (unready?.kind === 'preparing') return { ...unready, kind: 'processing' }
  if (unready !== undefined) return unready
  for (let i = progress.parts.length; i < call.content.parts.length; i++) {
    const stopped = await sendPart(call, i, progress)
    if (stopped !== undefined) return cutShort(stopped, progress)
  }
  return { kind: 'accepted', ...liveOf(progress.parts) }
}

async function sendPart(
  call: PublishCall<Credentials, Settings>,
  i: number,
  progress: Progress,
): Promise<Refusal | undefined> {
  const request = {
    method: 'POST',
    path: '/api/v1/statuses',
    headers: { 'idempotency-key': `${call.key}-${i}` },
    json: bodyOf(call.content, i, call.settings, progress),
  } as const
  await call.begin(`status ${i + 1} of ${call.content.parts.length}`)
  const tried = await attempt(call, call.credentials.current(), request)
  if ('refusal' in tried) return tried.refusal
  const parsed = status.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'Mastodon' }) }
  progress.parts.push(partOf(parsed.data))
  await call.saveCheckpoint({ ...progress }, undefined, liveOf(progress.parts))
  return undefined
}

function bodyOf(content: Content, i: number, settings: Settings, progress: Progress): Record<string, unknown> {
  const part = content.parts[i]
  const wished = options.parse(content.options)
  const previous = progress.parts[i - 1]
  const media = (part?.media ?? []).flatMap((one, j) => progress.media[slot(i, j, one)] ?? [])
  return {
    status: part?.text ?? '',
    visibility: wished.visibility ?? settings.visibility,
    language: languageOf(content.language),
    ...(media.length > 0 ? { media_ids: media } : {}),
    ...(previous === undefined ? {} : { in_reply_to_id: previous.id }),
    // A content warning covers the whole thread, as people do it by hand.
    ...(wished.contentWarning === undefined ? {} : { spoiler_text: wished.contentWarning }),
    ...(wished.sensitive === undefined ? {} : { sensitive: wished.sensitive }),
    ...(i > 0 || wished.poll === undefined ? {} : { poll: pollOf(wished.poll) }),
  }
}

const pollOf = ({ options, minutes, multiple = false }: wishes.Poll) => ({
  options,
  expires_in: minutes * 60,
  multiple,
})

/** Mastodon knows ISO 639 codes; of the regional ones only those of Chinese. */
const languageOf = (tag: string) => (/^zh-/i.test(tag) ? tag : (tag.split('-')[0] ?? tag).toLowerCase())

const partOf = (one: Status) => ({ id: one.id, ...(one.url ? { url: one.url } : {}) })

function liveOf(parts: Progress['parts']): Live {
  const [first] = parts
  if (first === undefined) throw new Error('A publication without parts was sent.')
  return { externalId: first.id, url: first.url, ...(parts.length > 1 ? { parts: parts.map((part) => part.id) } : {}) }
}

/** A refusal after something went out is a chain cut short; a wait or a lost answer is taken up again from the checkpoint. */
function cutShort(stopped: Refusal, progress: Progress): Outcome {
  if (stopped.kind !== 'rejected' || progress.parts.length === 0) return stopped
  const parts = progress.parts.map((part) => part.id)
  return { kind: 'partial', ...liveOf(progress.parts), parts, message: stopped.message }
}

/**
 * Looks through the account's own statuses, newest first, for the parts that are missing from the checkpoint. The list
 * comes from the table that statuses are written to, but from behind caches and replicas that an instance may have, so
 * "absent" is no proof by itself: what makes sending again safe is the key, while the instance keeps it.
 */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const recent = await recentStatuses(call)
  if (recent.kind === 'unable') return recent
  const before = progress.parts.length
  for (let i = before; i < call.content.parts.length; i++) {
    const match = await matching(call, i, progress, recent.statuses)
    if (match === undefined) break
    progress.parts.push(partOf(match))
  }
  if (progress.parts.length === call.content.parts.length) return { kind: 'found', ...liveOf(progress.parts) }
  if (progress.parts.length > before)
    return { kind: 'resume', checkpoint: { ...progress }, parts: progress.parts.map((part) => part.id) }
  return { kind: 'absent' }
}

async function matching(
  call: FindCall<Credentials, Settings>,
  i: number,
  progress: Progress,
  statuses: readonly Status[],
): Promise<Status | undefined> {
  const part = call.content.parts[i]
  if (part === undefined) return undefined
  const parent = progress.parts[i - 1]?.id
  for (const one of [...statuses].reverse()) {
    const same =
      fingerprint(htmlToText(one.content)) === fingerprint(part.text) &&
      (one.in_reply_to_id ?? undefined) === parent &&
      one.media_attachments.length === part.media.length
    if (same && !(await call.taken(one.id))) return one
  }
  return undefined
}

type Recent = { readonly kind: 'read'; readonly statuses: readonly Status[] } | Extract<Found, { kind: 'unable' }>

/** The account's statuses since the attempt began, by the instance's clock. */
async function recentStatuses(call: FindCall<Credentials, Settings>): Promise<Recent> {
  const as = call.credentials.current()
  const statuses: Status[] = []
  let maxId: string | undefined
  for (let page = 0; page < 5; page++) {
    const query = new URLSearchParams({
      limit: String(pageOf.statuses),
      exclude_reblogs: 'true',
      ...(maxId === undefined ? {} : { max_id: maxId }),
    })
    const path = `/api/v1/accounts/${encodeURIComponent(as.accountId)}/statuses?${query}`
    const tried = await attempt(call, as, { method: 'GET', path }, false)
    if ('refusal' in tried) return { kind: 'unable', message: tried.refusal.message }
    const parsed = z.array(status).safeParse(tried.answer.json())
    if (!parsed.success) return { kind: 'unable', message: networkTexts.unreadable({ network: 'Mastodon' }) }
    const from = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
    const fresh = parsed.data.filter((one) => Date.parse(one.created_at) >= from)
    statuses.push(...fresh)
    if (fresh.length < parsed.data.length || parsed.data.length === 0) return { kind: 'read', statuses }
    maxId = parsed.data.at(-1)?.id
  }
  return { kind: 'unable', message: networkTexts.tooMuchSince({ since: call.since }) }
}

/** From the last part to the first, so that no reply is left hanging. What is gone already counts as removed. */
export async function remove(call: ChannelCall<Credentials, Settings>, live: Live): Promise<Removal> {
  for (const id of [...(live.parts ?? [live.externalId])].reverse()) {
    const tried = await attempt(call, call.credentials.current(), {
      method: 'DELETE',
      path: `/api/v1/statuses/${encodeURIComponent(id)}`,
    })
    if ('refusal' in tried && tried.status !== 404 && tried.status !== 410) return tried.refusal
  }
  return { kind: 'deleted' }
}

/** Whether a status still exists; used where a list leaves out what it cannot show. */
export const readStatus = (call: ChannelCall<Credentials, Settings>, id: string) =>
  read(call, call.credentials.current(), `/api/v1/statuses/${encodeURIComponent(id)}`, status)
