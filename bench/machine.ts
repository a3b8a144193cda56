/** What the figures were measured on, and what processes hold of its memory (Linux: from `/proc`). */
import { readdir, readFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { rounded } from './statistics.ts'

export const machine = () => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryMb: rounded(totalmem() / 2 ** 20),
  system: `${process.platform} ${release()}`,
  node: process.version,
  /** Of the last minute: above the number of cores, others were at work too. */
  load: rounded(loadavg()[0] ?? 0, 1),
})

export interface Held {
  readonly name: string
  readonly rssMb: number
}

/** A process and all it has started, each with its resident memory; undefined where there is no `/proc`. */
export async function memoryOf(pid: number): Promise<readonly Held[] | undefined> {
  const names = await readdir('/proc').catch(() => undefined)
  if (names === undefined) return undefined
  const all = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const text = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '')
        const field = (key: string) => new RegExp(`^${key}:\\s+(.+)$`, 'm').exec(text)?.[1] ?? ''
        return {
          pid: Number(name),
          parent: Number(field('PPid')),
          name: field('Name'),
          rssMb: Number.parseInt(field('VmRSS') || '0', 10) / 1024,
        }
      }),
  )
  const family = (of: number): readonly Held[] =>
    all.flatMap((one) =>
      one.pid === of ? [{ name: one.name, rssMb: one.rssMb }] : one.parent === of ? family(one.pid) : [],
    )
  return family(pid)
}
