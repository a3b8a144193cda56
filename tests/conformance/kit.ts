/**
 * What every network must hold, tested through its connector against its simulator: one call of `conformance` a network.
 * Its capabilities, and what the simulator can do, decide which tests apply.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnyConnector } from '../../shared/networks/network.ts'
import { connectorOf, webhookOf } from '../../shared/networks/registry.ts'
import type { Access, Simulator } from '../simulators/simulator.ts'
import { acting } from './acting.ts'
import { connecting, refreshing, reviews } from './connecting.ts'
import { edges } from './edges.ts'
import { measuring, polling } from './listening.ts'
import { outgoing } from './outgoing.ts'
import { discarding, preparing } from './preparing.ts'
import { deleting, publishing, refusals } from './publishing.ts'
import { crashes, lostAnswers } from './recovering.ts'
import { Crash, closeConnections, connect, content, newText, Session } from './session.ts'
import { accepted, type Conformance, known, plainOf, type Stage } from './stage.ts'
import { webhookConformance } from './webhook.ts'

export async function conformance(subject: Conformance): Promise<void> {
  const connector = await connectorOf(subject.network)
  afterAll(closeConnections)
  describe(`${subject.network}: conformance`, () => {
    declarations(connector, subject)
    if (subject.simulator === undefined) withoutServer(connector, subject)
    else withServer(connector, subject, subject.simulator)
  })
}

function declarations(connector: AnyConnector, { reportedByWebhook = false }: Conformance): void {
  const { capabilities } = connector
  it('declares only what it can do', () => {
    expect(connector.remove !== undefined).toBe(capabilities.delete)
    expect(connector.limits.maxParts > 1).toBe(capabilities.threads)
    if (capabilities.reconcile.means !== 'none') expect(connector.find).toBeTypeOf('function')
    if (capabilities.reconcile.means === 'own key') expect(capabilities.reconcile.keyWindowSeconds).toBeGreaterThan(0)
    if (capabilities.comesIn.includes('poll')) expect(connector.poll).toBeTypeOf('function')
    if (capabilities.counters.length > 0) expect(connector.measure).toBeTypeOf('function')
    expect(connector.measureChannel !== undefined).toBe(capabilities.channelCounters.length > 0)
    expect(connector.act !== undefined).toBe(capabilities.actions.length > 0)
    expect(connector.prepare !== undefined).toBe(connector.ahead !== undefined)
    if (connector.discard !== undefined) expect(connector.prepare).toBeTypeOf('function')
  })
  it('has a webhook receiver exactly if it is told of things by webhook', async () => {
    expect((await webhookOf(connector.name)) !== undefined).toBe(
      capabilities.comesIn.includes('webhook') || reportedByWebhook,
    )
  })
}

function withoutServer(connector: AnyConnector, subject: Conformance): void {
  const access = subject.access ?? { credentials: {}, settings: {}, app: {} }
  reviews(connector, subject, async () => connector.limits)
  edges(connector, subject, async () => connector.limits)
  it('connects', async () => {
    const { account } = await connect(connector, access)
    expect(account.externalId).not.toBe('')
    expect(account.name).not.toBe('')
  })
  if (connector.capabilities.byHand === true) {
    publishedByHand(connector, access)
    return
  }
  it('publishes, and the same publication again is the same post', async () => {
    const session = await Session.open(connector, undefined, access)
    const run = session.run(content([newText()]))
    const first = await session.publish(run)
    const again = await session.publish(session.run(run.content, run.key))
    const other = await session.publish(session.run(run.content))
    expect(accepted(again).externalId).toBe(accepted(first).externalId)
    expect(accepted(other).externalId).not.toBe(accepted(first).externalId)
  })
  if (connector.capabilities.delete)
    it('deletes, and deleting again is fine', async () => {
      const session = await Session.open(connector, undefined, access)
      const live = accepted(await session.publish(session.run(content([newText()]))))
      expect(await session.remove(live)).toEqual({ kind: 'deleted' })
      expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    })
}

/** Nothing is ever called: the sender hands over, and the account is the same whoever connects it. */
function publishedByHand(connector: AnyConnector, access: Access): void {
  it('is the same account every time, and refuses to publish by itself', async () => {
    const session = await Session.open(connector, undefined, access)
    const again = await connect(connector, access)
    expect(again.account.externalId).toBe(session.connected.account.externalId)
    const run = session.run(content([newText()]))
    expect(await session.publish(run)).toMatchObject({ kind: 'rejected', reason: 'permission' })
    expect(run.steps).toEqual([])
  })
  it('promises nothing that only a program could do', () => {
    const { comesIn, actions, counters, channelCounters, reconcile } = connector.capabilities
    expect([comesIn, actions, counters, channelCounters]).toEqual([[], [], [], []])
    expect([reconcile.means, connector.remove, connector.measure]).toEqual(['none', undefined, undefined])
  })
}

function withServer(connector: AnyConnector, subject: Conformance, make: () => Simulator): void {
  let simulator: Simulator | undefined
  let session: Session | undefined
  const stage: Stage = {
    plain: plainOf(subject),
    connector,
    capabilities: connector.capabilities,
    subject,
    simulator: () => known(simulator),
    session: () => known(session),
  }
  beforeEach(async () => {
    simulator = await make().start()
    session = await Session.open(connector, simulator, simulator.access())
  })
  afterEach(async () => {
    await simulator?.stop()
    expect(simulator?.violations).toEqual([])
    expect(simulator?.pendingFaults(), 'faults that nothing met').toEqual([])
  })

  describe('connecting', () => connecting(stage))
  if (connector.refresh !== undefined && connector.capabilities.publishes.length > 0)
    describe('refreshing', () => refreshing(stage))
  if (connector.capabilities.publishes.length > 0) {
    const limitsNow = async () => stage.session().connected.limits ?? connector.limits
    describe('writing', () => {
      reviews(connector, subject, limitsNow)
      edges(connector, subject, limitsNow)
    })
  }
  if (connector.capabilities.publishes.length > 0 && subject.publishesThroughUs === true)
    describe('publishing', () => throughUs(stage))
  else if (connector.capabilities.publishes.length > 0) {
    describe('publishing', () => publishing(stage))
    describe('when the network says no', () => refusals(stage))
    describe('a lost answer', () => lostAnswers(stage))
    describe('killed in the middle', () => crashes(stage))
    if (connector.prepare !== undefined) describe('ahead of its second', () => preparing(stage))
    if (connector.discard !== undefined) describe('discarding what was prepared', () => discarding(stage))
  }
  if (connector.capabilities.delete) describe('deleting', () => deleting(stage))
  if (connector.capabilities.comesIn.includes('webhook')) webhookConformance(stage)
  if (connector.poll !== undefined) describe('polling', () => polling(stage))
  if (connector.capabilities.actions.length > 0) describe('answering', () => acting(stage))
  if (connector.capabilities.comesIn.length > 0) describe('answers elsewhere', () => outgoing(stage))
  if (connector.measure !== undefined && subject.publishesThroughUs !== true)
    describe('measuring', () => measuring(stage))
}

/** What is handed over to us: started once, followed to its end, wherever the function dies. */
function throughUs({ plain, connector, session }: Stage): void {
  it('publishes, and the same publication again is the same post', async () => {
    const run = session().run(plain())
    const first = accepted(await session().publish(run))
    const again = accepted(await session().publish(session().run(run.content, run.key)))
    const other = accepted(await session().publish(session().run(run.content)))
    expect(again.externalId).toBe(first.externalId)
    expect(other.externalId).not.toBe(first.externalId)
    const measured = await connector.measure?.(session().call(), [first.externalId, 'unheard-of'])
    expect([...(measured?.keys() ?? [])]).toEqual([first.externalId])
  })
  it('is started once, wherever the function dies', async () => {
    const clean = session().run(plain())
    accepted(await session().publish(clean))
    for (let index = 0; index < clean.steps.length; index++)
      for (const recorded of [true, false]) {
        const run = session().run(plain())
        await expect(session().publish(run, { crash: { index, recorded } })).rejects.toBeInstanceOf(Crash)
        const live = known(await session().recover(run))
        expect(live.externalId).toBe(run.key)
      }
  })
}
