import * as z from 'zod'
import { AppError, type Problem } from '../kernel/errors.ts'
import { HttpFailure } from '../networks/http/client.ts'
import type { AnyConnector } from '../networks/network.ts'

/** What a connector's schema finds in a part of the request, as problems of the request. Values are never repeated. */
export function problemsOf(error: z.ZodError, below: string): Problem[] {
  return error.issues.map((issue) => ({
    pointer: [below, ...issue.path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/'),
    code: issue.code,
    message: issue.message,
  }))
}

/** Throws `invalid_credentials_form` or `invalid_settings` with a pointer per field. */
export function checkInput(connector: AnyConnector, credentials: unknown, settings: unknown): void {
  const problems = [
    ...problemsIn(connector.credentialsInput, credentials, '/credentials'),
    ...problemsIn(connector.settingsInput, settings, '/settings'),
  ]
  if (problems.length > 0)
    throw new AppError('invalid', 'validation_failed', `This is not what ${connector.title} needs to connect.`, { problems })
}

function problemsIn(schema: z.ZodType, value: unknown, below: string): Problem[] {
  const parsed = schema.safeParse(value)
  return parsed.success ? [] : problemsOf(parsed.error, below)
}

const settingsRecord = z.record(z.string(), z.unknown())

/**
 * The settings after a change. Only what the connector's `settingsInput` names can be changed, so that nothing which
 * connecting found out (a server's address, above all) is pointed elsewhere.
 */
export function changedSettings(
  connector: AnyConnector,
  stored: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const invalid = (problems: Problem[]) =>
    new AppError('invalid', 'validation_failed', `These are no settings of a ${connector.title} channel.`, { problems })
  const wanted = { ...stored, ...change }
  const parsed = connector.settingsInput.safeParse(wanted)
  if (!parsed.success) throw invalid(problemsOf(parsed.error, '/settings'))
  const known = settingsRecord.parse(parsed.data)
  const unknown = Object.keys(change).filter((name) => !Object.hasOwn(known, name))
  if (unknown.length > 0)
    throw invalid(
      unknown.map((name) => ({ pointer: `/settings/${name}`, code: 'unknown_setting', message: 'There is no such setting.' })),
    )
  const merged = connector.settings.safeParse(wanted)
  if (!merged.success) throw invalid(problemsOf(merged.error, '/settings'))
  return settingsRecord.parse(merged.data)
}

/** A call to the network that brought no answer while a person waits, in plain words. Anything else is thrown on. */
export function connectFailure(error: unknown, title: string): unknown {
  if (!(error instanceof HttpFailure)) return error
  const details = { cause: error }
  if (error.code === 'blocked_host')
    return new AppError('unprocessable', 'host_blocked', `${title} was not asked. ${error.message}`, details)
  const theirs = error.code === 'dns' || error.code === 'tls' || error.code === 'bad_url' || error.code === 'bad_redirect'
  return new AppError(
    theirs ? 'unprocessable' : 'unavailable',
    'host_unreachable',
    `${title} could not be asked, and nothing was changed. ${error.message} Check the address, or try again in a moment.`,
    details,
  )
}
