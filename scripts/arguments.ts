/** The arguments of a command of ours: `--help` prints its usage, and what it does not know it refuses with it. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

interface Command<T extends ParseArgsOptionsConfig> {
  /** What `--help` prints: the command as it is typed, then what each argument means. */
  readonly usage: string
  readonly options: T
  readonly allowPositionals?: boolean
}

/** Ends the process: 0 after `--help`, 2 where an argument is not known. */
export function readArguments<const T extends ParseArgsOptionsConfig>({
  usage,
  options,
  allowPositionals = false,
}: Command<T>) {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  }
  try {
    const { values, positionals } = parseArgs<{ options: T; allowPositionals: true }>({
      options,
      allowPositionals: true,
    })
    const [extra] = positionals
    if (extra !== undefined && !allowPositionals) return refuseArguments(`Unexpected argument '${extra}'.`, usage)
    return { values, positionals }
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split(/\. (?=To specify)/)
    return refuseArguments(`${reason}${reason.endsWith('.') ? '' : '.'}`, usage)
  }
}

/** Says what is wrong and how the command is used, and ends the process with 2. */
export function refuseArguments(reason: string, usage: string): never {
  process.stderr.write(`${reason}\n\n${usage}\n`)
  process.exit(2)
}
