/** Polling and counters. */
import { expect, it } from 'vitest'
import { AppError } from '../../shared/kernel/errors.ts'
import { withUnreadable } from '../../shared/networks/items.ts'
import type { CounterName, InboundEvent } from '../../shared/networks/network.ts'
import { webhookOf } from '../../shared/networks/registry.ts'
import type { Simulator } from '../simulators/simulator.ts'
import { arrive } from './arriving.ts'
import { newText, throughJson } from './session.ts'
import { accepted, known, type Stage } from './stage.ts'

export function polling({ plain, connector, subject, simulator, session }: Stage): void {
  const comesIn = (subject.comesIn ?? ['comment', 'mention']).filter((kind) => !(subject.hooked ?? []).includes(kind))
  /** Polls until nothing more is said to come, as schedules do: the cursor goes through the table in between. */
  const drain = async (from: string | undefined, between: (round: number) => Promise<void> = async () => {}) => {
    const events: InboundEvent[] = []
    let cursor = from
    for (let round = 0, quiet = 0; round < 60 && quiet < 2; round++) {
      const polled = await known(connector.poll)(session().call(), cursor)
      events.push(...polled.events)
      cursor = polled.cursor === undefined ? undefined : throughJson(polled.cursor)
      quiet = polled.events.length === 0 && !polled.more ? quiet + 1 : 0
      await between(round)
    }
    return { events, cursor }
  }

  it('brings what people said, with who, where and when', async () => {
    const { cursor } = await drain(undefined)
    const live = accepted(await session().publish(session().run(plain())))
    const injected: { kind: string; externalId: string; text: string }[] = []
    for (const kind of comesIn) {
      const text = newText(kind)
      const { externalId } = await arrive(simulator(), kind, text, live.externalId)
      injected.push({ kind, externalId, text })
    }
    const { events } = await drain(cursor)
    expect(events.length).toBe(injected.length)
    for (const { kind, externalId, text } of injected) {
      const event = events.find((one) => one.externalId === externalId)
      expect(event, kind).toMatchObject({ kind, action: 'created' })
      expect(event?.text).toContain(text)
      expect(event?.author?.name).not.toBe('')
      expect(Math.abs((event?.at ?? 0) - Date.now())).toBeLessThan(60_000)
      if (kind === 'comment') expect([event?.postExternalId, event?.parentExternalId]).toContain(live.externalId)
    }
  })
  for (const kind of comesIn)
    it(`loses and doubles nothing (${kind}) over pages, restarts and arrivals in between`, async () => {
      const { cursor } = await drain(undefined)
      simulator().pageSize = 3
      const sent: string[] = []
      const under = kind === 'comment' ? accepted(await session().publish(session().run(plain()))).externalId : ''
      const more = async () => {
        sent.push((await arrive(simulator(), kind, newText(), under)).externalId)
      }
      for (let i = 0; i < 8; i++) await more()
      const first = await drain(cursor, async (round) => {
        if (round < 3) await more()
      })
      const second = await drain(first.cursor)
      const seen = [...first.events, ...second.events].map((event) => event.externalId)
      expect(new Set(seen)).toEqual(new Set(sent))
      expect(seen.length).toBe(sent.length)
      await more()
      expect((await drain(second.cursor)).events.map((event) => event.externalId)).toEqual(sent.slice(-1))
    })
  if (subject.speaksLines !== true)
    it('sets apart an item that cannot be read, and brings those around it', async () => {
      const { cursor } = await drain(undefined)
      const live = accepted(await session().publish(session().run(plain())))
      simulator().spoiled = true
      const externalIds: string[] = []
      for (const kind of comesIn)
        externalIds.push((await arrive(simulator(), kind, newText(kind), live.externalId)).externalId)
      const { result, unreadable } = await withUnreadable(() => drain(cursor))
      expect(new Set(result.events.map(({ externalId }) => externalId))).toEqual(new Set(externalIds))
      expect(unreadable.length).toBeGreaterThan(0)
      for (const one of unreadable)
        expect(one).toMatchObject({ externalId: 'broken', unreadable: { raw: { contentType: 'application/json' } } })
      // and goes on from there
      simulator().spoiled = false
      expect((await drain(result.cursor)).events).toEqual([])
    })
  it('throws when the network cannot be asked, so that the cursor stays', async () => {
    const { cursor } = await drain(undefined)
    simulator().fault({ kind: 'server_error', status: 503, on: 'read' })
    await expect(known(connector.poll)(session().call(), cursor)).rejects.toThrow()
    if (subject.waits?.includes('seconds') === false) return
    simulator().fault({ kind: 'unreadable', on: 'read' })
    await expect(known(connector.poll)(session().call(), cursor)).rejects.toThrow(AppError)
  })
}

export function measuring({ plain, connector, capabilities, subject, simulator, session }: Stage): void {
  const measure = (ids: readonly string[]) => known(connector.measure)(session().call(), ids)
  /** Sets what the network knows of a post; told by webhook where it cannot be asked. */
  const count = async (externalId: string, counters: Parameters<Simulator['setCounters']>[1]) => {
    simulator().setCounters(externalId, counters)
    const delivery = await simulator().tellCounters?.(externalId)
    const receiver = await webhookOf(connector.name)
    if (delivery === undefined || receiver === undefined) return
    for (const { event } of receiver.normalize(delivery.body, delivery.subject))
      if (event.counters !== undefined) session().told.set(event.externalId, event.counters)
  }
  const figures = (from: number) =>
    Object.fromEntries(capabilities.counters.map((name, i) => [name, from + i * 7])) as Record<CounterName, number>

  it('reads every counter of every post, and invents none', async () => {
    const [one, two] = [
      accepted(await session().publish(session().run(plain()))),
      accepted(await session().publish(session().run(plain()))),
    ]
    await count(one.externalId, figures(3))
    await count(two.externalId, figures(500))
    const measured = await measure([one.externalId, two.externalId])
    expect(measured.get(one.externalId)).toEqual(figures(3))
    expect(measured.get(two.externalId)).toEqual(figures(500))
  })
  it('leaves out a counter that the network does not tell', async () => {
    const live = accepted(await session().publish(session().run(plain())))
    for (const name of capabilities.counters) {
      await count(live.externalId, { ...figures(3), [name]: undefined })
      const { [name]: _, ...rest } = figures(3)
      expect((await measure([live.externalId])).get(live.externalId) ?? {}).toEqual(rest)
    }
  })
  if (capabilities.delete && !subject.tells)
    it('says nothing of a post that is gone', async () => {
      const kept = accepted(await session().publish(session().run(plain())))
      const gone = accepted(await session().publish(session().run(plain())))
      await session().remove(gone)
      expect([...(await measure([gone.externalId, kept.externalId])).keys()]).toEqual([kept.externalId])
    })
  if (!subject.tells)
    it('throws when the network cannot be asked: that is not zero', async () => {
      const live = accepted(await session().publish(session().run(plain())))
      simulator().fault({ kind: 'server_error', status: 503, on: 'read' })
      await expect(measure([live.externalId])).rejects.toThrow()
      // a second question is fine, an invented answer is not
      const right = await measure([live.externalId])
      simulator().fault({ kind: 'unreadable', on: 'read' })
      const told = await measure([live.externalId]).catch((error: unknown) => error)
      if (!(told instanceof AppError)) expect(told).toEqual(right)
    })
  if (connector.measureChannel !== undefined)
    it('reads what the network tells of the account', async () => {
      const told = Object.fromEntries(capabilities.channelCounters.map((name, i) => [name, 1234 + i * 11]))
      simulator().followers = told.followers ?? 0
      simulator().channelFigures = told
      expect(await connector.measureChannel?.(session().call())).toEqual(told)
    })
}
