import * as z from 'zod'
import { isMissing, issueText, leafIssues, type Text } from '../i18n/index.ts'
import type { Problem } from '../kernel/errors.ts'
import { jsonPointer } from '../kernel/pointer.ts'
import { httpTexts } from './texts.ts'

export type Place = 'body' | 'query' | 'path' | 'header'

/** The same schema, refusing fields it does not know: a misspelt field is told, not dropped. */
export function strictly<T>(schema: z.ZodType<T>): z.ZodType {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema
}

/** Every issue as a problem with a JSON pointer into its place. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], place: Place, schema?: z.ZodType): Problem[] {
  return leafIssues(issues).flatMap((issue) => {
    const problem = (pointer: string, code: string, message: Text): Problem => ({ pointer, code, message, in: place })
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) =>
        problem(
          jsonPointer([...issue.path, key]),
          'unknown_field',
          place === 'query' ? httpTexts.noParameter() : httpTexts.noField(),
        ),
      )
    const message = issueText(issue, schema)
    if (isMissing(issue)) return [problem(jsonPointer(issue.path), 'required', message)]
    const code = issue.code === 'custom' && typeof issue.params?.code === 'string' ? issue.params.code : issue.code
    return [problem(jsonPointer(issue.path), code, message)]
  })
}

/** A query parameter that may be repeated: `?state=a&state=b`. */
export function repeatable<T>(item: z.ZodType<T>) {
  return z.union([z.array(item).max(50), item.transform((one) => [one])])
}

export type Parsed = { readonly value: unknown } | { readonly problems: readonly Problem[] }

/** A place of the request through its schema; without one, as it is. */
export async function parsed(schema: z.ZodType | undefined, value: unknown, place: Place): Promise<Parsed> {
  if (schema === undefined) return { value }
  const result = await strictly(schema).safeParseAsync(value)
  return result.success ? { value: result.data } : { problems: problemsOf(result.error.issues, place, schema) }
}

/** Throws, naming the fields, if an answer is not what the OpenAPI document says. For tests and one machine only. */
export function checkAnswer(schema: z.ZodType, body: unknown, operation: string): void {
  // As it leaves: fields that are undefined are not there.
  const result = strictly(schema).safeParse(JSON.parse(JSON.stringify(body)))
  if (!result.success)
    throw new Error(`The answer of ${operation} is not as documented: ${z.prettifyError(result.error)}`)
}
