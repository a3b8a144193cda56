import { once } from 'node:events'
import { createServer } from 'node:http'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An OIDC issuer on loopback: discovery, keys, and tokens signed with them. */
export async function startIssuer() {
  let keyId = 'k1'
  let pair = await generateKeyPair('RS256', { extractable: true })
  const asked: string[] = []
  const state = { down: false, claimedIssuer: '' }
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '')
    if (state.down) return void response.writeHead(503).end()
    response.setHeader('content-type', 'application/json')
    if (request.url === '/.well-known/openid-configuration')
      return void response.end(JSON.stringify({ issuer: state.claimedIssuer || issuer, jwks_uri: `${issuer}/keys` }))
    if (request.url !== '/keys') return void response.writeHead(404).end()
    response.end(
      JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: keyId, alg: 'RS256', use: 'sig' }] }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const issuer = `http://127.0.0.1:${address.port}`
  return {
    issuer,
    asked,
    state,
    publicKey: async () => exportJWK(pair.publicKey),
    /** A token as the issuer makes it, good for an hour; claims may be replaced. */
    token: (
      claims: Record<string, unknown> = {},
      signingKey: CryptoKey | Uint8Array = pair.privateKey,
      alg = 'RS256',
    ) => {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({ iss: issuer, aud: 'parvis', sub: 'camille', iat: now, exp: now + 3600, ...claims })
        .setProtectedHeader({ alg, kid: keyId })
        .sign(signingKey)
    },
    rotate: async () => {
      keyId = 'k2'
      pair = await generateKeyPair('RS256', { extractable: true })
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
