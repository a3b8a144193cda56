import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { subscribedFields } from '../../../shared/networks/facebook/facts.ts'
import { facebook } from '../../../shared/networks/facebook/index.ts'
import { closeConnections, tools } from '../../conformance/session.ts'
import { FacebookSimulator } from '../../simulators/facebook.ts'

let simulator: FacebookSimulator
beforeEach(async () => {
  simulator = await new FacebookSimulator().start()
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const redirectUri = 'https://parvis.example/oauth/facebook/callback'
const start = { redirectUri, state: 'the-state', codeChallenge: 'unused', input: {} }
const app = () => simulator.access().app
const oauth = facebook.oauth!

async function back(change: Partial<Parameters<typeof oauth.accounts>[1]> = {}) {
  const { url } = await oauth.authorize(tools(app()), start)
  const query = Object.fromEntries(new URL(await simulator.consent(url)).searchParams)
  return { code: query.code ?? '', redirectUri, codeVerifier: 'unused', query, kept: {}, ...change }
}

it('leads to the Pages that the person opened, each with a token of its own that works', async () => {
  const accounts = await oauth.accounts(tools(app()), await back())
  // the one they may not act for is left out
  expect(accounts).toMatchObject([
    {
      account: { externalId: '104857600000001', handle: '@boulangerieduport', name: 'Boulangerie du Port' },
      credentials: { pageId: '104857600000001' },
    },
  ])
  await facebook.attach?.(tools(app()), accounts[0]!)
  expect(simulator.subscriptions.ours).toEqual([
    'feed',
    'mention',
    'messages',
    'message_echoes',
    'message_edits',
    'messaging_postbacks',
    'messaging_referrals',
  ])
})

it('adds to what the app is subscribed to already, and writes nothing if nothing is missing', async () => {
  const [page] = await oauth.accounts(tools(app()), await back())
  simulator.subscriptions.set(simulator.login.appId, ['leadgen', 'feed'])
  simulator.subscriptions.set('999', ['videos'])
  await facebook.attach?.(tools(app()), page!)
  const wanted = [
    'leadgen',
    'feed',
    'mention',
    'messages',
    'message_echoes',
    'message_edits',
    'messaging_postbacks',
    'messaging_referrals',
  ]
  expect(simulator.subscriptions.ours).toEqual(wanted)
  await facebook.attach?.(tools(app()), page!)
  expect(simulator.subscriptions.writes).toBe(1)
})

it('keeps what the app is subscribed to where the Page lists it on a later page', async () => {
  const [page] = await oauth.accounts(tools(app()), await back())
  for (let other = 1; other <= 5; other++) simulator.subscriptions.set(String(other), ['videos'])
  simulator.subscriptions.set(simulator.login.appId, ['leadgen', 'ratings'])
  simulator.pageSize = 2
  await facebook.attach?.(tools(app()), page!)
  expect(simulator.subscriptions.ours).toEqual(['leadgen', 'ratings', ...subscribedFields])
})

it('changes no subscription where the id of the app is not known, and says what is missing', async () => {
  const [page] = await oauth.accounts(tools(app()), await back())
  simulator.subscriptions.set(simulator.login.appId, ['leadgen'])
  simulator.subscriptions.set('999', ['videos'])
  await expect(facebook.attach?.(tools({ ...app(), appId: '' }), page!)).rejects.toMatchObject({
    code: 'network_not_configured',
    message: expect.stringContaining('appId'),
  })
  expect(simulator.subscriptions.ours).toEqual(['leadgen'])
  expect(simulator.subscriptions.writes).toBe(0)
})

it('asks for every permission by name, or for the configuration that names them', async () => {
  const asked = async (more: Record<string, string>) =>
    new URL((await oauth.authorize(tools({ ...app(), ...more }), start)).url).searchParams
  const plain = await asked({})
  expect(plain.get('scope')?.split(',')).toEqual(oauth.scopes)
  expect(plain.get('state')).toBe('the-state')
  const configured = await asked({ loginConfigId: '77' })
  expect(configured.get('config_id')).toBe('77')
  expect(configured.has('scope')).toBe(false)
})

it('takes a code once, and only for the address it was given for', async () => {
  const used = await back()
  await oauth.accounts(tools(app()), used)
  for (const code of [used, await back({ redirectUri: 'https://elsewhere.example/' }), await back({ code: 'x' })])
    await expect(oauth.accounts(tools(app()), code)).rejects.toMatchObject({ code: 'credentials_refused' })
})

it('says whose fault it is: a wrong secret, or no app at all', async () => {
  const wrong = tools({ ...app(), appSecret: 'wrong' })
  await expect(oauth.accounts(wrong, await back())).rejects.toMatchObject({
    code: 'credentials_refused',
    message: expect.stringContaining('Error validating client secret'),
  })
  await expect(oauth.authorize(tools({}), start)).rejects.toMatchObject({
    code: 'network_not_configured',
    message: expect.stringContaining('appId, appSecret'),
  })
})

it('asks for no deliveries that could not be verified', async () => {
  const { appSecret: _, ...without } = app()
  const before = simulator.journal.length
  const connected = { account: { externalId: '1', handle: '', name: '' }, settings: {} }
  await facebook.attach?.(tools(without), { ...connected, credentials: { pageId: '1', accessToken: 'x' } })
  expect(simulator.journal.length).toBe(before)
})
