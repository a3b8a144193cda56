import { cp, mkdtemp, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

const copied = [
  'bench',
  'docs',
  'functions',
  'infra',
  'local',
  'scripts',
  'shared',
  'tests',
  'biome.json',
  'cdk.json',
  'CONTRIBUTING.md',
  'package.json',
  'package-lock.json',
  'README.md',
  'tsconfig.json',
  'vitest.config.ts',
]

/** A copy of the repository in a temporary folder, with the same installed packages, in which code may be broken. */
export async function repositoryCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'))
  for (const name of copied)
    await cp(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/node_modules|cdk\.out/.test(path),
    })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
