/** Posts: container → wait → publish; and removing. */

import * as z from 'zod'
import { isGone } from '../http/index.ts'
import { graphErrorIn } from '../meta/index.ts'
import type { Content, Live, Outcome, PrepareCall, Prepared, PublishCall, Refused, Removal } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { attemptAs, type Call, type Credentials, created, platform, unreadable } from './api.ts'
import type { Settings } from './connect.ts'
import { build, checkpoint, type Progress, type SureRefusal, startOver } from './containers.ts'
import { lookMs, subcodes, unconfirmed } from './facts.ts'
import { options } from './review.ts'
import { instagramTexts } from './texts.ts'

const photoAheadMs = 5 * 60_000
const videoAheadMs = 30 * 60_000
const mostRebuilds = 3

/** How long before its second Instagram should begin to fetch the files, in ms. */
export function ahead(content: Content): number {
  return (content.parts[0]?.media ?? []).some(({ kind }) => kind === 'video') ? videoAheadMs : photoAheadMs
}

export async function prepare(call: PrepareCall<Credentials, Settings>): Promise<Prepared> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const built = await build(call, progress)
  switch (built.kind) {
    case 'ready':
      return { kind: 'prepared', checkpoint: { ...progress } }
    case 'waiting':
      return { kind: 'preparing', ...stillAt(call, progress, lookMs) }
    case 'broken':
      return again(call, progress) ?? { kind: 'preparing', ...stillAt(call, progress, 1_000) }
    default:
      return built
  }
}

const stillAt = (call: Call, progress: Progress, inMs: number) => ({
  lookAt: call.clock.now() + inMs,
  checkpoint: { ...progress },
  progress: { step: 'processing', done: 0 },
})

/** Makes everything anew, if that was not tried often enough. */
function again(call: Call, progress: Progress): SureRefusal | undefined {
  startOver(progress)
  progress.rebuilt += 1
  if (progress.rebuilt <= mostRebuilds) return undefined
  return {
    kind: 'rejected',
    reason: 'invalid',
    pointer: '/parts/0/media',
    message: instagramTexts.gaveUpFiles({ rebuilt: progress.rebuilt, at: new Date(call.clock.now()).toISOString() }),
  }
}

/** The visible call is short: the container is ready before it. A container is published once, however often it is asked. */
export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const { content } = call
  const progress = checkpoint.parse(call.checkpoint ?? {})
  if (content.parts.length !== 1)
    return { kind: 'rejected', reason: 'invalid', message: networkTexts.noThreads({ network: 'Instagram' }) }
  const { firstComment } = options.parse(content.options)
  if (progress.media === undefined) {
    const built = await build(call, progress)
    if (built.kind === 'waiting') return { kind: 'processing', ...stillAt(call, progress, lookMs) }
    if (built.kind === 'broken')
      return again(call, progress) ?? { kind: 'processing', ...stillAt(call, progress, 1_000) }
    if (built.kind !== 'ready') return built
    const used = await allowanceUsed(call)
    if (used !== undefined) return used
    const sent = await publishContainer(call, progress)
    if ('kind' in sent) return sent
    progress.media = sent
    if (firstComment !== undefined) await call.saveCheckpoint({ ...progress }, undefined, liveOf(sent))
  }
  const live = liveOf(progress.media)
  if (firstComment === undefined) return { kind: 'accepted', ...live }
  return commentFirst(call, live, firstComment)
}

const allowance = z.object({
  data: z.array(z.object({ quota_usage: z.number(), config: z.object({ quota_total: z.number() }).optional() })),
})

const liveOf = ({ id, url }: NonNullable<Progress['media']>): Live => ({
  externalId: id,
  ...(url === undefined ? {} : { url }),
})

/** What may be published in 24 hours is read live: documents name several numbers. Not told: not asked any further. */
async function allowanceUsed(call: Call): Promise<Refused | undefined> {
  const path = `/${call.credentials.current().userId}/content_publishing_limit`
  const tried = await attemptAs(call, { method: 'GET', path, query: { fields: 'quota_usage,config' } }, false)
  if (tried.refusal !== undefined) return undefined
  const [told] = allowance.safeParse(tried.answer.json()).data?.data ?? []
  if (told?.config === undefined || told.quota_usage < told.config.quota_total) return undefined
  return {
    kind: 'limited',
    reason: 'quota',
    scope: 'channel',
    until: call.clock.now() + unconfirmed.quotaWaitMs,
    message: instagramTexts.quota({ total: told.config.quota_total, used: told.quota_usage }),
  }
}

async function publishContainer(
  call: PublishCall<Credentials, Settings>,
  progress: Progress,
): Promise<NonNullable<Progress['media']> | Outcome> {
  const path = `/${call.credentials.current().userId}/media_publish`
  const form = { creation_id: progress.container?.id ?? '' }
  await call.begin('publish')
  const tried = await attemptAs(call, { method: 'POST', path, form, timeoutMs: 60_000 }, true)
  if (tried.refusal !== undefined) {
    const subcode = tried.answer === undefined ? undefined : graphErrorIn(tried.answer)?.error_subcode
    if (subcode === subcodes.notReady) {
      progress.ready = false
      return { kind: 'processing', ...stillAt(call, progress, lookMs) }
    }
    if (subcode !== undefined && subcodes.rebuild.has(subcode))
      return again(call, progress) ?? { kind: 'processing', ...stillAt(call, progress, 1_000) }
    return tried.refusal
  }
  const media = created.safeParse(tried.answer.json())
  if (!media.success) return { kind: 'unknown', message: unreadable }
  return { id: media.data.id, url: await addressOf(call, media.data.id) }
}

/** Where people see it. That it is not told changes nothing: the post is live. */
async function addressOf(call: Call, id: string): Promise<string | undefined> {
  const tried = await attemptAs(call, { method: 'GET', path: `/${id}`, query: { fields: 'permalink' } }, false)
  if (tried.refusal !== undefined) return undefined
  return z.object({ permalink: z.url() }).safeParse(tried.answer.json()).data?.permalink
}

async function commentFirst(call: PublishCall<Credentials, Settings>, live: Live, message: string): Promise<Outcome> {
  const path = `/${live.externalId}/comments`
  await call.begin('first comment')
  const tried = await attemptAs(call, { method: 'POST', path, form: { message } }, true)
  if (tried.refusal !== undefined)
    return tried.refusal.kind === 'rejected'
      ? {
          kind: 'partial',
          ...live,
          parts: [live.externalId],
          message: networkTexts.firstComment({ why: tried.refusal.message }),
        }
      : tried.refusal
  const comment = created.safeParse(tried.answer.json())
  if (!comment.success) return { kind: 'unknown', message: unreadable }
  return { kind: 'accepted', ...live, parts: [live.externalId, comment.data.id] }
}

/** Only Facebook Login deletes, since December 2025, with `instagram_manage_contents`. */
export async function remove(call: Call, live: Live): Promise<Removal> {
  if (call.credentials.current().flavour === 'instagram')
    return {
      kind: 'rejected',
      reason: 'permission',
      message: instagramTexts.cannotDelete(),
    }
  const tried = await attemptAs(call, { method: 'DELETE', path: `/${encodeURIComponent(live.externalId)}` }, true)
  return tried.refusal === undefined || isGone(platform, tried.answer) ? { kind: 'deleted' } : tried.refusal
}
