/** What Threads delivers: an envelope of its own, or Meta's. Apart from the connector and on `zod/mini`. */

import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import { metaReceiver } from '../meta/webhook.ts'
import type { InboundEvent, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'

const about = z.object({
  id: z.string(),
  username: z.optional(z.string()),
  text: z.optional(z.string()),
  permalink: z.optional(z.string()),
  timestamp: z.optional(z.string()),
  deleted_at: z.optional(z.string()),
  replied_to: z.optional(z.object({ id: z.string() })),
  root_post: z.optional(
    z.object({ id: z.string(), owner_id: z.optional(z.string()), username: z.optional(z.string()) }),
  ),
})
type About = z.infer<typeof about>
const change = z.object({ field: z.string(), value: z.unknown() })
const own = z.object({
  topic: z.string(),
  target_id: z.string(),
  time: z.number(),
  values: z.union([z.array(change), change]),
})
const metas = z.object({
  object: z.string(),
  entry: z.array(z.object({ id: z.string(), time: z.number(), changes: z.array(change) })),
})

interface Told {
  readonly accountId: string
  readonly at: number
  readonly field: string
  readonly value: unknown
}

export const threadsWebhook: WebhookReceiver = {
  ...metaReceiver(['appSecret', 'previousAppSecret']),
  normalize: (body) => toldIn(parseJson(body)).flatMap(eventOf),
}

function toldIn(given: unknown): Told[] {
  const [mine, theirs] = [own.safeParse(given), metas.safeParse(given)]
  if (mine.success) {
    const { target_id: accountId, time, values } = mine.data
    return [values].flat().map((one) => ({ accountId, at: time * 1000, ...one }))
  }
  if (theirs.success)
    return theirs.data.entry.flatMap(({ id, time, changes }) =>
      changes.map((one) => ({ accountId: id, at: time * 1000, ...one })),
    )
  throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'Threads' }))
}

/** What is not understood is left out: one strange change must not cost the others of its delivery. */
function eventOf({
  accountId,
  at,
  field,
  value,
}: Told): { readonly accountId: string; readonly event: InboundEvent }[] {
  const parsed = about.safeParse(value)
  if (!parsed.success) return []
  const said = parsed.data
  const owner = said.root_post?.owner_id ?? accountId
  if (field === 'replies') {
    if (said.username !== undefined && said.username === said.root_post?.username) return []
    const post = said.root_post?.id
    const event = {
      ...base(said, at),
      kind: 'comment' as const,
      postExternalId: post,
      parentExternalId: said.replied_to?.id ?? post,
    }
    return [{ accountId: owner, event }]
  }
  if (field === 'mentions') return [{ accountId, event: { ...base(said, at), kind: 'mention' } }]
  if (field === 'delete') {
    const when = Date.parse(said.deleted_at ?? '')
    const event: InboundEvent = {
      kind: 'comment',
      action: 'deleted',
      externalId: said.id,
      at: Number.isNaN(when) ? at : when,
    }
    return [{ accountId: owner, event }]
  }
  if (field === 'publish')
    return [
      {
        accountId,
        event: {
          kind: 'post_state',
          action: 'created',
          state: 'live',
          externalId: said.id,
          postExternalId: said.id,
          at,
        },
      },
    ]
  return []
}

function base(said: About, at: number): Omit<InboundEvent, 'kind'> {
  const when = Date.parse(said.timestamp ?? '')
  const { username: name } = said
  return {
    action: 'created',
    externalId: said.id,
    at: Number.isNaN(when) ? at : when,
    text: said.text,
    url: said.permalink,
    // people are named, and have no id that is told
    author: name === undefined ? undefined : { externalId: name, handle: `@${name}`, name },
  }
}
