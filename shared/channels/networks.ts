import * as z from 'zod'
import type { AnyConnector } from '../networks/network.ts'
import { limitsSchema } from './channel.ts'

const jsonSchema = z.record(z.string(), z.unknown())
const capabilities = z.object({
  reconcile: z.object({
    means: z.enum(['own key', 'lookup', 'none']),
    keyWindowSeconds: z.number().optional(),
    authoritative: z.boolean(),
    settleSeconds: z.number(),
  }),
  delete: z.boolean(),
  threads: z.boolean(),
  comesIn: z.enum(['webhook', 'poll', 'none']),
  counters: z.array(z.string()),
  fetchesMedia: z.boolean(),
  rate: z.object({ burst: z.number(), perHour: z.number() }),
})

/** What a network can do, and what it takes to connect to it, as `GET /v1/networks` answers it. */
export const networkSchema = z.object({
  name: z.string(),
  title: z.string(),
  capabilities,
  limits: limitsSchema,
  /** JSON Schemas of what `POST /v1/channels` takes, and of a variant's options. */
  credentials: jsonSchema,
  settings: jsonSchema,
  options: jsonSchema,
})
export type NetworkDescription = z.infer<typeof networkSchema>

/** The capability matrix's line of one network. */
export function describeNetwork(connector: AnyConnector): NetworkDescription {
  const { name, title, limits } = connector
  return networkSchema.parse({
    name,
    title,
    capabilities: connector.capabilities,
    limits,
    credentials: shape(connector.credentialsInput),
    settings: shape(connector.settingsInput),
    options: shape(connector.options),
  })
}

const shape = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
