/**
 * An import from a context's `index.ts` becomes one from the file that holds the name. An index is a list of re-exports
 * and nothing else; esbuild cuts chunks file by file, so that whoever takes one name of an index would carry the files of
 * all: 30 KB compressed in half of the functions.
 */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Plugin } from 'esbuild'

const imports = /^import \{([^}]*)\} from '([.][^']*[/]index[.]ts)'/gm
const exports = /^export \{([^}]*)\} from '([^']+)'/gm

export const throughIndexes: Plugin = {
  name: 'through-indexes',
  setup: ({ onLoad }) => {
    const indexes = new Map<string, Promise<ReadonlyMap<string, string>>>()
    onLoad({ filter: /[/](functions|shared)[/][^.]*[.]ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const found = [...new Set(Array.from(text.matchAll(imports), ([, , from]) => resolve(dirname(path), from ?? '')))]
      for (const index of found) if (!indexes.has(index)) indexes.set(index, homesOf(index))
      const homes = new Map(await Promise.all(found.map(async (index) => [index, await indexes.get(index)] as const)))
      const contents = text.replace(imports, (_, names: string, from: string) =>
        values(names)
          .map(({ name, as }) => {
            const home = homes.get(resolve(dirname(path), from))?.get(name) ?? from
            return `import { ${name} as ${as} } from ${JSON.stringify(home)};`
          })
          .join(''),
      )
      return { contents, loader: 'ts' }
    })
  },
}

/** Which file each value of an index comes from. */
async function homesOf(index: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(index, 'utf8')
  const each = Array.from(text.matchAll(exports), ([, names = '', from = '']) =>
    values(names)
      .filter(({ name, as }) => name === as)
      .map(({ name }): [string, string] => [name, resolve(dirname(index), from)]),
  )
  return new Map(each.flat())
}

/** The names of a list in braces that are there at run time. */
const values = (names: string) =>
  names
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !one.startsWith('type '))
    .map((one) => {
      const [name = '', as = name] = one.split(/\s+as\s+/)
      return { name, as }
    })
