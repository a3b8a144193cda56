/** Answers within the 24 hours, templates outside of them; who is not wanted is blocked. */

import * as z from 'zod'
import { attempt } from '../http/index.ts'
import { graphRequest } from '../meta/index.ts'
import type { ActCall, Acted, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { access, type Credentials, type Settings, whatsapp } from './api.ts'
import { textMax, windowMs } from './facts.ts'
import { whatsappTexts } from './texts.ts'

const sent = z.object({ messages: z.array(z.object({ id: z.string() })) })

export async function act(call: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = call
  const to = target.author?.externalId
  if (to === undefined)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: whatsappTexts.authorUnknown(),
    }
  if (action.name !== 'reply') {
    const tried = await post(call, 'block_users', { messaging_product: 'whatsapp', block_users: [{ user: to }] })
    return tried.refusal ?? { kind: 'done' }
  }
  const message = messageOf(call, to)
  if ('refusal' in message) return message.refusal
  const tried = await post(call, 'messages', message.json)
  if (tried.refusal !== undefined) return tried.refusal
  const [first] = sent.safeParse(tried.answer.json()).data?.messages ?? []
  return { kind: 'done', externalId: first?.id }
}

function messageOf(
  { action, target, clock }: ActCall<Credentials, Settings>,
  to: string,
): { readonly json: Record<string, unknown> } | { readonly refusal: Refused } {
  const envelope = { messaging_product: 'whatsapp', recipient_type: 'individual', to }
  if (action.name !== 'reply') return { json: envelope }
  if (action.template !== undefined) {
    const { name, language, values } = action.template
    const body = { type: 'body', parameters: values.map((text) => ({ type: 'text', text })) }
    const template = { name, language: { code: language }, ...(values.length === 0 ? {} : { components: [body] }) }
    return { json: { ...envelope, type: 'template', template } }
  }
  const age = clock.now() - (target.lastInboundAt ?? target.at)
  if (age > windowMs)
    return refused({
      kind: 'rejected',
      reason: 'policy',
      message: whatsappTexts.window({ hours: Math.floor(age / 3_600_000) }),
    })
  if (Array.from(action.text).length > textMax)
    return refused({
      kind: 'rejected',
      reason: 'invalid',
      pointer: '/text',
      message: networkTexts.answerTooLong({
        max: textMax,
        length: Array.from(action.text).length,
        network: 'WhatsApp',
      }),
    })
  const context = { message_id: target.externalId }
  return { json: { ...envelope, context, type: 'text', text: { body: action.text, preview_url: false } } }
}

function post(call: ActCall<Credentials, Settings>, edge: string, json: unknown) {
  const as = call.credentials.current()
  return attempt(
    whatsapp,
    call,
    graphRequest(access(call.app, as), { method: 'POST', path: `/${as.phoneNumberId}/${edge}`, json }),
  )
}

const refused = (refusal: Refused) => ({ refusal })
