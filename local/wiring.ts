/** What the template says about who calls whom, as the stand-ins take it. */
import * as z from 'zod'
import type { Rule } from './bus.ts'
import type { FunctionSettings } from './functions.ts'
import type { Cors } from './http-front.ts'
import type { QueueSource } from './queue-poller.ts'
import type { Schedule } from './schedules.ts'
import type { Declared } from './secrets.ts'
import type { StreamSource } from './stream-poller.ts'
import { type Assembly, nameIn } from './template.ts'

type QueueUrl = (name: string) => string

const lambda = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().startsWith('nodejs'),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  Environment: z
    .object({ Variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)) })
    .optional(),
})

/** What nobody waits for need not stay warm: every minute it wakes for a moment, and would take its memory for half of it. */
const behindIdleMs = 5_000

export function functionsOf(assembly: Assembly, environment: Readonly<Record<string, string>>): FunctionSettings[] {
  const fronted = new Set(routesOf(assembly).routes.map((route) => route.function))
  return assembly.all('AWS::Lambda::Function', lambda).map(({ name, properties }) => ({
    name,
    folder: assembly.asset(properties.Code.S3Key),
    handler: properties.Handler,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    ...(fronted.has(name) ? {} : { idleMs: behindIdleMs }),
    // The SDK names the function to the engines, which can then tell who asked what (`npm run bench -- units`).
    environment: {
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_SDK_UA_APP_ID: name,
      ...properties.Environment?.Variables,
      ...environment,
    },
  }))
}

const mapping = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().optional(),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.number().default(-1),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }).optional(),
})

/** Batches side by side where the template sets no limit: a thousand posts may be due in one second. */
const manyBatches = 100

export function sourcesOf(
  assembly: Assembly,
  queueUrl: QueueUrl,
): { readonly queues: QueueSource[]; readonly streams: StreamSource[] } {
  const queues: QueueSource[] = []
  const streams: StreamSource[] = []
  for (const { id, properties } of assembly.all('AWS::Lambda::EventSourceMapping', mapping)) {
    const source = properties.EventSourceArn
    const common = {
      function: nameIn(properties.FunctionName),
      partial: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    }
    if (!properties.Enabled) continue
    if (source.includes(':sqs:')) {
      const queueName = nameIn(source)
      const concurrency = properties.ScalingConfig?.MaximumConcurrency ?? manyBatches
      if (properties.FilterCriteria !== undefined) throw new Error(`${id} filters a queue, which the stage cannot do.`)
      queues.push({
        ...common,
        queueName,
        queueUrl: queueUrl(queueName),
        batchSize: properties.BatchSize ?? 10,
        concurrency,
      })
    } else if (source.includes(':dynamodb:')) {
      const destination = properties.DestinationConfig?.OnFailure.Destination
      streams.push({
        ...common,
        name: id,
        table: nameIn(source),
        batchSize: properties.BatchSize ?? 100,
        filters: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }): unknown => JSON.parse(Pattern)),
        bisect: properties.BisectBatchOnFunctionError,
        retries: properties.MaximumRetryAttempts < 0 ? Number.POSITIVE_INFINITY : properties.MaximumRetryAttempts,
        deadLetterUrl: destination === undefined ? undefined : queueUrl(nameIn(destination)),
        fromBeginning: properties.StartingPosition !== 'LATEST',
      })
    } else throw new Error(`${id} reads ${source}, for which the stage has no stand-in.`)
  }
  return { queues, streams }
}

const rule = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown().optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  // A target with a transformation is refused: only whole events are passed on here.
  Targets: z
    .array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        DeadLetterConfig: z.unknown().optional(),
        RetryPolicy: z.unknown().optional(),
        RoleArn: z.string().optional(),
      }),
    )
    .default([]),
})
const schedule = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().default('{}') }),
})

export function rulesOf(assembly: Assembly, queueUrl: QueueUrl): Rule[] {
  return assembly.all('AWS::Events::Rule', rule).flatMap(({ id, properties }) => {
    const { EventPattern: pattern, EventBusName, State, Targets } = properties
    if (pattern === undefined || State !== 'ENABLED') return []
    if (Targets.some(({ Arn }) => !Arn.includes(':sqs:')))
      throw new Error(`${id} leads somewhere else than to a queue, which the stage cannot do.`)
    return [
      {
        bus: EventBusName.replace(/^.*event-bus\//, ''),
        pattern,
        queueUrls: Targets.map(({ Arn }) => queueUrl(nameIn(Arn))),
      },
    ]
  })
}

export function schedulesOf(assembly: Assembly, call: (name: string, event: unknown) => Promise<unknown>): Schedule[] {
  const rules = assembly.all('AWS::Events::Rule', rule).flatMap(({ name, arn, properties }): Schedule[] => {
    const { ScheduleExpression: expression, State, Targets } = properties
    if (expression === undefined || State !== 'ENABLED') return []
    return Targets.map(({ Arn }) => {
      const event = () => ({
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        time: new Date().toISOString(),
        resources: [arn],
        detail: {},
      })
      return { name, expression, zone: 'UTC', run: () => call(nameIn(Arn), event()) }
    })
  })
  const scheduler = assembly.all('AWS::Scheduler::Schedule', schedule).flatMap(({ name, properties }): Schedule[] => {
    const { ScheduleExpression: expression, ScheduleExpressionTimezone: zone, State, Target } = properties
    if (State !== 'ENABLED') return []
    const input: unknown = JSON.parse(Target.Input)
    return [{ name, expression, zone, run: () => call(nameIn(Target.Arn), input) }]
  })
  return [...rules, ...scheduler]
}

const list = z.array(z.string()).optional()
const api = z.object({
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .object({
      AllowOrigins: list,
      AllowMethods: list,
      AllowHeaders: list,
      ExposeHeaders: list,
      MaxAge: z.number().optional(),
      AllowCredentials: z.boolean().optional(),
    })
    .optional(),
})
const integration = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
})
const route = z.object({ RouteKey: z.string(), Target: z.string() })

export function routesOf(assembly: Assembly): {
  readonly routes: { readonly key: string; readonly function: string }[]
  readonly cors: Cors | undefined
} {
  const integrations = new Map(
    assembly
      .all('AWS::ApiGatewayV2::Integration', integration)
      .map(({ name, properties }) => [`integrations/${name}`, nameIn(properties.IntegrationUri)]),
  )
  const routes = assembly.all('AWS::ApiGatewayV2::Route', route).map(({ id, properties }) => {
    const target = integrations.get(properties.Target)
    if (target === undefined) throw new Error(`The route ${id} leads to ${properties.Target}, which does not exist.`)
    return { key: properties.RouteKey, function: target }
  })
  const [first] = assembly.all('AWS::ApiGatewayV2::Api', api)
  return { routes, cors: first?.properties.CorsConfiguration }
}

const secret = z.object({
  GenerateSecretString: z
    .object({
      GenerateStringKey: z.string().optional(),
      SecretStringTemplate: z.string().optional(),
      PasswordLength: z.number().optional(),
      ExcludePunctuation: z.boolean().optional(),
      ExcludeCharacters: z.string().optional(),
    })
    .default({}),
})

export const secretsOf = (assembly: Assembly): Declared[] =>
  assembly
    .all('AWS::SecretsManager::Secret', secret)
    .map(({ name, properties }) => ({ name, generate: properties.GenerateSecretString }))
