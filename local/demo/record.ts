/** What the demo keeps over a restart, beside the stage's own data: `demo.json`, for its owner's eyes only. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { writeWhole } from '../files.ts'

const port = z.number().int()
const schema = z.object({
  /** This start's address, for scripts. */
  url: z.string(),
  apiKey: z.string(),
  workspaceId: z.string(),
  /** Where the simulators answer: channels are connected to these addresses. */
  ports: z.record(z.string(), port),
  /** Its first minutes were scheduled. */
  opened: z.boolean().default(false),
  pictureId: z.string().optional(),
  /** The last day (Paris) whose posts are scheduled. */
  plannedUntil: z.string().optional(),
  /** How many of the posts that are often said were scheduled. */
  said: z.number().int().default(0),
})
export type DemoRecord = z.infer<typeof schema>

const pathIn = (home: string) => join(home, 'demo.json')

/** Undefined if there never was a demo here. */
export async function readRecord(home: string): Promise<DemoRecord | undefined> {
  const text = await readFile(pathIn(home), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : schema.parse(JSON.parse(text))
}

export const writeRecord = (home: string, record: DemoRecord): Promise<void> =>
  writeWhole(pathIn(home), `${JSON.stringify(record, null, 2)}\n`)
