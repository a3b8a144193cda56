import * as z from 'zod'
import { iso } from './clock.ts'
import { newId, type Random } from './ids.ts'

/** What every event looks like on the bus (DESIGN §5). `sequence` grows with each change of its subject. */
export const eventEnvelope = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number().int(),
  time: z.iso.datetime(),
  workspaceId: z.string(),
  subject: z.string(),
  sequence: z.number().int(),
  data: z.unknown(),
})

export type EventEnvelope = z.infer<typeof eventEnvelope>

interface EventSource {
  readonly now: number
  readonly random: Random
}

interface EventAbout {
  readonly workspaceId: string
  readonly subject: string
  readonly sequence: number
}

export interface EventDefinition<Data> {
  readonly name: string
  readonly version: number
  readonly schema: z.ZodType<Data>
  /** An envelope of this event. `data` holds ids and states, never content or secrets. */
  create(source: EventSource, about: EventAbout, data: Data): EventEnvelope
  /** The envelope's data, checked. Throws a ZodError if it is not of this event. */
  read(envelope: EventEnvelope): Data
}

/** An event stands beside its context, defined once: `export const postCreated = defineEvent('post.created', 1, z.object({…}))`. */
export function defineEvent<Data>(name: string, version: number, schema: z.ZodType<Data>): EventDefinition<Data> {
  return {
    name,
    version,
    schema,
    create: ({ now, random }, about, data) => ({
      id: newId('event', now, random),
      name,
      version,
      time: iso(now),
      ...about,
      data: schema.parse(data),
    }),
    read: (envelope) => schema.parse(envelope.data),
  }
}
