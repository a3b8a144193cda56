import * as z from 'zod'
import { isMissing, issueText, leafIssues, type Text } from '../i18n/index.ts'
import { AppError, type Problem } from '../kernel/errors.ts'
import { mergedRecord } from '../kernel/merge-patch.ts'
import { jsonPointer } from '../kernel/pointer.ts'
import { HttpFailure } from '../networks/http/client.ts'
import type { AnyConnector, OAuthFlow } from '../networks/network.ts'
import { networkTitle } from '../networks/titles.ts'
import { channelsTexts } from './texts.ts'

/** What a connector's schema finds in a part of the request, as problems of the request. Values are never repeated. */
export function problemsOf(error: z.ZodError, below: string, schema: z.ZodType): Problem[] {
  return leafIssues(error.issues).flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        pointer: pointerTo(below, [...issue.path, key]),
        code: 'unknown_field',
        message: channelsTexts.noSuchField(),
      }))
    const code = isMissing(issue) ? 'required' : issue.code
    return [{ pointer: pointerTo(below, issue.path), code, message: issueText(issue, schema) }]
  })
}

const pointerTo = (below: string, path: readonly PropertyKey[]) => below + jsonPointer(path)

/** Throws `validation_failed` with a pointer per field, also for a field that the network knows nothing of. */
export function checkInput(connector: AnyConnector, credentials: unknown, settings?: unknown): void {
  if (connector.credentialsInput instanceof z.ZodNever)
    throw new AppError(
      'unprocessable',
      'connects_by_oauth',
      channelsTexts.oauthInstead({ network: networkTitle(connector.name) }),
    )
  const problems = [
    ...problemsIn(connector.credentialsInput, credentials, '/credentials'),
    ...(settings === undefined ? [] : problemsIn(connector.settingsInput, settings, '/settings')),
  ]
  if (problems.length > 0)
    throw refused(channelsTexts.inputRefused({ network: networkTitle(connector.name) }), problems)
}

/** What `POST /v1/channels/connect` takes for this network, parsed. Throws `validation_failed` as {@link checkInput}. */
export function oauthInput(title: string, flow: OAuthFlow<unknown, unknown>, input: unknown): unknown {
  const schema = flow.input ?? z.strictObject({})
  const problems = problemsIn(schema, input, '/input')
  if (problems.length > 0) throw refused(channelsTexts.inputRefused({ network: title }), problems)
  return schema.parse(input)
}

function problemsIn(schema: z.ZodType, value: unknown, below: string): Problem[] {
  const strict = schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema
  const parsed = strict.safeParse(value)
  return parsed.success ? [] : problemsOf(parsed.error, below, schema)
}

const refused = (message: Text, problems: readonly Problem[]) =>
  new AppError('unprocessable', 'validation_failed', message, { problems })

const settingsRecord = z.record(z.string(), z.unknown())

/**
 * The settings after a change: a merge patch, `null` removes. Only what the connector's `settingsInput` names can be changed, so that nothing which
 * connecting found out (a server's address, above all) is pointed elsewhere.
 */
export function changedSettings(
  connector: AnyConnector,
  stored: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const invalid = (problems: readonly Problem[]) =>
    refused(channelsTexts.settingsRefused({ network: networkTitle(connector.name) }), problems)
  const wanted = mergedRecord(stored, change)
  const before = connector.settingsInput.safeParse(stored)
  const removable = before.success ? settingsRecord.parse(before.data) : {}
  const parsed = connector.settingsInput.safeParse(wanted)
  if (!parsed.success) throw invalid(problemsOf(parsed.error, '/settings', connector.settingsInput))
  const known = settingsRecord.parse(parsed.data)
  const unknown = Object.entries(change).flatMap(([name, value]) =>
    Object.hasOwn(known, name) || (value === null && Object.hasOwn(removable, name)) ? [] : [name],
  )
  if (unknown.length > 0)
    throw invalid(
      unknown.map((name) => ({
        pointer: `/settings/${name}`,
        code: 'unknown_field',
        message: channelsTexts.noSuchSetting(),
      })),
    )
  const merged = connector.settings.safeParse(wanted)
  if (!merged.success) throw invalid(problemsOf(merged.error, '/settings', connector.settings))
  return settingsRecord.parse(merged.data)
}

/**
 * The settings of a channel whose account was connected anew: what a person chose stays, what connecting found out is
 * as it was found now.
 */
export function keptSettings(
  connector: AnyConnector,
  before: Readonly<Record<string, unknown>>,
  found: unknown,
): Record<string, unknown> {
  const chosen = connector.settingsInput.safeParse(before)
  const merged = { ...settingsRecord.parse(found), ...(chosen.success ? settingsRecord.parse(chosen.data) : {}) }
  const parsed = connector.settings.safeParse(merged)
  return settingsRecord.parse(parsed.success ? parsed.data : found)
}

/** A call to the network that brought no answer while a person waits, in plain words. Anything else is thrown on. */
export function connectFailure(error: unknown, title: string): unknown {
  // A 401 or 403 would say that the caller's own key is refused, and it is the network that refuses.
  if (error instanceof AppError && (error.kind === 'unauthenticated' || error.kind === 'forbidden'))
    return new AppError('unprocessable', error.code, error.text, { problems: error.problems, cause: error })
  if (!(error instanceof HttpFailure)) return error
  const details = { cause: error }
  if (error.code === 'blocked_host')
    return new AppError(
      'unprocessable',
      'host_blocked',
      channelsTexts.notAsked({ network: title, why: error.text }),
      details,
    )
  const theirs =
    error.code === 'dns' || error.code === 'tls' || error.code === 'bad_url' || error.code === 'bad_redirect'
  return new AppError(
    theirs ? 'unprocessable' : 'unavailable',
    'host_unreachable',
    channelsTexts.unreachable({ network: title, why: error.text }),
    details,
  )
}
