/** What posts and answers have in common: references, mentions, addresses. */
import * as z from 'zod'
import { HttpFailure } from '../http/index.ts'
import { type BlueskyCall, xrpc } from './api.ts'
import { findMentions } from './facets.ts'

export const reference = z.object({ uri: z.string(), cid: z.string() })
export type Reference = z.infer<typeof reference>

export const rkeyOf = (uri: string) => uri.slice(uri.lastIndexOf('/') + 1)

/** The address of a post in the official app. */
export const postUrl = (handle: string, uri: string) =>
  `https://bsky.app/profile/${handle.replace(/^@/, '')}/post/${rkeyOf(uri)}`

/** The address of a post of the account's own. */
export function urlOf({ account: { handle, externalId } }: Pick<BlueskyCall, 'account'>, uri: string): string {
  return postUrl(handle === '@handle.invalid' ? externalId : handle, uri)
}

/** Handles to DIDs. What does not resolve, or not in time, stays plain text: the post leaves at its second. */
export async function resolveMentions(
  call: BlueskyCall,
  texts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const handles = texts.flatMap((text) => findMentions(text).map((found) => found.handle))
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
