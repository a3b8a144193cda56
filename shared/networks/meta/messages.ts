/** Answers to messages, and private replies to comments, as Messenger and Instagram take them. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import { attempt, type Platform } from '../http/index.ts'
import type { Acted, AppConfig, NetworkTools, Refused, Target } from '../network.ts'
import { unconfirmed } from './facts.ts'
import { type GraphAccess, graphRequest } from './graph.ts'
import { metaTexts } from './texts.ts'

const sent = z.object({ message_id: z.string().optional() })

interface Sending {
  readonly platform: Platform
  readonly tools: Pick<NetworkTools, 'http' | 'signal' | 'clock' | 'app'>
  readonly access: GraphAccess
  /** Whose messages: the Page, or the Instagram account. */
  readonly sender: string
  readonly target: Target
  readonly text: string
}

/** To the author of a comment alone: once a comment, within seven days. */
export function replyInPrivate(sending: Sending): Promise<Acted> {
  const { platform, tools, target } = sending
  const days = Math.floor((tools.clock.now() - target.at) / 86_400_000)
  if (tools.clock.now() - target.at > unconfirmed.privateReplyMs)
    return refused(metaTexts.privateWindow({ network: platform.title, days }))
  return send(sending, { recipient: { comment_id: target.externalId } })
}

/** To who wrote a message: within 24 hours of their newest; by a human agent, where Meta allowed that, within seven days. */
export function answerMessage(sending: Sending): Promise<Acted> {
  const { platform, tools, target } = sending
  const age = tools.clock.now() - (target.lastInboundAt ?? target.at)
  const recipient = { id: target.author?.externalId }
  if (age <= unconfirmed.messageWindowMs) return send(sending, { recipient, messaging_type: 'RESPONSE' })
  if (!mayTagHuman(tools.app))
    return refused(metaTexts.messageWindow({ network: platform.title, hours: Math.floor(age / 3_600_000) }))
  if (age > unconfirmed.humanAgentMs)
    return refused(metaTexts.agentWindow({ network: platform.title, days: Math.floor(age / 86_400_000) }))
  return send(sending, { recipient, messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' })
}

const mayTagHuman = (app: AppConfig) => app.humanAgent === 'true'

async function refused(message: Message): Promise<Refused> {
  return { kind: 'rejected', reason: 'policy', message }
}

async function send({ platform, tools, access, sender, text }: Sending, to: object): Promise<Acted> {
  const json = { ...to, message: { text } }
  const request = graphRequest(access, { method: 'POST', path: `/${encodeURIComponent(sender)}/messages`, json })
  const tried = await attempt(platform, tools, request)
  if (tried.refusal !== undefined) return tried.refusal
  return { kind: 'done', externalId: sent.safeParse(tried.answer.json()).data?.message_id }
}
