import * as z from 'zod'
import { issueText, type Text } from '../i18n/index.ts'
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
  return issues.flatMap((issue) => problemsOfIssue(issue, [], place, schema))
}

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  above: readonly PropertyKey[],
  place: Place,
  schema: z.ZodType | undefined,
): Problem[] {
  const path = [...above, ...issue.path]
  const problem = (pointer: string, code: string, message: Text): Problem => ({ pointer, code, message, in: place })
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      problem(
        jsonPointer([...path, key]),
        'unknown_field',
        place === 'query' ? httpTexts.noParameter() : httpTexts.noField(),
      ),
    )
  if (issue.code === 'invalid_union') {
    const closest = closestBranch(issue.errors)
    if (closest !== undefined) return closest.flatMap((inner) => problemsOfIssue(inner, path, place, schema))
  }
  const message = issueText({ ...issue, path }, schema)
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return [problem(jsonPointer(path), 'required', message)]
  const code = issue.code === 'custom' && typeof issue.params?.code === 'string' ? issue.params.code : issue.code
  return [problem(jsonPointer(path), code, message)]
}

/**
 * Of a union's branches, the one the input came nearest to: what it says is what the writer meant. Where none was entered,
 * one that wanted this type, or what all wanted.
 */
function closestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map((issue) => issue.path.length))
  const entered = branches
    .filter((issues) => depth(issues) > 0)
    .toSorted((a, b) => a.length - b.length || depth(b) - depth(a))[0]
  if (entered !== undefined) return entered
  const typed = branches.filter((issues) => issues.every(({ code }) => code !== 'invalid_type'))
  if (typed.length > 0) return typed[0]
  const wanted = new Set(branches.flatMap((issues) => issues.map((issue) => 'expected' in issue && issue.expected)))
  return wanted.size === 1 ? branches[0] : undefined
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
