import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * One stage per folder. The lock is SQLite's own on a file: it ends with the process, however that ends, and works on
 * every platform. Answers how to let go. Throws an Error that says what to do.
 */
export function lockHome(home: string): () => void {
  const database = new DatabaseSync(join(home, 'lock.db'))
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch {
    database.close()
    throw new Error(
      `The data folder ${home} is in use by another Parvis. Stop it, or set PARVIS_HOME to another folder.`,
    )
  }
  return () => database.close()
}
