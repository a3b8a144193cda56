/** Local posts: out, looked at until Google has decided, found again, removed. */

import * as z from 'zod'
import { attemptAs, bearer, fresh } from '../google/index.ts'
import { attempt, byTheirClock, errorOf, isGone } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Outcome, PublishCall, Removal } from '../network.ts'
import { fingerprint } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { at, businessPlatform, type Credentials, idIn, ofLocation, type Settings } from './api.ts'
import { unconfirmed } from './facts.ts'
import { type Options, options } from './review.ts'
import { googleBusinessTexts } from './texts.ts'

const checkpoint = z.object({ postId: z.string().optional() })

const localPost = z.object({
  name: z.string(),
  summary: z.string().default(''),
  state: z.string().optional(),
  createTime: z.string().optional(),
  searchUrl: z.string().optional(),
  event: z.object({ title: z.string().optional() }).optional(),
})
type LocalPost = z.infer<typeof localPost>

type Call = PublishCall<Credentials, Settings>

const unreadable = networkTexts.unreadable({ network: 'Google' })

const live = ({ name, searchUrl }: LocalPost): Live => ({ externalId: idIn(name), url: searchUrl })

export async function publish(call: Call): Promise<Outcome> {
  const done = checkpoint.parse(call.checkpoint ?? {})
  if (done.postId !== undefined) return look(call, done.postId)
  const path = ofLocation(call.credentials.current(), call.account.externalId, 'localPosts')
  const json = bodyOf(call)
  const tried = await fresh(call, async (as) => {
    await call.begin('post')
    const url = at(call.app, 'posts', path)
    return attempt(businessPlatform, call, { method: 'POST', url, headers: bearer(as), json })
  })
  if (tried.refusal !== undefined) return tried.refusal
  const made = localPost.safeParse(tried.answer.json()).data
  if (made === undefined) return { kind: 'unknown', message: unreadable }
  await call.saveCheckpoint({ postId: idIn(made.name) })
  return decided(call, made)
}

function bodyOf({ content }: Call) {
  const wished = options.parse(content.options)
  const [part = { text: '', media: [] }] = content.parts
  const topicType = wished.kind === 'event' ? 'EVENT' : wished.kind === 'offer' ? 'OFFER' : 'STANDARD'
  return {
    languageCode: content.language,
    topicType,
    ...(part.text === '' ? {} : { summary: part.text }),
    ...(part.media.length === 0
      ? {}
      : { media: part.media.map(({ url }) => ({ mediaFormat: 'PHOTO', sourceUrl: url })) }),
    ...(topicType === 'STANDARD' ? {} : { event: { title: wished.title, schedule: scheduleOf(wished) } }),
    ...(topicType === 'OFFER' ? { offer: offerOf(wished) } : buttonOf(wished)),
  }
}

function buttonOf({ button, link }: Options) {
  if (button === 'call') return { callToAction: { actionType: 'CALL' } }
  if (link === undefined) return {}
  return { callToAction: { actionType: (button ?? 'learn_more').toUpperCase(), url: link } }
}

const offerOf = ({ coupon, link, terms }: Options) => ({
  ...(coupon === undefined ? {} : { couponCode: coupon }),
  ...(link === undefined ? {} : { redeemOnlineUrl: link }),
  ...(terms === undefined ? {} : { termsConditions: terms }),
})

/** Wall-clock times of the place: the API has no zone, and neither have we. */
function scheduleOf({ start = '', end = '' }: Options) {
  const [from, to] = [partsOf(start), partsOf(end)]
  return {
    startDate: from.date,
    ...(from.time === undefined ? {} : { startTime: from.time }),
    endDate: to.date,
    ...(to.time === undefined ? {} : { endTime: to.time }),
  }
}

function partsOf(moment: string) {
  const [year = 0, month = 0, day = 0, hours, minutes = 0] = moment.split(/[-T:]/).map(Number)
  return {
    date: { year, month, day },
    time: hours === undefined ? undefined : { hours, minutes, seconds: 0, nanos: 0 },
  }
}

async function look(call: Call, postId: string): Promise<Outcome> {
  const url = at(
    call.app,
    'posts',
    ofLocation(call.credentials.current(), call.account.externalId, 'localPosts', postId),
  )
  const tried = await attemptAs(businessPlatform, call, { method: 'GET', url }, { visible: false })
  if (tried.refusal !== undefined) {
    if (isGone(businessPlatform, tried.answer))
      return { kind: 'rejected', reason: 'policy', message: googleBusinessTexts.takenDown() }
    return tried.refusal
  }
  const now = localPost.safeParse(tried.answer.json()).data
  return now === undefined ? { kind: 'transient', message: unreadable } : decided(call, now)
}

/** Every post is looked over before it is shown, mostly within seconds. */
async function decided(call: Call, post: LocalPost): Promise<Outcome> {
  if (post.state === 'REJECTED') {
    // It is seen by nobody; where it stays behind, the owner sees it as rejected.
    const url = at(call.app, 'posts', `/v4/${post.name}`)
    await attemptAs(businessPlatform, call, { method: 'DELETE', url }, { visible: false })
    await call.saveCheckpoint({})
    return {
      kind: 'rejected',
      reason: 'policy',
      message: googleBusinessTexts.rejected(),
    }
  }
  if (post.state !== 'PROCESSING') return { kind: 'accepted', ...live(post) }
  return {
    kind: 'processing',
    lookAt: call.clock.now() + unconfirmed.lookEveryMs,
    checkpoint: { postId: idIn(post.name) },
    progress: { step: 'review', done: 0 },
  }
}

// ---- found again ------------------------------------------------------------------------------------------------

const page = z.object({ localPosts: z.array(localPost).default([]), nextPageToken: z.string().optional() })
const pagesRead = 3

/** Google promises nowhere that a post is in the list as soon as it exists: absence proves nothing. */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const { title } = options.parse(call.content.options)
  const wanted = words(call.content.parts[0]?.text ?? '', title)
  const ours: LocalPost[] = []
  let pageToken: string | undefined
  for (let pages = 0; pages < pagesRead; pages++) {
    const path = ofLocation(call.credentials.current(), call.account.externalId, 'localPosts')
    const url = at(call.app, 'posts', path, { pageSize: '100', ...(pageToken === undefined ? {} : { pageToken }) })
    const tried = await attemptAs(businessPlatform, call, { method: 'GET', url }, { visible: false })
    if (tried.refusal?.kind === 'reauthorize') throw errorOf(tried.refusal, call.clock.now())
    if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
    const parsed = page.safeParse(tried.answer.json()).data
    if (parsed === undefined) return { kind: 'unable', message: unreadable }
    const since = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
    ours.push(
      ...parsed.localPosts.filter((one) => timeOf(one) >= since && words(one.summary, one.event?.title) === wanted),
    )
    const oldest = parsed.localPosts.at(-1)
    pageToken = parsed.nextPageToken
    if (pageToken === undefined || oldest === undefined || timeOf(oldest) < since) break
  }
  // Of two that match, the one that came first is the attempt's.
  ours.sort((a, b) => timeOf(a) - timeOf(b))
  for (const one of ours) {
    if (await call.taken(idIn(one.name))) continue
    if (one.state === 'LIVE') return { kind: 'found', ...live(one) }
    // Google has not decided yet, or against it: the look of `publish` says what becomes of it.
    return { kind: 'resume', checkpoint: { postId: idIn(one.name) }, parts: [] }
  }
  return { kind: 'absent' }
}

const timeOf = ({ createTime }: LocalPost) => Date.parse(createTime ?? '')
const words = (...texts: readonly (string | undefined)[]) => texts.map((text = '') => fingerprint(text)).join('\n')

export async function remove(call: ChannelCall<Credentials, Settings>, { externalId }: Live): Promise<Removal> {
  const url = at(
    call.app,
    'posts',
    ofLocation(call.credentials.current(), call.account.externalId, 'localPosts', externalId),
  )
  const tried = await attemptAs(businessPlatform, call, { method: 'DELETE', url }, {})
  if (tried.refusal !== undefined && !isGone(businessPlatform, tried.answer)) return tried.refusal
  return { kind: 'deleted' }
}
