import { AppError } from '../../kernel/errors.ts'
import type { AppConfig } from '../webhook.ts'
import { oauthTexts } from './texts.ts'

/**
 * Fields of the app's document that a call cannot do without. Throws `network_not_configured`, naming what is missing and
 * where it goes.
 */
export function required<Name extends string>(
  app: AppConfig,
  network: string,
  ...names: readonly Name[]
): Record<Name, string> {
  const missing = names.filter((name) => !app[name])
  if (missing.length > 0)
    throw new AppError(
      'unprocessable',
      'network_not_configured',
      oauthTexts.appMissing({ network, fields: missing.join(', ') }),
    )
  return Object.fromEntries(names.map((name) => [name, app[name] ?? ''])) as Record<Name, string>
}
