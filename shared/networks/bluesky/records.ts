/** One record of the account's own repository. */

import * as z from 'zod'
import { networkTexts } from '../texts.ts'
import { attempt, type BlueskyCall, type Refusal } from './api.ts'

type Stored<T> =
  | { readonly kind: 'there'; readonly uri: string; readonly cid: string; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Repositories are transactional: absence is believed. Never throws for what the server does. */
export async function recordIn<T>(
  call: BlueskyCall,
  collection: string,
  rkey: string,
  value: z.ZodType<T>,
): Promise<Stored<T>> {
  const params = { repo: call.credentials.current().did, collection, rkey }
  const tried = await attempt(call, { method: 'com.atproto.repo.getRecord', params }, { visible: false })
  if ('refusal' in tried)
    return tried.error === 'RecordNotFound' ? { kind: 'absent' } : { kind: 'refused', refusal: tried.refusal }
  const parsed = z.object({ uri: z.string(), cid: z.string(), value }).safeParse(tried.answer.json())
  if (parsed.success) return { kind: 'there', ...parsed.data }
  return {
    kind: 'refused',
    refusal: { kind: 'transient', message: networkTexts.unreadable({ network: 'Bluesky' }) },
  }
}
