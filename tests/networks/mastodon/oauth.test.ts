import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { mastodon } from '../../../shared/networks/mastodon/index.ts'
import { closeConnections, content, newText, Session, tools } from '../../conformance/session.ts'
import { accepted, known } from '../../conformance/stage.ts'
import { MastodonSimulator } from '../../simulators/mastodon.ts'

let simulator: MastodonSimulator
beforeEach(async () => {
  simulator = await new MastodonSimulator().start()
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const oauth = known(mastodon.oauth)
const start = (instance: string) => ({
  redirectUri: 'https://parvis.example/oauth/mastodon/callback',
  state: 'state',
  codeChallenge: 'x'.repeat(43),
  input: { instance },
})

it('registers an app on the instance, asks for consent there, and works with the token', async () => {
  for (const knowsPkce of [true, false]) {
    simulator.knowsPkce = knowsPkce
    const access = { ...simulator.access(), oauth: { instance: `${simulator.url}/` } }
    const session = await Session.open(mastodon, simulator, access)
    expect(session.connected.account.externalId).toContain('@127.0.0.1')
    expect(session.connected).not.toHaveProperty('expiresAt')
    accepted(await session.publish(session.run(content([newText()]))))
  }
})

it('refuses a code that is not the one it gave, in plain words', async () => {
  const { url, kept = {} } = await oauth.authorize(tools({}), start(simulator.url))
  const { searchParams } = new URL(await simulator.consent(url))
  const back = {
    code: searchParams.get('code') ?? '',
    redirectUri: start('').redirectUri,
    codeVerifier: 'another',
    query: {},
    kept,
  }
  const refusal = { code: 'credentials_refused', message: expect.stringContaining('Connect again') }
  await expect(oauth.accounts(tools({}), back)).rejects.toMatchObject(refusal)
  await expect(oauth.accounts(tools({}), { ...back, kept: { ...kept, clientSecret: 'no' } })).rejects.toMatchObject(
    refusal,
  )
})

it('says so where there is no such server, or none of this network', async () => {
  await expect(oauth.authorize(tools({}), start('http://127.0.0.1:1'))).rejects.toMatchObject({
    code: 'host_unreachable',
  })
  simulator.fault({ kind: 'server_error', status: 502, on: 'auth' })
  await expect(oauth.authorize(tools({}), start(simulator.url))).rejects.toMatchObject({ code: 'network_failed' })
  await expect(oauth.authorize(tools({}), start('pas une adresse'))).rejects.toMatchObject({ code: 'invalid_host' })
})
