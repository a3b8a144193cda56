/** Answers and moderation. */
import { expect, it } from 'vitest'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import type { Action, InboundEvent, Target } from '../../shared/networks/network.ts'
import { brought } from './arriving.ts'
import { newText, throughJson } from './session.ts'
import { known, type Stage } from './stage.ts'

const targetOf = ({ kind, externalId, at, author, parentExternalId, postExternalId, context }: InboundEvent): Target =>
  // what is stored in between is JSON
  throughJson({ kind, externalId, at, author, parentExternalId, postExternalId, context })

const moderations = {
  hide: 'hidden',
  delete: 'deleted',
  hold: 'held',
  reject: 'rejected',
  spam: 'spam',
  approve: 'visible',
  ban: 'banned',
} as const

export function acting(stage: Stage): void {
  const { connector, capabilities, subject, simulator, session } = stage
  const act = (event: InboundEvent, action: Action) =>
    known(connector.act)({
      ...session().call(),
      target: targetOf(event),
      action,
      key: newId('publication', Date.now(), systemRandom),
    })
  const comesIn = subject.comesIn ?? ['comment', 'mention']
  const repliesTo = capabilities.actions.includes('reply') ? (subject.replies ?? comesIn) : []
  const moderated = subject.moderates ?? 'comment'

  for (const kind of repliesTo)
    it(`replies to a ${kind.replace('_', ' ')}, once, as it was written`, async () => {
      const event = await brought(stage, kind, newText(kind))
      const text = `Merci « beaucoup » ! ${newText('Réponse')}`
      const acted = await act(event, { name: 'reply', text })
      expect(acted.kind).toBe('done')
      expect(simulator().answersTo?.(event.externalId)).toEqual([text])
    })
  if (capabilities.actions.includes('private_reply'))
    it('replies to a comment in private', async () => {
      const event = await brought(stage, 'comment', newText())
      const text = newText('En privé')
      expect((await act(event, { name: 'private_reply', text })).kind).toBe('done')
      expect(simulator().answersTo?.(event.externalId)).toEqual([text])
    })
  for (const name of capabilities.actions) {
    if (name === 'reply' || name === 'private_reply') continue
    it(`does: ${name}, and again changes nothing`, async () => {
      const event = await brought(stage, moderated, newText())
      if (name === 'unhide') {
        expect((await act(event, { name: 'hide' })).kind).toBe('done')
        expect(simulator().standing?.(event.externalId)).toBe('hidden')
      }
      for (let twice = 0; twice < 2; twice++) {
        expect((await act(event, { name })).kind).toBe('done')
        expect(simulator().standing?.(event.externalId)).toBe(name === 'unhide' ? 'visible' : moderations[name])
      }
    })
  }
  const [first] = repliesTo
  const sample = (): Action => {
    const [name] = capabilities.actions
    return first === undefined && name !== undefined && name !== 'reply' && name !== 'private_reply'
      ? { name }
      : { name: 'reply', text: newText('Réponse') }
  }
  it('says how long to wait after a limit', async () => {
    const event = await brought(stage, first ?? moderated, newText())
    simulator().fault({ kind: 'limited', wait: 'seconds', seconds: 120, on: 'act' })
    const before = Date.now()
    const acted = await act(event, sample())
    expect(acted.kind).toBe('limited')
    if (acted.kind === 'limited') expect(acted.until).toBeGreaterThan(before)
  })
  it('does not claim what it does not know when the answer is lost', async () => {
    const event = await brought(stage, first ?? moderated, newText())
    simulator().fault({ kind: 'lost', how: 'cut', on: 'act' })
    expect((await act(event, sample())).kind).toBe('unknown')
  })
  it('does not send again after a success that cannot be read', async () => {
    const event = await brought(stage, first ?? moderated, newText())
    simulator().fault({ kind: 'unreadable', on: 'act' })
    expect(['done', 'unknown']).toContain((await act(event, sample())).kind)
  })
  it('does not guess after a 500', async () => {
    const event = await brought(stage, first ?? moderated, newText())
    simulator().fault({ kind: 'server_error', status: 500, on: 'act' })
    expect(['unknown', 'transient']).toContain((await act(event, sample())).kind)
  })
}
