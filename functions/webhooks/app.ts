import { secretsManager } from '../../shared/aws/secrets.ts'
import { hookSecret } from '../../shared/inbox/hook-secret.ts'
import { appDocument } from '../../shared/networks/app-document.ts'
import type { AppConfig } from '../../shared/networks/network.ts'
import { clock, once, variable } from '../container.ts'

const secrets = once(() => secretsManager(clock))

/** What the deployment knows of a network's app; empty where it knows nothing. */
export async function appOf(network: string): Promise<AppConfig> {
  return (await secrets().get(`${variable('NETWORKS_SECRET_PREFIX')}${network}`, appDocument)) ?? {}
}

/** The secret of one account's own hook: as who connects the account derives it (`functions/containers/hooks.ts`). */
export const hookSecretOf = (network: string, subject: string): Promise<string> =>
  hookSecret(secrets(), variable('HOOKS_SECRET_ID'), network, subject)
