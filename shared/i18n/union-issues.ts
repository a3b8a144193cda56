/** The issues of a union's alternatives: zod says "Invalid input" for the whole, and what helps is inside. */
import type * as z from 'zod'

/** The issues with every union replaced by what its closest alternative says, with paths from the root. */
export function leafIssues(
  issues: readonly z.core.$ZodIssue[],
  above: readonly PropertyKey[] = [],
): readonly z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path]
    const closest = issue.code === 'invalid_union' ? closestAlternative(issue.errors) : undefined
    return closest === undefined ? [{ ...issue, path }] : leafIssues(closest, path)
  })
}

/**
 * The alternative that the input came nearest to: what it says is what the writer meant. Where none was entered, one that
 * wanted this type, or what all wanted.
 */
function closestAlternative(
  alternatives: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map((issue) => issue.path.length))
  const entered = alternatives
    .filter((issues) => depth(issues) > 0)
    .toSorted((a, b) => a.length - b.length || depth(b) - depth(a))[0]
  if (entered !== undefined) return entered
  const typed = alternatives.filter((issues) => issues.every(({ code }) => code !== 'invalid_type'))
  if (typed.length > 0) return typed[0]
  const wanted = new Set(alternatives.flatMap((issues) => issues.map((issue) => 'expected' in issue && issue.expected)))
  return wanted.size === 1 ? alternatives[0] : undefined
}
