import * as z from 'zod'
import { type Message, said, textSchema } from '../i18n/index.ts'
import { iso, millis } from '../kernel/clock.ts'
import { idPattern } from '../kernel/ids.ts'
import { type Acted, type Action, actionNames } from '../networks/network.ts'
import { maxTextLength } from './inbound.ts'
import { type AnswerItem, deliveryState } from './states.ts'
import { inboxTexts } from './texts.ts'

export const actionId = z.string().regex(idPattern('action'))
export const actionName = z.enum(actionNames)

const template = z.strictObject({
  name: z.string().min(1).max(512),
  language: z.string().regex(/^[a-z]{2,3}([_-][A-Z]{2})?$/, said(inboxTexts.templateLanguage())),
  values: z.array(z.string().max(1_024)).max(20).default([]),
})

/** What a caller asks to be done with a mention. */
export const actionRequest = z
  .strictObject({
    action: actionName,
    text: z.string().max(maxTextLength).regex(/\S/, said(inboxTexts.empty())).optional().describe('Of an answer.'),
    template: template
      .optional()
      .describe('Of an answer on a network that takes nothing else outside its window (WhatsApp).'),
    byHand: z
      .boolean()
      .default(false)
      .describe('A person did it on the network itself: it is noted, and nothing is sent.'),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .describe('Where an answer given by hand is.'),
  })
  .superRefine(({ action, text, template, byHand, url }, issues) => {
    const say = (field: string, code: string, message: Message) =>
      issues.addIssue({ code: 'custom', path: [field], params: { code, text: message } })
    const answers = isAnswer(action)
    if (answers && text === undefined && template === undefined) say('text', 'required', inboxTexts.textNeeded())
    if (!answers && text !== undefined) say('text', 'not_taken', inboxTexts.onlyAnswerText({ action }))
    if (!answers && template !== undefined) say('template', 'not_taken', inboxTexts.onlyAnswerTemplate())
    if (url !== undefined && !(byHand && answers)) say('url', 'not_taken', inboxTexts.onlyByHandUrl())
  })
export type ActionRequest = z.infer<typeof actionRequest>

export const isAnswer = (action: Action['name']): action is 'reply' | 'private_reply' =>
  action === 'reply' || action === 'private_reply'

const problem = z.object({
  class: z.enum([
    'reauthorize',
    'permission',
    'rate_limited',
    'quota',
    'policy',
    'duplicate',
    'transient',
    'invalid',
    'unknown',
  ]),
  /** In plain words, with the platform's own kept. */
  message: textSchema,
  /** Of `rate_limited` and `quota`: when it may be tried again (UTC). */
  until: z.string().optional(),
  /** Of `duplicate`: the network's id of what is there. */
  of: z.string().optional(),
  /** Of `invalid`: what of it. */
  pointer: z.string().optional(),
})

/**
 * Something that was done with a mention, or tried. `refused`: the network surely did not do it; a new call may try again.
 * `unknown`: nobody can tell; it is not sent again by itself. `sending`: right now.
 */
export const actionSchema = z.object({
  id: actionId,
  mentionId: z.string(),
  action: actionName,
  text: z.string().optional(),
  template: template.optional(),
  state: z.enum(['sending', 'done', 'refused', 'unknown']),
  problem: problem.optional(),
  /** Of an answer, on the network. */
  externalId: z.string().optional(),
  url: z.string().optional(),
  /** How far an answer got, where the network tells. `sent`: accepted; where the network reviews answers, not shown yet. */
  delivery: deliveryState.optional(),
  byHand: z.boolean(),
  by: z.object({ kind: z.enum(['api_key', 'user']), id: z.string(), name: z.string() }),
  at: z.string(),
  endedAt: z.string().optional(),
})
export type ActionView = z.infer<typeof actionSchema>

export const actionRecord = actionSchema.omit({ delivery: true })
export type ActionRecord = z.infer<typeof actionRecord>

/** Longer than the function may run: after it, whoever was at it is dead. */
export const lostAfterMs = 2 * 60_000

const lookFirst = inboxTexts.lookFirst()

/** As it is answered: what a dead function left behind is as unknown as a lost answer. */
export function actionView(record: ActionRecord, answer: AnswerItem | undefined, now: number): ActionView {
  const lost = record.state === 'sending' && now - millis(record.at) > lostAfterMs
  return {
    ...record,
    ...(lost
      ? {
          state: 'unknown' as const,
          problem: { class: 'unknown' as const, message: inboxTexts.interrupted({ advice: lookFirst }) },
        }
      : {}),
    ...(answer?.delivery === undefined ? {} : { delivery: answer.delivery }),
  }
}

type Ended = Pick<ActionRecord, 'state' | 'problem' | 'externalId' | 'url' | 'endedAt'>

/** What came of the call, as it is kept. */
export function ended(acted: Acted, now: number): Ended {
  const endedAt = iso(now)
  const refused = (why: NonNullable<Ended['problem']>): Ended => ({ state: 'refused', problem: why, endedAt })
  switch (acted.kind) {
    case 'done': {
      const { externalId, url } = acted
      return {
        state: 'done',
        endedAt,
        ...(externalId === undefined ? {} : { externalId }),
        ...(url === undefined ? {} : { url }),
      }
    }
    case 'rejected': {
      const { reason, message, of, pointer } = acted
      return refused({
        class: reason,
        message,
        ...(of === undefined ? {} : { of }),
        ...(pointer === undefined ? {} : { pointer }),
      })
    }
    case 'limited':
      return refused({
        class: acted.reason === 'quota' ? 'quota' : 'rate_limited',
        message: acted.message,
        until: iso(acted.until),
      })
    case 'reauthorize':
    case 'transient':
      return refused({ class: acted.kind, message: acted.message })
    case 'unknown':
      return {
        state: 'unknown',
        problem: { class: 'unknown', message: inboxTexts.unknown({ why: acted.message, advice: lookFirst }) },
        endedAt,
      }
  }
}
