import * as z from 'zod'
import {
  type AnyConnector,
  type AppConfig,
  actionNames,
  type Capabilities,
  channelCounterNames,
  counterNames,
  type DuplicateRule,
  postKinds,
} from '../networks/network.ts'
import { type FieldsOf, limitsSchema } from './limits.ts'

const jsonSchema = z.record(z.string(), z.unknown())

const capabilities = z.object({
  reconcile: z.object({
    means: z.enum(['own key', 'lookup', 'none']),
    keyWindowSeconds: z.number().optional(),
    authoritative: z.boolean(),
    settleSeconds: z.number(),
  } satisfies FieldsOf<Capabilities['reconcile']>),
  byHand: z
    .boolean()
    .optional()
    .meta({ description: 'No program may post here: every publication is handed over to a person' }),
  publishes: z.array(z.enum(postKinds)),
  delete: z.boolean(),
  threads: z.boolean(),
  comesIn: z.array(z.enum(['webhook', 'poll'])),
  pollBringsMore: z.boolean().optional(),
  actions: z.array(z.enum(actionNames)),
  counters: z.array(z.enum(counterNames)),
  channelCounters: z.array(z.enum(channelCounterNames)),
  fetchesMedia: z.boolean(),
  rate: z.object({ burst: z.number(), perHour: z.number() }),
  duplicates: z
    .object({
      windowSeconds: z.number(),
      consecutiveOnly: z.boolean().optional(),
      evenDeleted: z.boolean().optional(),
      source: z.enum(['documented', 'observed']),
    } satisfies FieldsOf<DuplicateRule>)
    .optional()
    .meta({
      description:
        'The same text again on one account is refused if the two are closer than this; with `consecutiveOnly`, if no other post lies between them. Absent where no such rule is known',
    }),
  retention: z.object({ hours: z.number(), profileHours: z.number() }).optional(),
} satisfies FieldsOf<Capabilities>)

const appField = z.object({
  name: z.string(),
  description: z.string().meta({ description: 'Where it is found' }),
  optional: z.boolean(),
  configured: z.boolean().meta({ description: 'Whether the deployment has it. It is never answered itself.' }),
})

/** What a network can do, and what it takes to connect to it, as `GET /v1/networks` answers it. */
export const networkSchema = z.object({
  name: z.string(),
  title: z.string(),
  apiVersion: z.object({ name: z.string(), worksAtLeastUntil: z.string().optional() }).optional().meta({
    description: 'The version of the platform’s API that is spoken, and the day until which it surely answers',
  }),
  capabilities,
  limits: limitsSchema,
  configured: z.boolean().meta({ description: 'Whether the deployment has all that the network asks of an app' }),
  app: z.array(appField).meta({ description: 'What the deployment’s document of the network’s app holds' }),
  connectsBy: z
    .array(z.enum(['oauth', 'credentials']))
    .meta({ description: '`oauth`: `POST /v1/channels/connect`; `credentials`: `POST /v1/channels`' }),
  /** JSON Schemas of what `POST /v1/channels` and `POST /v1/channels/connect` take, and of a variant's options. */
  credentials: jsonSchema.optional(),
  oauthInput: jsonSchema.optional(),
  settings: jsonSchema,
  options: jsonSchema,
})
export type NetworkDescription = z.infer<typeof networkSchema>

/** The capability matrix's line of one network. `app`: what the deployment knows, of which only the names are looked at. */
export function describeNetwork(connector: AnyConnector, app: AppConfig): NetworkDescription {
  const { name, title, limits, oauth, apiVersion } = connector
  const fields = connector.app.map((field) => ({
    name: field.name,
    description: field.description,
    optional: field.optional ?? false,
    configured: Boolean(app[field.name]),
  }))
  const byCredentials = takesCredentials(connector)
  return networkSchema.parse({
    name,
    title,
    apiVersion,
    capabilities: connector.capabilities,
    limits,
    // where a person can only agree on the network's page, there must be an app that asks, whichever of its fields it has
    configured:
      fields.every((field) => field.optional || field.configured) &&
      (byCredentials || fields.length === 0 || fields.some((field) => field.configured)),
    app: fields,
    connectsBy: [...(oauth === undefined ? [] : ['oauth']), ...(byCredentials ? ['credentials'] : [])],
    credentials: byCredentials ? shape(connector.credentialsInput) : undefined,
    oauthInput: oauth === undefined ? undefined : shape(oauth.input ?? z.object({})),
    settings: shape(connector.settingsInput),
    options: shape(connector.options),
  })
}

const takesCredentials = ({ credentialsInput }: AnyConnector) => !(credentialsInput instanceof z.ZodNever)

const shape = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
