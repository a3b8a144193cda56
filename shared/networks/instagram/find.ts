/** Looks up a publication whose answer was lost. */

import * as z from 'zod'
import type { Text } from '../../i18n/index.ts'
import { byTheirClock } from '../http/index.ts'
import type { FindCall, Found } from '../network.ts'
import { fingerprint } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { attemptAs, type Credentials, listOf, unreadable } from './api.ts'
import type { Settings } from './connect.ts'
import { askState, checkpoint, type Progress } from './containers.ts'
import { options } from './review.ts'

type Call = FindCall<Credentials, Settings>
type Media = NonNullable<Progress['media']>

const absent: Found = { kind: 'absent' }
const unable = (message: Text): Found => ({ kind: 'unable', message })

/** The container knows whether it was published; what became of it is then read from the account's newest media. */
export async function find(call: Call): Promise<Found> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const found = progress.media ?? (await findMedia(call, progress))
  if ('kind' in found) return found
  const { firstComment } = options.parse(call.content.options)
  const live = { externalId: found.id, ...(found.url === undefined ? {} : { url: found.url }) }
  if (firstComment === undefined) return { kind: 'found', ...live }
  const comment = await findComment(call, found.id, firstComment)
  if (typeof comment !== 'string') return comment
  if (comment !== '') return { kind: 'found', ...live, parts: [found.id, comment] }
  return progress.media === undefined
    ? { kind: 'resume', checkpoint: { ...progress, media: found }, parts: [found.id] }
    : absent
}

const listed = listOf(
  z.object({
    id: z.string(),
    caption: z.string().optional(),
    timestamp: z.string(),
    permalink: z.string().optional(),
  }),
)

async function findMedia(call: Call, { container }: Progress): Promise<Media | Found> {
  if (container === undefined) return absent
  const state = await askState(call, container.id)
  if ('kind' in state) return unable(state.message)
  if (state.status_code !== 'PUBLISHED') return absent
  const story = options.parse(call.content.options).kind === 'story'
  const path = `/${call.credentials.current().userId}/${story ? 'stories' : 'media'}`
  const query = { fields: 'id,caption,timestamp,permalink', limit: '50' }
  const tried = await attemptAs(call, { method: 'GET', path, query }, false)
  if (tried.refusal !== undefined) return unable(tried.refusal.message)
  const parsed = listed.safeParse(tried.answer.json())
  if (!parsed.success) return unable(unreadable)
  const from = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
  const caption = fingerprint(story ? '' : (call.content.parts[0]?.text ?? ''))
  // Newest first; of two that match, the one that came first is the attempt's.
  for (const one of parsed.data.data.filter(({ timestamp }) => Date.parse(timestamp) >= from).reverse())
    if (fingerprint(one.caption ?? '') === caption && !(await call.taken(one.id)))
      return { id: one.id, url: one.permalink }
  return unable(networkTexts.notListedYet({ network: 'Instagram' }))
}

const comments = listOf(z.object({ id: z.string(), text: z.string().default(''), username: z.string().optional() }))

/** The comment that the account itself wrote; '' if there is none. */
async function findComment(call: Call, media: string, text: string): Promise<string | Found> {
  const query = { fields: 'id,text,username', limit: '50' }
  const tried = await attemptAs(call, { method: 'GET', path: `/${media}/comments`, query }, false)
  if (tried.refusal !== undefined) return unable(tried.refusal.message)
  const parsed = comments.safeParse(tried.answer.json())
  if (!parsed.success) return unable(unreadable)
  const own = call.account.handle.replace(/^@/, '')
  const wanted = fingerprint(text)
  return parsed.data.data.find((one) => one.username === own && fingerprint(one.text) === wanted)?.id ?? ''
}
