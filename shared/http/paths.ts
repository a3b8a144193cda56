/** Whether a path is of a route's pattern, as the router sees it: one segment per parameter, one slash at the end allowed. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const given = path.replace(/(.)\/$/, '$1').split('/')
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  )
}

/** The methods a path takes, for `Allow`; none if there is nothing at it. */
export function allowed(routes: readonly { readonly method: string; readonly path: string }[], path: string): string[] {
  const methods = new Set(routes.filter((route) => matches(route.path, path)).map((route) => route.method))
  if (methods.has('GET')) methods.add('HEAD')
  return methods.size === 0 ? [] : [...methods, 'OPTIONS']
}

/** The names of a pattern's parameters. */
export const parameterNames = (pattern: string): string[] =>
  [...pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
