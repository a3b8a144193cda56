import { rename, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'

/** Writes a file that only its owner may read, and that is whole at any moment: written beside, then renamed. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
}

/** As a person in this folder would write it. */
export function shortest(path: string): string {
  const from = relative(process.cwd(), path)
  return from.startsWith('..') ? path : from || '.'
}
