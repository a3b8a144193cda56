import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { statusOf } from '../../shared/http/status.ts'
import type { ErrorKind } from '../../shared/kernel/errors.ts'
import { publicationStates } from '../../shared/publishing/publication.ts'

/** Every code a problem may have, with its status (a line for each, where there are several): read from where they are thrown, so that none is forgotten. */
export async function problemCodes(root: string): Promise<readonly (readonly [code: string, status: number])[]> {
  const codes = new Map<string, readonly [code: string, status: number]>()
  const add = (code: string, status: number) => codes.set(`${code} ${status}`, [code, status])
  add('internal', statusOf.internal)
  for await (const file of glob(['shared/**/*.ts', 'functions/**/*.ts'], { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8')
    for (const [, kind = '', code = ''] of text.matchAll(/new AppError\(\s*'(\w+)',\s*'(\w+)'/g))
      if (isKind(kind) && kind !== 'internal') add(code, statusOf[kind])
  }
  // the one code that is put together: why a publication's state forbids what was asked
  for (const state of publicationStates) add(`publication_${state}`, statusOf.conflict)
  return [...codes.values()].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
}

const isKind = (kind: string): kind is ErrorKind => kind in statusOf
