/** Posts of a page: sending, finding again, removing. */

import * as z from 'zod'
import { byTheirClock, type HttpAnswer, isGone } from '../http/index.ts'
import type { Content, FindCall, Found, Live, Outcome, PublishCall, Refused, Removal } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Call, type Credentials, platform, postUrl, type Settings, tryAs, unreadable, urn } from './api.ts'
import { pageOf, unconfirmed } from './facts.ts'
import { makeReady, slot } from './ready.ts'
import { options, questionOf } from './review.ts'
import { fingerprint, littleText, typedText } from './text.ts'
import { checkpoint, type Progress } from './upload.ts'

export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const waiting = await makeReady(call, progress)
  if (waiting !== undefined) return waiting.kind === 'preparing' ? { ...waiting, kind: 'processing' } : waiting
  const before = progress.sending
  progress.sending ??= call.clock.now()
  if (before === undefined) await call.saveCheckpoint({ ...progress })
  const json = bodyOf(call.content, call.credentials.current().organization, progress)
  const tried = await tryAs(call, { method: 'POST', path: '/rest/posts', json }, {}, () => call.begin('post'))
  if (tried.refusal !== undefined) return (await ownDuplicate(call, tried.refusal, before)) ?? tried.refusal
  const id = tried.answer.headers['x-restli-id']
  return id ? live(id) : { kind: 'unknown', message: unreadable }
}

const live = (id: string): Outcome => ({ kind: 'accepted', externalId: id, url: postUrl(id) })

/**
 * LinkedIn refuses what it was told already, and names the post. Where an earlier attempt of this publication may have
 * made it, and it says the same and is no older, it is ours. Names of posts that are not there have been seen, too.
 */
async function ownDuplicate(
  call: PublishCall<Credentials, Settings>,
  refusal: Refused,
  earlier: number | undefined,
): Promise<Outcome | undefined> {
  if (refusal.kind !== 'rejected' || refusal.of === undefined || earlier === undefined) return undefined
  const tried = await tryAs(call, { method: 'GET', path: `/rest/posts/${urn(refusal.of)}` }, { visible: false })
  if (tried.refusal !== undefined) return undefined
  const { data } = listed.safeParse(tried.answer.json())
  const from = byTheirClock(earlier, call.clock.now(), tried.answer.headers)
  const same = data !== undefined && timeOf(data) >= from && saysTheSame(data, call.content)
  return same ? live(data.id) : undefined
}

function bodyOf(content: Content, author: string, progress: Progress) {
  const [part] = content.parts
  const wish = options.parse(content.options)
  const shown = shownOf(content, progress)
  return {
    author,
    commentary: littleText(part?.text ?? ''),
    visibility: 'PUBLIC',
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: wish.noReshare ?? false,
    ...(shown === undefined ? {} : { content: shown }),
  }
}

/** What a post shows besides its text: one thing. */
function shownOf(content: Content, { media: uploads, card }: Progress) {
  const wish = options.parse(content.options)
  const files = (content.parts[0]?.media ?? []).flatMap((media, i) => {
    const id = uploads[slot(i, media)]?.id
    return id === undefined ? [] : { media, id }
  })
  const [first] = files
  if (wish.poll !== undefined) {
    const durations: Readonly<Record<number, string>> = unconfirmed.poll.durations
    return {
      poll: {
        question: questionOf(content, wish),
        options: wish.poll.options.map((text) => ({ text })),
        settings: { duration: durations[wish.poll.minutes] },
      },
    }
  }
  if (first === undefined) return card === undefined ? undefined : { article: card }
  const alt = (text: string) => (text === '' ? {} : { altText: text })
  if (files.length > 1) return { multiImage: { images: files.map(({ id, media }) => ({ id, ...alt(media.alt) })) } }
  if (first.media.kind === 'image') return { media: { id: first.id, ...alt(first.media.alt) } }
  return { media: { id: first.id, title: wish.title ?? first.media.name ?? 'Document' } }
}

// ---- finding again --------------------------------------------------------------------------------------------------

const listed = z.object({
  id: z.string(),
  commentary: z.string().catch(''),
  createdAt: z.number().optional(),
  publishedAt: z.number().optional(),
  content: z
    .looseObject({
      media: z.looseObject({ id: z.string() }).optional().catch(undefined),
      multiImage: z
        .looseObject({ images: z.array(z.looseObject({ id: z.string() })) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
})
type Listed = z.infer<typeof listed>
const list = z.object({ elements: z.array(listed) })

const timeOf = ({ createdAt, publishedAt }: Listed) => Math.max(createdAt ?? 0, publishedAt ?? 0)
const saysTheSame = ({ commentary }: Listed, content: Content) =>
  fingerprint(typedText(commentary)) === fingerprint(content.parts[0]?.text ?? '')

const pagesRead = 4

/**
 * Reads what the page posted since the attempt began: by its files, which only this publication has, else by its text.
 * LinkedIn promises nowhere that a post is on this list as soon as it exists, so "absent" is no proof, and a person decides.
 */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const files = Object.values(checkpoint.parse(call.checkpoint ?? {}).media).map(({ id }) => id)
  const author = urn(call.credentials.current().organization)
  for (let page = 0; page < pagesRead; page++) {
    const path = `/rest/posts?author=${author}&q=author&start=${page * pageOf.posts}&count=${pageOf.posts}&sortBy=CREATED`
    const headers = { 'x-restli-method': 'FINDER' }
    const tried = await tryAs(call, { method: 'GET', path, headers }, { visible: false })
    if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
    const { data } = list.safeParse(tried.answer.json())
    if (data === undefined) return { kind: 'unable', message: unreadable }
    const match = await matching(call, data.elements, files, tried.answer)
    if (match !== undefined) return { kind: 'found', externalId: match.id, url: postUrl(match.id) }
    const from = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
    const last = data.elements.at(-1)
    if (last === undefined || timeOf(last) < from) return { kind: 'absent' }
  }
  return { kind: 'unable', message: networkTexts.tooMuchSince({ since: call.since }) }
}

/** Newest first; of two that match, the one that came first is the attempt's. */
async function matching(
  call: FindCall<Credentials, Settings>,
  posts: readonly Listed[],
  files: readonly string[],
  answer: HttpAnswer,
): Promise<Listed | undefined> {
  const from = byTheirClock(call.since, call.clock.now(), answer.headers)
  for (const post of posts.filter((one) => timeOf(one) >= from).reverse())
    if (saysTheSame(post, call.content) && sameFiles(post, call.content, files) && !(await call.taken(post.id)))
      return post
  return undefined
}

/** Where LinkedIn does not tell what is attached, the text alone decides. */
function sameFiles({ content }: Listed, { parts }: Content, files: readonly string[]): boolean {
  const shown = [content?.media?.id ?? [], content?.multiImage?.images.map(({ id }) => id) ?? []].flat()
  const wanted = parts[0]?.media.length ?? 0
  if (wanted === 0) return shown.length === 0
  return shown.length === 0 ? parts[0]?.text !== '' : shown.some((id) => files.includes(id))
}

export async function remove(call: Call, { externalId }: Live): Promise<Removal> {
  const headers = { 'x-restli-method': 'DELETE' }
  const tried = await tryAs(call, { method: 'DELETE', path: `/rest/posts/${urn(externalId)}`, headers })
  const gone = tried.refusal !== undefined && 'answer' in tried && isGone(platform, tried.answer)
  return tried.refusal === undefined || gone ? { kind: 'deleted' } : tried.refusal
}
