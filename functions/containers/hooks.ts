import { hookSecret } from '../../shared/inbox/hook-secret.ts'
import type { Hook } from '../../shared/networks/network.ts'
import { variable } from '../container.ts'
import { secrets } from './secrets.ts'

/** Where an account's own hook is, and its secret (`secret:hooks`). */
export async function hookOf(network: string, subject: string): Promise<Hook> {
  return {
    url: `${variable('PUBLIC_URL').replace(/\/+$/, '')}/webhooks/${network}/${subject}`,
    secret: await hookSecret(secrets(), variable('HOOKS_SECRET_ID'), network, subject),
  }
}
