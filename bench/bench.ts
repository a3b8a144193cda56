/** What a benchmark is, and the plain tables it answers. */

export interface Options {
  /** Small counts, to see that the tools work: no figures. */
  readonly quick: boolean
  /** Seconds between writing a post and its instant; beyond three minutes only the tick finds it. */
  readonly leadSeconds: number
  readonly log: (line: string) => void
}

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly notes?: readonly string[]
}

export interface Result {
  readonly tables: readonly Table[]
  /** Goes into the JSON file as it is. */
  readonly figures: object
}

export interface Bench {
  readonly title: string
  readonly run: (options: Options) => Promise<Result>
}

/** Numbers on the right, words on the left. */
export function shown({ title, columns, rows, notes = [] }: Table): string {
  const cells = rows.map((row) => row.map(String))
  const widths = columns.map((column, n) => Math.max(column.length, ...cells.map((row) => row[n]?.length ?? 0)))
  const numeric = columns.map(
    (_, n) => rows.length > 0 && rows.every((row) => /^[-–]?[\d.,]*( ?[%×])?$/.test(String(row[n] ?? ''))),
  )
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, n) => (numeric[n] ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0))).join('  ')}`.trimEnd()
  const rule = `  ${widths.map((width) => '-'.repeat(width)).join('  ')}`
  return [title, line(columns), rule, ...cells.map(line), ...notes.map((note) => `  ${note}`), ''].join('\n')
}
