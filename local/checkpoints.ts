import { readFile, rename, writeFile } from 'node:fs/promises'
import * as z from 'zod'

const stored = z.record(z.string(), z.string())

/** How far each stream was read, in a file that is always whole: written beside, then renamed. */
export class Checkpoints {
  readonly #path: string
  readonly #places: Map<string, string>
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, places: Map<string, string>) {
    this.#path = path
    this.#places = places
  }

  static async open(path: string): Promise<Checkpoints> {
    const text = await readFile(path, 'utf8').catch(() => '{}')
    return new Checkpoints(path, new Map(Object.entries(stored.parse(JSON.parse(text)))))
  }

  get(name: string): string | undefined {
    return this.#places.get(name)
  }

  /** Resolves once it is on disk. */
  set(name: string, place: string): Promise<void> {
    this.#places.set(name, place)
    this.#writing = this.#writing.then(async () => {
      await writeFile(`${this.#path}.new`, JSON.stringify(Object.fromEntries(this.#places)))
      await rename(`${this.#path}.new`, this.#path)
    })
    return this.#writing
  }
}
