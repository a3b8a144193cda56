/** Answers to what came in, and replies hidden under the account's own posts. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import { iso } from '../../kernel/clock.ts'
import type { ActCall, Acted } from '../network.ts'
import { countGraphemes, utf8Length } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { attempt, type BlueskyCall, type Credentials, type Refusal, type Settings } from './api.ts'
import { facetsOf } from './facets.ts'
import { gateCollection, hiddenRepliesMax, postCollection, text as textLimits } from './facts.ts'
import { reference, resolveMentions, rkeyOf, urlOf } from './post.ts'
import { recordIn } from './records.ts'
import { blueskyTexts } from './texts.ts'
import { recordKey } from './tid.ts'

type Acting = ActCall<Credentials, Settings>

/** What an answer must refer to: kept with what came in, for the AppView need not be asked again. */
const context = z.object({ cid: z.string(), rootUri: z.string(), rootCid: z.string() })

export async function act(call: Acting): Promise<Acted> {
  switch (call.action.name) {
    case 'reply':
      return reply(call, call.action.text)
    case 'hide':
      return setHidden(call, true)
    case 'unhide':
      return setHidden(call, false)
    default:
      return refused(blueskyTexts.cannotDo({ action: call.action.name }))
  }
}

const refused = (message: Message): Acted => ({ kind: 'rejected', reason: 'permission', message })

async function reply(call: Acting, text: string): Promise<Acted> {
  const known = context.safeParse(call.target.context)
  if (!known.success) return refused(blueskyTexts.versionUnknown())
  const length = countGraphemes(text)
  if (length > textLimits.graphemes || utf8Length(text) > textLimits.bytes)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: networkTexts.answerTooLong({ max: textLimits.graphemes, length, network: 'Bluesky' }),
      pointer: '/text',
    }
  const { cid, rootUri, rootCid } = known.data
  const facets = facetsOf(text, await resolveMentions(call, [text]))
  const record = {
    $type: postCollection,
    text,
    createdAt: iso(call.clock.now()),
    ...(facets.length === 0 ? {} : { facets }),
    reply: { root: { uri: rootUri, cid: rootCid }, parent: { uri: call.target.externalId, cid } },
  }
  // A key of ours: the repository cannot hold the answer twice, however often it is sent.
  const rkey = recordKey(call.key, 0)
  const input = { repo: call.credentials.current().did, collection: postCollection, rkey, record }
  const tried = await attempt(call, { method: 'com.atproto.repo.createRecord', input })
  if ('answer' in tried) {
    const parsed = reference.safeParse(tried.answer.json())
    return parsed.success
      ? done(call, parsed.data.uri)
      : { kind: 'unknown', message: networkTexts.unreadable({ network: 'Bluesky' }) }
  }
  // The key may be taken by an earlier attempt of this very answer: the repository tells.
  if (tried.status === undefined || tried.refusal.kind === 'limited' || tried.refusal.kind === 'reauthorize')
    return tried.refusal
  const own = await recordIn(call, postCollection, rkey, z.looseObject({ text: z.string() }))
  return own.kind === 'there' && own.value.text === text ? done(call, own.uri) : tried.refusal
}

const done = (call: BlueskyCall, uri: string): Acted => ({ kind: 'done', externalId: uri, url: urlOf(call, uri) })

const gate = z.looseObject({ hiddenReplies: z.array(z.string()).optional() })

/**
 * Writes the list of hidden replies in the gate of the thread, which only the author of its first post has. The swap
 * keeps what somebody else changes at the same time; done twice, it changes nothing.
 */
async function setHidden(call: Acting, hidden: boolean): Promise<Acted> {
  const { did } = call.credentials.current()
  const root = call.target.context?.['rootUri']
  const uri = call.target.externalId
  if (root === undefined || root === uri || !root.startsWith(`at://${did}/${postCollection}/`))
    return refused(blueskyTexts.hideOwnOnly())
  let last: Refusal | undefined
  for (let tries = 0; tries < 4; tries++) {
    const now = await recordIn(call, gateCollection, rkeyOf(root), gate)
    if (now.kind === 'refused') return now.refusal
    const current = now.kind === 'there' ? now.value : undefined
    const before = current?.hiddenReplies ?? []
    if (before.includes(uri) === hidden) return { kind: 'done' }
    if (hidden && before.length >= hiddenRepliesMax) return refused(blueskyTexts.hiddenFull({ max: hiddenRepliesMax }))
    const hiddenReplies = hidden ? [...before, uri] : before.filter((one) => one !== uri)
    const record = { createdAt: iso(call.clock.now()), ...current, $type: gateCollection, post: root, hiddenReplies }
    const swapRecord = now.kind === 'there' ? now.cid : null
    const input = { repo: did, collection: gateCollection, rkey: rkeyOf(root), record, swapRecord }
    // Writing the same list again is harmless: a lost answer is no riddle.
    const tried = await attempt(call, { method: 'com.atproto.repo.putRecord', input }, { visible: false })
    if ('answer' in tried) return { kind: 'done' }
    if (tried.error !== 'InvalidSwap') return tried.refusal
    last = tried.refusal
  }
  return { kind: 'transient', message: last?.message ?? blueskyTexts.gateChanged() }
}
