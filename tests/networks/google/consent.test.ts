import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { googleBusiness } from '../../../shared/networks/google_business/index.ts'
import { youtube } from '../../../shared/networks/youtube/index.ts'
import { closeConnections, tools } from '../../conformance/session.ts'
import { known } from '../../conformance/stage.ts'
import { GoogleBusinessSimulator } from '../../simulators/google-business.ts'
import { YoutubeSimulator } from '../../simulators/youtube.ts'

const redirectUri = 'https://parvis.example/oauth/youtube/callback'
const verifier = 'v'.repeat(43)
const start = {
  redirectUri,
  state: 'a state',
  codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
  input: {},
}
const back = (code: string, change: { readonly codeVerifier?: string; readonly redirectUri?: string } = {}) => ({
  code,
  redirectUri,
  codeVerifier: verifier,
  query: {},
  kept: {},
  ...change,
})

describe('the consent of Google', () => {
  let simulator: YoutubeSimulator
  const flow = known(youtube.oauth)
  const given = () => tools(simulator.access().app)
  const code = async () => {
    const { url } = await flow.authorize(given(), start)
    return new URL(await simulator.consent(url)).searchParams.get('code') ?? ''
  }
  beforeEach(async () => {
    simulator = await new YoutubeSimulator().start()
  })
  afterEach(async () => {
    await simulator.stop()
    expect(simulator.violations).toEqual([])
  })
  afterAll(closeConnections)

  it('takes a code once, with the verifier and the address that it was asked for', async () => {
    const first = await code()
    expect(await flow.accounts(given(), back(first))).toHaveLength(1)
    await expect(flow.accounts(given(), back(first))).rejects.toMatchObject({ code: 'credentials_refused' })
    for (const change of [{ codeVerifier: 'w'.repeat(43) }, { redirectUri: `${redirectUri}/other` }])
      await expect(flow.accounts(given(), back(await code(), change))).rejects.toMatchObject({
        code: 'credentials_refused',
      })
  })
  it('names the permission whose box was unticked', async () => {
    simulator.ticked = ['https://www.googleapis.com/auth/youtube.upload']
    const error = await flow.accounts(given(), back(await code())).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'permission_missing' })
    expect(String(error)).toContain('youtube.force-ssl')
    expect(String(error)).not.toContain('youtube.upload')
  })
  it('says what the app’s document lacks', async () => {
    const { clientSecret: _, ...app } = simulator.access().app
    await expect(flow.authorize(tools(app), start)).rejects.toMatchObject({ code: 'network_not_configured' })
  })
  it('keeps the refresh token it has, and takes a new one where it is given', async () => {
    const [connected] = await flow.accounts(given(), back(await code()))
    const before = known(connected)
    const once = await known(youtube.refresh)(given(), before.credentials)
    expect(once.credentials.refreshToken).toBe(before.credentials.refreshToken)
    expect(once.credentials.accessToken).not.toBe(before.credentials.accessToken)
    expect(once.expiresAt).toBeGreaterThan(Date.now() + 3_000_000)
    simulator.rotates = true
    const twice = await known(youtube.refresh)(given(), once.credentials)
    expect(twice.credentials.refreshToken).not.toBe(once.credentials.refreshToken)
  })
})

describe('the locations of a person', () => {
  let simulator: GoogleBusinessSimulator
  const flow = known(googleBusiness.oauth)
  const accounts = async () => {
    const given = tools(simulator.access().app)
    const { url } = await flow.authorize(given, start)
    return flow.accounts(given, back(new URL(await simulator.consent(url)).searchParams.get('code') ?? ''))
  }
  beforeEach(async () => {
    simulator = await new GoogleBusinessSimulator().start()
  })
  afterEach(async () => {
    await simulator.stop()
    expect(simulator.violations).toEqual([])
  })

  it('are those of every account, each once, told apart by their address', async () => {
    const found = await accounts()
    expect(found.map(({ account }) => account.externalId)).toEqual([
      '7426431111111111111',
      '7426432222222222222',
      '7426433333333333333',
    ])
    expect(new Set(found.map(({ account }) => account.handle)).size).toBe(3)
    expect(new Set(found.map(({ credentials }) => credentials.accountId)).size).toBe(2)
  })
  it('are not to be had before Google lets the project in: that is said, for no waiting helps', async () => {
    simulator.letIn = false
    const error = await accounts().catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'permission_missing' })
  })
})
