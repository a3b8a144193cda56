/** Posts: sending them, finding them again, removing them. */
import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { HttpFailure } from '../http/index.ts'
import type { FindCall, Found, Live, Media, Outcome, PublishCall, Removal } from '../network.ts'
import { attempt, type BlueskyCall, type Credentials, type Refusal, type Settings, wordsOf, xrpc } from './api.ts'
import { facetsOf, findMentions } from './facets.ts'
import { postCollection } from './facts.ts'
import { options } from './review.ts'
import { recordKey } from './tid.ts'

const reference = z.object({ uri: z.string(), cid: z.string() })
type Reference = z.infer<typeof reference>
const checkpoint = z.object({
  /** What lives already, in order. */
  parts: z.array(reference).default([]),
})

const blob = z.object({ blob: z.record(z.string(), z.unknown()) })
const storedRecord = z.object({ uri: z.string(), cid: z.string().optional(), value: z.looseObject({ text: z.string().catch('') }) })

type Publishing = PublishCall<Credentials, Settings>
type Post = Pick<Publishing, 'content' | 'key' | 'dueAt'>

export async function publish(call: Publishing): Promise<Outcome> {
  const { parts } = checkpoint.parse(call.checkpoint ?? {})
  const { content } = call
  // Everything that makes nothing visible comes first: an upload that fails must not cut a thread short. Blobs are named
  // by their content, so that uploading one again costs no more than the call.
  const rest = content.parts.slice(parts.length)
  const dids = await resolveMentions(call, rest.flatMap((part) => findMentions(part.text).map((found) => found.handle)))
  const embeds: (Record<string, unknown> | undefined)[] = []
  for (const part of rest) {
    const uploaded = await uploadAll(call, part.media)
    if ('kind' in uploaded) return uploaded
    embeds.push(uploaded.embed)
  }
  const start = parts.length
  for (let i = start; i < content.parts.length; i++) {
    const record = recordOf(call, i, { embed: embeds[i - start], dids, parts })
    const sent = await create(call, i, record)
    if ('kind' in sent) return cutShort(call, sent, parts)
    parts.push(sent)
    await call.saveCheckpoint({ parts: [...parts] })
  }
  return { kind: 'accepted', ...liveOf(call, parts) }
}

/** Handles to DIDs. What does not resolve, or not in time, stays plain text: the post leaves at its second. */
async function resolveMentions(call: Publishing, handles: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const resolved = z.object({ did: z.string().startsWith('did:') })
  const found = await Promise.all(
    [...new Set(handles)].map(async (handle): Promise<readonly [string, string][]> => {
      const request = { method: 'com.atproto.identity.resolveHandle', params: { handle }, timeoutMs: 4_000 }
      try {
        const answer = await xrpc(call, call.credentials.current().pds, request)
        const parsed = resolved.safeParse(answer.status === 200 ? answer.json() : undefined)
        return parsed.success ? [[handle, parsed.data.did]] : []
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error
        return []
      }
    }),
  )
  return new Map(found.flat())
}

async function uploadAll(call: Publishing, media: readonly Media[]): Promise<Refusal | { readonly embed: Record<string, unknown> | undefined }> {
  const images: Record<string, unknown>[] = []
  for (const one of media) {
    const bytes = { data: await one.read(), mime: one.mime }
    const tried = await attempt(call, { method: 'com.atproto.repo.uploadBlob', bytes, timeoutMs: 60_000 }, { visible: false })
    if ('refusal' in tried) return tried.refusal
    const parsed = blob.safeParse(tried.answer.json())
    if (!parsed.success) return { kind: 'transient', message: 'Bluesky answered an upload with something that Parvis cannot read.' }
    images.push({ image: parsed.data.blob, alt: one.alt, aspectRatio: { width: one.width, height: one.height } })
  }
  return { embed: images.length === 0 ? undefined : { $type: 'app.bsky.embed.images', images } }
}

interface Prepared {
  readonly embed: Record<string, unknown> | undefined
  readonly dids: ReadonlyMap<string, string>
  readonly parts: readonly Reference[]
}

/** The record of one part: the same at every attempt, but for what mentions resolve to. */
function recordOf({ content, dueAt }: Post, i: number, { embed, dids, parts }: Prepared): Record<string, unknown> {
  const text = content.parts[i]?.text ?? ''
  const wishes = options.parse(content.options)
  const facets = facetsOf(text, dids)
  const [root, parent] = [parts[0], parts[i - 1]]
  return {
    $type: postCollection,
    text,
    createdAt: iso(dueAt),
    langs: wishes.langs ?? [content.language],
    ...(facets.length === 0 ? {} : { facets }),
    ...(embed === undefined ? {} : { embed }),
    ...(root === undefined || parent === undefined ? {} : { reply: { root, parent } }),
    ...(i === 0 && wishes.tags?.length ? { tags: wishes.tags } : {}),
    ...(wishes.labels?.length
      ? { labels: { $type: 'com.atproto.label.defs#selfLabels', values: wishes.labels.map((val) => ({ val })) } }
      : {}),
  }
}

async function create(call: Publishing, i: number, record: Record<string, unknown>): Promise<Refusal | Reference> {
  const rkey = recordKey(call.key, i, call.dueAt)
  const input = { repo: call.credentials.current().did, collection: postCollection, rkey, record }
  const tried = await attempt(
    call,
    { method: 'com.atproto.repo.createRecord', input },
    { begin: () => call.begin(`post ${i + 1} of ${call.content.parts.length}`) },
  )
  if ('answer' in tried) {
    const parsed = reference.safeParse(tried.answer.json())
    return parsed.success ? parsed.data : { kind: 'unknown', message: 'Bluesky answered something that Parvis cannot read.' }
  }
  // A key that is taken is answered with a 500 by the reference server and may be a 400 elsewhere: the repository tells.
  if (tried.refusal.kind !== 'rejected' && !(tried.refusal.kind === 'unknown' && tried.status !== undefined)) return tried.refusal
  const own = await ownRecord(call, i)
  return 'uri' in own ? own : tried.refusal
}

type Own = Reference | Extract<Found, { kind: 'absent' | 'unable' }>

/** The record under this part's key, if it says what this part says. Repositories are transactional: absence is believed. */
async function ownRecord(call: BlueskyCall & Post, i: number): Promise<Own> {
  const { did, pds } = call.credentials.current()
  const params = { repo: did, collection: postCollection, rkey: recordKey(call.key, i, call.dueAt) }
  try {
    const answer = await xrpc(call, pds, { method: 'com.atproto.repo.getRecord', params })
    const { error, quoted } = wordsOf(answer)
    if (answer.status === 400 && error === 'RecordNotFound') return { kind: 'absent' }
    if (answer.status !== 200) return { kind: 'unable', message: `Bluesky could not be asked: ${quoted}.` }
    const parsed = storedRecord.safeParse(answer.json())
    if (!parsed.success) return { kind: 'unable', message: 'Bluesky answered something that Parvis cannot read.' }
    const { uri, cid = '', value } = parsed.data
    if (value.text === (call.content.parts[i]?.text ?? '')) return { uri, cid }
    return { kind: 'unable', message: `Another post stands where this one should be: ${uri}.` }
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    return { kind: 'unable', message: `Bluesky could not be asked: ${error.message}` }
  }
}

/** Looks under the publication's own keys. All parts are there, or those missing can be sent under the same keys. */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const parts: Reference[] = []
  for (let i = 0; i < call.content.parts.length; i++) {
    const own = await ownRecord(call, i)
    if ('kind' in own) return own
    if (await call.taken(own.uri)) return { kind: 'absent' }
    parts.push(own)
  }
  return { kind: 'found', ...liveOf(call, parts) }
}

/** From the last part to the first, so that no reply is left hanging. What is gone already counts as removed. */
export async function remove(call: BlueskyCall, live: Live): Promise<Removal> {
  const repo = call.credentials.current().did
  for (const uri of [...(live.parts ?? [live.externalId])].reverse()) {
    const input = { repo, collection: postCollection, rkey: rkeyOf(uri) }
    const tried = await attempt(call, { method: 'com.atproto.repo.deleteRecord', input })
    if ('refusal' in tried && tried.error !== 'RecordNotFound') return tried.refusal
  }
  return { kind: 'deleted' }
}

const rkeyOf = (uri: string) => uri.slice(uri.lastIndexOf('/') + 1)

/** The address of a post in the official app. */
export const postUrl = (handle: string, uri: string) => `https://bsky.app/profile/${handle.replace(/^@/, '')}/post/${rkeyOf(uri)}`

function liveOf(call: BlueskyCall, parts: readonly Reference[]): Live {
  const [first] = parts
  if (first === undefined) throw new Error('A publication without parts was sent.')
  const { handle, externalId } = call.account
  return {
    externalId: first.uri,
    url: postUrl(handle === '@handle.invalid' ? externalId : handle, first.uri),
    ...(parts.length > 1 ? { parts: parts.map((part) => part.uri) } : {}),
  }
}

/** A refusal after something went out is a chain cut short; a wait or a lost answer is taken up again from the checkpoint. */
function cutShort(call: Publishing, stopped: Refusal, parts: readonly Reference[]): Outcome {
  if (stopped.kind !== 'rejected' || parts.length === 0) return stopped
  return { kind: 'partial', ...liveOf(call, parts), parts: parts.map((part) => part.uri), message: stopped.message }
}
