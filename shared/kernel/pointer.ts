/** A JSON pointer (RFC 6901) to what stands at this path; '' is the whole document. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
