/** Posting, for publications and answers alike; and looking an article up. */

import { HttpFailure } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Outcome, PublishCall, Refused } from '../network.ts'
import { type Credentials, messageIdOf, type Settings, urlOf } from './account.ts'
import { type Article, encodeArticle } from './article.ts'
import { codes } from './facts.ts'
import { options } from './review.ts'
import { conversation, NewsRefusal, refusalOf } from './session.ts'
import { usenetTexts } from './texts.ts'
import type { Wire } from './wire.ts'

type Call = ChannelCall<Credentials, Settings>

/** Posts once: a server that has the article already says so, and that is as good. `begin` comes before the command. */
export async function post(
  call: Call,
  article: Omit<Article, 'from' | 'group' | 'date'> & { readonly group?: string },
  begin: () => Promise<void>,
): Promise<{ readonly messageId: string } | Refused> {
  const as = call.credentials.current()
  const { messageId } = article
  const bytes = encodeArticle({
    group: as.group,
    ...article,
    from: { name: as.name, address: as.address },
    date: call.clock.now(),
  })
  try {
    return await conversation(call, as, async (wire) => {
      await begin()
      const ready = await wire.command('POST')
      if (ready.code !== 340) throw new NewsRefusal(ready)
      const taken = await wire.article(bytes)
      if (taken.code === 240) return { messageId }
      if (taken.code === codes.internalFault || taken.code === codes.unavailable)
        return { kind: 'unknown', message: usenetTexts.failedWhile({ line: taken.line }) }
      if (!/\b435\b|duplicate/i.test(taken.line)) throw new NewsRefusal(taken)
      if (await isThere(wire, messageId)) return { messageId }
      // A server also remembers ids of what it refused.
      return {
        kind: 'rejected',
        reason: 'duplicate',
        message: usenetTexts.seenBefore({ line: taken.line }),
      }
    })
  } catch (error) {
    return refusalOf(error, call.clock.now(), true)
  }
}

/** Throws {@link NewsRefusal} where the server does not tell. */
async function isThere(wire: Wire, messageId: string): Promise<boolean> {
  const looked = await wire.command(`STAT <${messageId}>`)
  if (looked.code === 223) return true
  if (looked.code === codes.noSuchArticle) return false
  throw new NewsRefusal(looked)
}

export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const messageId = messageIdOf(call.key, call.credentials.current())
  const { content } = call
  const posted = await post(
    call,
    {
      subject: options.parse(content.options).title ?? '',
      text: content.parts[0]?.text ?? '',
      messageId,
      references: [],
      language: content.language,
    },
    () => call.begin('article'),
  )
  return 'messageId' in posted ? { kind: 'accepted', externalId: messageId, url: urlOf(messageId) } : posted
}

export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const as = call.credentials.current()
  const messageId = messageIdOf(call.key, as)
  try {
    const there = await conversation(call, as, (wire) => isThere(wire, messageId))
    if (there) return { kind: 'found', externalId: messageId, url: urlOf(messageId) }
    if (!as.moderated) return { kind: 'absent' }
    return {
      kind: 'unable',
      message: usenetTexts.moderated({ group: as.group }),
    }
  } catch (error) {
    if (!(error instanceof NewsRefusal || error instanceof HttpFailure)) throw error
    return { kind: 'unable', message: refusalOf(error, call.clock.now()).message }
  }
}
