import { remember } from '../../../shared/aws/idempotency.ts'
import { actionView, lostAfterMs } from '../../../shared/inbox/action.ts'
import { Actions } from '../../../shared/inbox/actions.ts'
import { Mentions } from '../../../shared/inbox/mentions.ts'
import { AppError } from '../../../shared/kernel/errors.ts'
import { Parrot } from '../../inbox/parrot.ts'
import { comment } from '../../inbox/support.ts'
import type { Protocol } from './stand.ts'

/** Answers to one comment. A caller who gets no answer repeats the call with its Idempotency-Key. */
export const answers: Protocol = {
  name: 'answers',
  async open(stand) {
    const { clock, table, log, channel, random } = stand
    const { workspaceId } = channel
    const sent: string[] = []
    const { connector } = new Parrot()
    const channels = stand.directory({
      act: ({ action }) => {
        const text = action.name === 'reply' ? action.text : ''
        return stand.call(() => {
          sent.push(text)
          return { kind: 'done', externalId: `answer-${text}` }
        })
      },
    })
    const mentions = new Mentions({ table, clock, random, retentionOf: async () => undefined })
    await mentions.apply(channel, comment('comment-1', { at: clock.now() }))
    const { items } = await mentions.list(workspaceId, {}, { limit: 10 })
    const mentionId = items[0]?.id ?? ''
    const actions = new Actions({ table, clock, random, log, channels, connectorOf: async () => connector })
    let asked = 0
    const by = { kind: 'user', id: 'user_1', name: 'Ana' } as const
    const take = async (text: string) => {
      const idempotency = { key: text, requestHash: text }
      try {
        await actions.take(
          workspaceId,
          mentionId,
          { action: 'reply', text, byHand: false },
          {
            actor: by,
            idempotency,
            writes: (action) => [remember(workspaceId, idempotency, 201, action, clock.now())],
          },
        )
      } catch (error) {
        if (!(error instanceof AppError)) throw error // a refusal is an answer
      }
    }
    return {
      targets: [],
      meanwhile: () => take(asked === 0 || random.chance(0.4) ? `answer ${++asked}` : `answer ${random.int(1, asked)}`),
      check: async () => {
        const twice = sent.find((text, index) => sent.indexOf(text) !== index)
        return twice === undefined ? [] : [`"${twice}" was sent twice`]
      },
      atEnd: async () => {
        clock.advance(clock.now() + lostAfterMs + 1)
        const found = await actions.list(workspaceId, mentionId, { limit: 100 })
        const views = found.items.map((one) => actionView({ ...one }, undefined, clock.now()))
        return views.flatMap(({ text = '', state }) => {
          if (state === 'sending') return [`"${text}" is sending for ever`]
          if (state === 'done' && !sent.includes(text)) return [`"${text}" is done, and was never sent`]
          return state === 'refused' && sent.includes(text) ? [`"${text}" is refused, and was sent`] : []
        })
      },
    }
  },
}
