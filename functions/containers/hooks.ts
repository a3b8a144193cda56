import { deriveHookSecret, hookKeyDocument } from '../../shared/inbox/hook-secret.ts'
import type { Hook } from '../../shared/networks/network.ts'
import { variable } from '../container.ts'
import { secrets } from './secrets.ts'

/** Where an account's own hook is, and its secret (`secret:hooks`). */
export async function hookOf(network: string, subject: string): Promise<Hook> {
  const document = await secrets().get(variable('HOOKS_SECRET_ID'), hookKeyDocument)
  if (document === undefined) throw new Error('The secret that hooks are derived from is not there.')
  return {
    url: `${variable('PUBLIC_URL').replace(/\/+$/, '')}/webhooks/${network}/${subject}`,
    secret: deriveHookSecret(document.key, network, subject),
  }
}
