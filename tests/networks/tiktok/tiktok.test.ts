import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnyConnector } from '../../../shared/networks/network.ts'
import { tiktokConnector } from '../../../shared/networks/tiktok/index.ts'
import { closeConnections, connect, content, Session, tools, video } from '../../conformance/session.ts'
import { accepted } from '../../conformance/stage.ts'
import { TikTokSimulator } from '../../simulators/tiktok.ts'

const tiktok: AnyConnector = tiktokConnector
let simulator: TikTokSimulator
beforeEach(async () => {
  simulator = await new TikTokSimulator().start()
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
  expect(simulator.pendingFaults()).toEqual([])
})
afterAll(closeConnections)

const open = () => Session.open(tiktok, simulator, simulator.access())
const newComments = async (session: Session, cursor: string | undefined) =>
  (await tiktok.poll?.(session.call(), cursor))?.events.map(({ text }) => text)

describe('the Business access', () => {
  /** A channel with a post and a comment since the first look. */
  async function listening() {
    const session = await open()
    const live = accepted(await session.publish(session.run(content(['Levain'], {}, [video()]))))
    const cursor = (await tiktok.poll?.(session.call(), undefined))?.cursor
    const { externalId } = await simulator.comment(live.externalId, 'Ouvert dimanche ?')
    return { session, cursor, live, externalId }
  }

  it('is renewed when it ends after a day, day after day', async () => {
    const { session, cursor } = await listening()
    for (let day = 1; day <= 3; day++) {
      simulator.expireBusinessToken()
      expect(await newComments(session, cursor)).toEqual(['Ouvert dimanche ?'])
      expect(session.refreshes).toBe(day)
    }
  })

  it('is renewed before an answer, which is sent once', async () => {
    const { session, live, externalId } = await listening()
    simulator.expireBusinessToken()
    const acted = await tiktok.act?.({
      ...session.call(),
      key: '01J00000000000000000000000',
      target: { kind: 'comment', externalId, at: Date.now(), postExternalId: live.externalId },
      action: { name: 'reply', text: 'Oui, de 8 h à 13 h.' },
    })
    expect(acted?.kind).toBe('done')
    expect(simulator.answersTo(externalId)).toEqual(['Oui, de 8 h à 13 h.'])
  })

  it('that is over asks for a new connection, and the login keeps working', async () => {
    const { session, cursor } = await listening()
    simulator.revokeBusiness()
    await expect(newComments(session, cursor)).rejects.toMatchObject({ code: 'reconnect_needed' })
    simulator.expireToken()
    accepted(await session.publish(session.run(content(['Seigle'], {}, [video()]))))
  })

  it('is kept where its renewal fails, with the login renewed', async () => {
    const { session } = await listening()
    const before = tiktokConnector.credentials.parse(session.credentials)
    simulator.fault({ kind: 'server_error', status: 502, on: 'auth', skip: 1 })
    const renewed = await tiktokConnector.refresh?.(session.tools(), before)
    expect(renewed?.credentials.accessToken).not.toBe(before.accessToken)
    expect(renewed?.credentials.business).toEqual(before.business)
  })

  it('is proven while a person connects', async () => {
    const access = simulator.access()
    const wrong = { ...access, oauth: { ...access.oauth, businessRefreshToken: 'another' } }
    await expect(connect(tiktok, wrong, simulator)).rejects.toMatchObject({ code: 'credentials_refused' })
  })

  it('cannot be connected without the app that renews it', async () => {
    const { oauth, app } = simulator.access()
    const { businessClientSecret: _, ...rest } = app
    const start = { redirectUri: 'https://parvis.example/back', state: 's', codeChallenge: 'c', input: oauth }
    await expect(tiktok.oauth?.authorize(tools(rest), start)).rejects.toMatchObject({ code: 'network_not_configured' })
  })
})

it('says when the login ends: two hours from now', async () => {
  const { expiresAt = 0 } = await connect(tiktok, simulator.access(), simulator)
  expect(Math.round((expiresAt - Date.now()) / 60_000)).toBe(120)
})
