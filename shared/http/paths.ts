/** Whether a path is of a route's pattern, as the router sees it: one segment per parameter, one slash at the end allowed. */
export function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const given = path.replace(/(.)\/$/, '$1').split('/')
  return wanted.length === given.length && wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
}

/** The names of a pattern's parameters. */
export const parameterNames = (pattern: string): string[] => [...pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
