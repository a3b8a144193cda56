import { Cipher } from '../../shared/aws/cipher.ts'
import { secretsManager } from '../../shared/aws/secrets.ts'
import { appDocument } from '../../shared/networks/app-document.ts'
import { clock, once, variable } from '../container.ts'

export const secrets = /* @__PURE__ */ once(() => secretsManager(clock))

/** Encrypts credentials of channels and secrets of webhook endpoints (`secret:credentials`). */
export const cipher = /* @__PURE__ */ once(() => new Cipher(secrets(), variable('CREDENTIALS_SECRET_ID')))

/** What the deployment knows of a network's app (`secret:networks`); empty where it knows nothing. */
export async function appOf(network: string): Promise<Readonly<Record<string, string>>> {
  return (await secrets().get(`${variable('NETWORKS_SECRET_PREFIX')}${network}`, appDocument)) ?? {}
}
