import type { TokenVerifier } from '../../shared/http/identity.ts'
import { OidcVerifier } from '../../shared/http/oidc.ts'
import { createHttpClient } from '../../shared/networks/http/index.ts'
import { clock, optionalVariable } from '../container.ts'

/** Asks the issuer for its keys through the safe client: an address that a setting names is a host outside, too. */
export function oidcVerifier(issuer: string, audience: string): TokenVerifier {
  const http = createHttpClient({ allowPrivateHosts: optionalVariable('ALLOW_PRIVATE_HOSTS') === 'true', clock })
  return new OidcVerifier({
    issuer,
    audience,
    clock,
    fetchText: async (url) => {
      const answer = await http.send({ method: 'GET', url, timeoutMs: 5_000, maxBytes: 512 * 1024 })
      return { status: answer.status, text: answer.text() }
    },
  })
}
