/**
 * Consent on the person's own instance. There is no app of Parvis to store: it registers itself there, each time anew,
 * and the secret travels sealed with the way to the instance and back. Tokens do not expire by themselves.
 */

import * as z from 'zod'
import type { NetworkTools, OAuthFlow, OAuthReturn, OAuthStart } from '../network.ts'
import type { Credentials } from './api.ts'
import { askInstance, connect, credentialsInput, originOf, type Settings } from './connect.ts'
import { scopes } from './facts.ts'
import { mastodonTexts } from './texts.ts'

const input = credentialsInput.pick({ instance: true })
const registered = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) })
const kept = z.object({ instance: z.url(), clientId: z.string(), clientSecret: z.string() })

const post = (tools: NetworkTools, instance: string, path: string, json: Readonly<Record<string, string>>) =>
  tools.http.send({
    method: 'POST',
    url: `${instance}${path}`,
    headers: { accept: 'application/json' },
    json,
    signal: tools.signal,
  })

async function authorize(tools: NetworkTools, { redirectUri, state, codeChallenge, input: given }: OAuthStart) {
  const instance = originOf(input.parse(given).instance)
  const app = await askInstance(
    new URL(instance).host,
    post(tools, instance, '/api/v1/apps', {
      client_name: 'Parvis',
      redirect_uris: redirectUri,
      scopes: scopes.join(' '),
      website: tools.publicUrl,
    }),
    registered,
    mastodonTexts.appRefused,
  )
  const url = new URL('/oauth/authorize', instance)
  // Instances before 4.3 do not know PKCE and pass over it, as RFC 6749 §3.1 asks.
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: app.client_id,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  }).toString()
  return { url: url.href, kept: { instance, clientId: app.client_id, clientSecret: app.client_secret } }
}

async function accounts(tools: NetworkTools, back: OAuthReturn) {
  const { instance, clientId, clientSecret } = kept.parse(back.kept)
  const { access_token } = await askInstance(
    new URL(instance).host,
    post(tools, instance, '/oauth/token', {
      grant_type: 'authorization_code',
      code: back.code,
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: back.redirectUri,
      code_verifier: back.codeVerifier,
    }),
    z.object({ access_token: z.string().min(1) }),
    mastodonTexts.codeRefused,
  )
  return [await connect(tools, { instance, accessToken: access_token }, {})]
}

export const oauth: OAuthFlow<Credentials, Settings> = { input, scopes, authorize, accounts }
