/** The tables in `docs/benchmarks.md`: each between its two marks, with the machine and the moment they are of. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shown, type Table } from './bench.ts'
import type { machine } from './machine.ts'

const page = join(import.meta.dirname, '../docs/benchmarks.md')

export type Machine = ReturnType<typeof machine>

export const inWords = ({ cores, processor, memoryMb, system, node, load }: Machine): string =>
  `${cores} cores (${processor}), ${memoryMb} MB, ${system}, Node ${node}, load ${load}`

/** Throws if the page has no place of this name. */
export async function intoPage(name: string, tables: readonly Table[], of: Machine): Promise<void> {
  const text = await readFile(page, 'utf8')
  const place = new RegExp(`(<!-- bench:${name} -->\\n)[^]*?(<!-- /bench -->)`)
  if (!place.test(text)) throw new Error(`docs/benchmarks.md has no place for ${name}.`)
  const day = new Date().toISOString().slice(0, 10)
  const block = `\`\`\`\n${tables.map(shown).join('\n').trimEnd()}\n\n  ${day}: ${inWords(of)}\n\`\`\`\n`
  await writeFile(
    page,
    text.replace(place, (_, before: string, after: string) => `${before}${block}${after}`),
  )
}
