/** What the kit does not see: a webhook instead of a bot, a forum instead of a channel. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { discordConnector } from '../../../shared/networks/discord/index.ts'
import { closeConnections, content, newText, Session } from '../../conformance/session.ts'
import { accepted } from '../../conformance/stage.ts'
import { DiscordSimulator } from '../../simulators/discord.ts'

let simulator: DiscordSimulator
beforeEach(() => {
  simulator = new DiscordSimulator()
})
afterEach(async () => {
  await simulator.stop()
  closeConnections()
  expect(simulator.violations).toEqual([])
})

describe('a webhook', () => {
  const open = async () => {
    simulator.byWebhook = true
    await simulator.start()
    return Session.open(discordConnector, simulator, simulator.access())
  }
  it('publishes and removes', async () => {
    const session = await open()
    const text = newText()
    const live = accepted(await session.publish(session.run(content([text]))))
    expect(simulator.live().map((post) => post.text)).toEqual([text])
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    expect(simulator.live()).toEqual([])
  })
  it('says that it can neither look up nor answer', async () => {
    const session = await open()
    const run = session.run(content([newText()]))
    simulator.fault({ kind: 'lost', how: 'cut' })
    expect((await session.publish(run)).kind).toBe('unknown')
    expect(await session.find(run)).toMatchObject({ kind: 'unable' })
    const target = { kind: 'comment', externalId: '1/2', at: Date.now() } as const
    const acted = await discordConnector.act?.({
      ...session.call(),
      target,
      action: { name: 'delete' },
      key: 'act_1',
    } as never)
    expect(acted).toMatchObject({ kind: 'rejected', reason: 'permission' })
  })
  it('keeps its token out of what is recorded of a call', async () => {
    const session = await open()
    const { webhookToken } = session.credentials as { webhookToken: string }
    const kept: string[] = []
    const { http } = session.tools()
    const call = session.call()
    const telling = {
      send: (request: Parameters<typeof http.send>[0]) => {
        kept.push(...(request.secrets ?? []))
        return http.send(request)
      },
    }
    await discordConnector.remove?.({ ...call, http: telling } as never, { externalId: '1/2' })
    expect(kept).toEqual([webhookToken])
  })
})

describe('a forum', () => {
  const open = async () => {
    simulator.forum = true
    await simulator.start()
    return Session.open(discordConnector, simulator, simulator.access())
  }
  it('takes posts with a title only, and finds them again', async () => {
    const session = await open()
    const titled = content([newText()], { options: { title: 'Le levain' } })
    const review = (what: typeof titled) =>
      discordConnector.review(what, discordConnector.limits, session.connected.settings as never)
    expect(review(content([newText()])).problems).toMatchObject([{ pointer: '/options/title', code: 'title_missing' }])
    expect(review(titled).problems).toEqual([])
    const run = session.run(titled)
    simulator.fault({ kind: 'lost', how: 'cut' })
    expect((await session.publish(run)).kind).toBe('unknown')
    expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: simulator.live()[0]?.externalId })
  })
  it('brings what is written under a post, and removes the post with it', async () => {
    const session = await open()
    const live = accepted(await session.publish(session.run(content([newText()], { options: { title: 'Le levain' } }))))
    const { cursor } = (await discordConnector.poll?.(session.call() as never, undefined)) ?? {}
    await simulator.comment(live.externalId, 'Bravo')
    const polled = await discordConnector.poll?.(session.call() as never, cursor)
    expect(polled?.events).toMatchObject([{ kind: 'comment', text: 'Bravo', postExternalId: live.externalId }])
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    expect(simulator.live()).toEqual([])
  })
})
