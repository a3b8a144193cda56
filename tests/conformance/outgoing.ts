/** What the brand answers in the network's own app, and what comes in without words. */
import { expect, it } from 'vitest'
import type { InboundEvent } from '../../shared/networks/network.ts'
import { webhookOf } from '../../shared/networks/registry.ts'
import type { Injected } from '../simulators/simulator.ts'
import { brought } from './arriving.ts'
import { newText } from './session.ts'
import { known, type Stage } from './stage.ts'

export function outgoing(stage: Stage): void {
  const { connector, subject, session, simulator } = stage
  const normalized = async ({ delivery }: Injected) => {
    const receiver = await webhookOf(connector.name)
    if (receiver === undefined || delivery === undefined) return []
    return receiver.normalize(delivery.body, delivery.subject).map(({ event }) => event)
  }

  for (const kind of subject.answersInApp ?? [])
    it(`tells an answer that was given in the network's app: to a ${kind.replace('_', ' ')}`, async () => {
      const cursor = (await connector.poll?.(session().call(), undefined))?.cursor
      const event = await brought(stage, kind, newText(kind))
      const text = newText('Réponse')
      const injected = await known(simulator().answerInApp?.bind(simulator()))(event.externalId, text)
      const told: InboundEvent[] = await normalized(injected)
      if (!(subject.hooked ?? []).includes(kind) && connector.poll !== undefined)
        for (let at = cursor, round = 0; round < 10; round++) {
          const polled = await connector.poll(session().call(), at)
          at = polled.cursor
          told.push(...polled.events)
        }
      const found = told.filter(({ externalId }) => externalId === injected.externalId)
      expect(found.length).toBeGreaterThan(0)
      const own = [session().connected.account.externalId, ...(session().connected.account.alsoKnownAs ?? [])]
      for (const one of found) {
        expect(one).toMatchObject({ kind, action: 'created' })
        expect(one.text).toContain(text)
        expect(one.direction === 'outgoing' || own.includes(one.author?.externalId ?? '')).toBe(true)
        if (kind === 'direct_message') expect(one.recipient?.externalId).toBe(event.author?.externalId)
        else expect(one.parentExternalId).toBe(event.externalId)
      }
    })

  it('says what each thing is that comes in without words', async () => {
    const cursor = (await connector.poll?.(session().call(), undefined))?.cursor
    const all = (await simulator().wordless?.()) ?? []
    const told = (await Promise.all(all.map(normalized))).flat()
    for (let at = cursor, round = 0; all.length > 0 && connector.poll !== undefined && round < 5; round++) {
      const polled = await connector.poll(session().call(), at)
      at = polled.cursor
      told.push(...polled.events)
    }
    for (const event of told) expect(isBlank(event), JSON.stringify(event)).toBe(false)
    if (all.length > 0) expect(told.length).toBeGreaterThan(0)
  })
}

/** Neither words nor anything else that a person could see. */
export const isBlank = ({ text = '', attachments = [], rating, unreadable, messageType }: InboundEvent): boolean =>
  text.trim() === '' &&
  attachments.length === 0 &&
  rating === undefined &&
  unreadable === undefined &&
  messageType === undefined
