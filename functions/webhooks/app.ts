import { type DocumentSchema, secretsManager } from '../../shared/aws/secrets.ts'
import { hookSecret } from '../../shared/inbox/hook-secret.ts'
import type { AppConfig } from '../../shared/networks/network.ts'
import { clock, once, variable } from '../container.ts'

const secrets = once(() => secretsManager(clock))

/** `z.record(z.string(), z.string())` without zod, whose 28 KB this function would carry for nothing else. */
const appDocument: DocumentSchema<AppConfig> = {
  safeParse(document) {
    if (typeof document !== 'object' || document === null || Array.isArray(document)) return refused([])
    const app: Record<string, string> = {}
    for (const [name, value] of Object.entries(document)) {
      if (typeof value !== 'string') return refused([name])
      app[name] = value
    }
    return { success: true, data: app }
  },
}

const refused = (path: string[]) => ({ success: false, error: { issues: [{ path }] } }) as const

/** What the deployment knows of a network's app; empty where it knows nothing. */
export async function appOf(network: string): Promise<AppConfig> {
  return (await secrets().get(`${variable('NETWORKS_SECRET_PREFIX')}${network}`, appDocument)) ?? {}
}

/** The secret of one account's own hook: as who connects the account derives it (`functions/containers/hooks.ts`). */
export const hookSecretOf = (network: string, subject: string): Promise<string> =>
  hookSecret(secrets(), variable('HOOKS_SECRET_ID'), network, subject)
