/** Reads what the CDK app synthesized: resources of all stacks, with their intrinsic functions resolved for this machine. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { account, arn, region } from './place.ts'

const properties = z.record(z.string(), z.unknown())
const template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: properties.default({}) })).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
})
const assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
})

type Template = z.infer<typeof template>

export interface Resource {
  readonly stack: string
  readonly id: string
  readonly type: string
  /** What `Ref` calls it, but for queues, whose `Ref` is an address. */
  readonly name: string
  readonly arn: string
}

/** What resolves differently on every machine. */
export interface Surroundings {
  readonly publicUrl: string
  readonly queueUrl: (name: string) => string
}

/** Where a resource's own name stands; what has none is called after its stack and id. */
const nameProperty: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
}

const arnOf: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::Table': (name) => arn('dynamodb', `table/${name}`),
  'AWS::SQS::Queue': (name) => arn('sqs', name),
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::Events::EventBus': (name) => arn('events', `event-bus/${name}`),
  'AWS::Events::Rule': (name) => arn('events', `rule/${name}`),
  'AWS::Scheduler::Schedule': (name) => arn('scheduler', `schedule/default/${name}`),
  'AWS::Lambda::Function': (name) => arn('lambda', `function:${name}`),
  // The same name stands for the same secret here: no random suffix.
  'AWS::SecretsManager::Secret': (name) => arn('secretsmanager', `secret:${name}`),
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackId': arn('cloudformation', 'stack/local'),
}

/** All stacks of one synthesized app. */
export class Assembly {
  readonly #stacks: ReadonlyMap<string, Template>
  readonly #assets: ReadonlyMap<string, string>
  readonly #around: Surroundings

  constructor(stacks: ReadonlyMap<string, Template>, assetFolders: ReadonlyMap<string, string>, around: Surroundings) {
    this.#stacks = stacks
    this.#assets = assetFolders
    this.#around = around
  }

  /** Reads every template and asset list of a folder. Throws if there is no template in it. */
  static async read(folder: string, around: Surroundings): Promise<Assembly> {
    const stacks = new Map<string, Template>()
    const folders = new Map<string, string>()
    for (const file of await readdir(folder)) {
      const parse = async () => JSON.parse(await readFile(join(folder, file), 'utf8'))
      if (file.endsWith('.template.json')) stacks.set(file.replace('.template.json', ''), template.parse(await parse()))
      if (!file.endsWith('.assets.json')) continue
      for (const { source, destinations } of Object.values(assets.parse(await parse()).files))
        for (const { objectKey } of Object.values(destinations))
          if (source.path !== undefined) folders.set(objectKey, join(folder, source.path))
    }
    if (stacks.size === 0) throw new Error(`There is no template in ${folder}: the CDK app wrote nothing.`)
    return new Assembly(stacks, folders, around)
  }

  /** Every resource of a type with its resolved properties. Throws where they are not of the schema's form. */
  all<T>(type: string, schema: z.ZodType<T>): (Resource & { readonly properties: T })[] {
    return [...this.#stacks].flatMap(([stack, { Resources }]) =>
      Object.entries(Resources).flatMap(([id, resource]) => {
        if (resource.Type !== type) return []
        const parsed = schema.safeParse(this.#resolve(stack, resource.Properties))
        if (!parsed.success)
          throw new Error(`The stage cannot run ${stack}/${id} (${type}):\n${z.prettifyError(parsed.error)}`)
        return [{ ...this.#identity(stack, id), properties: parsed.data }]
      }),
    )
  }

  /** The folder of an asset by the key it would have in the bucket of assets. */
  asset(key: string): string {
    const folder = this.#assets.get(key)
    if (folder === undefined) throw new Error(`No asset list names ${key}.`)
    return folder
  }

  #identity(stack: string, id: string): Resource {
    const resource = this.#stacks.get(stack)?.Resources[id]
    if (resource === undefined) throw new Error(`${stack} refers to ${id}, which it does not have.`)
    const { Type: type, Properties } = resource
    const property = nameProperty[type]
    const given = property === undefined ? undefined : this.#resolve(stack, Properties[property])
    const unnamed = type === 'AWS::S3::Bucket' ? `${stack}-${id}`.toLowerCase() : `${stack}-${id}`
    const name = typeof given === 'string' ? given : unnamed
    return { stack, id, type, name, arn: arnOf[type]?.(name) ?? arn('local', name) }
  }

  #resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value))
      return value.map((each) => this.#resolve(stack, each)).filter((each) => each !== undefined)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const [first] = entries
    if (entries.length === 1 && first !== undefined) {
      const [name, argument] = first
      if (name === 'Ref') return this.#ref(stack, z.string().parse(argument))
      if (name.startsWith('Fn::')) return this.#intrinsic(stack, name, argument)
    }
    const resolved = entries.map(([key, each]) => [key, this.#resolve(stack, each)] as const)
    return Object.fromEntries(resolved.filter(([, each]) => each !== undefined))
  }

  #ref(stack: string, id: string): unknown {
    if (id === 'AWS::NoValue') return undefined
    if (id === 'AWS::StackName') return stack
    if (pseudo[id] !== undefined) return pseudo[id]
    const parameter = this.#stacks.get(stack)?.Parameters[id]
    if (parameter !== undefined) return parameter.Default ?? ''
    const resource = this.#identity(stack, id)
    if (resource.type === 'AWS::SQS::Queue') return this.#around.queueUrl(resource.name)
    return resource.type === 'AWS::SecretsManager::Secret' ? resource.arn : resource.name
  }

  #attribute(stack: string, id: string, attribute: string): string {
    const resource = this.#identity(stack, id)
    if (attribute === 'Arn') return resource.arn
    if (attribute === 'StreamArn') return `${resource.arn}/stream/latest`
    if (attribute === 'QueueUrl') return this.#around.queueUrl(resource.name)
    if (attribute === 'ApiEndpoint') return this.#around.publicUrl
    if (attribute === 'QueueName' || attribute === 'Name') return resource.name
    // Of what does not exist here (a distribution, a user pool): something that names it and leads nowhere.
    return `${resource.name}.${attribute}.invalid`.toLowerCase()
  }

  #intrinsic(stack: string, name: string, argument: unknown): unknown {
    const text = (value: unknown) =>
      z.union([z.string(), z.number()]).transform(String).parse(this.#resolve(stack, value))
    if (name === 'Fn::GetAtt') {
      const [id = '', ...rest] =
        typeof argument === 'string' ? argument.split('.') : z.array(z.string()).parse(argument)
      return this.#attribute(stack, id, rest.join('.'))
    }
    if (name === 'Fn::ImportValue') return this.#import(text(argument))
    if (name === 'Fn::Join') {
      const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument)
      return parts.map(text).join(separator)
    }
    if (name === 'Fn::Select') {
      const [index, list] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument)
      return z.array(z.unknown()).parse(this.#resolve(stack, list))[index]
    }
    if (name === 'Fn::Split') {
      const [separator, source] = z.tuple([z.string(), z.unknown()]).parse(argument)
      return text(source).split(separator)
    }
    if (name === 'Fn::Sub') {
      const [pattern, variables] =
        typeof argument === 'string' ? [argument, {}] : z.tuple([z.string(), properties]).parse(argument)
      return pattern.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, key: string) => {
        if (literal !== '') return `\${${key}}`
        if (key in variables) return text(variables[key])
        const [id = '', ...rest] = key.split('.')
        return rest.length === 0 ? text({ Ref: key }) : this.#attribute(stack, id, rest.join('.'))
      })
    }
    throw new Error(`The stage cannot resolve ${name}, used in ${stack}.`)
  }

  #import(name: string): unknown {
    for (const [stack, { Outputs }] of this.#stacks)
      for (const { Value, Export } of Object.values(Outputs))
        if (Export !== undefined && this.#resolve(stack, Export.Name) === name) return this.#resolve(stack, Value)
    throw new Error(`No stack exports ${name}.`)
  }
}

/** The name of a function or queue or table in an ARN of it, or in an address that holds one. */
export function nameIn(reference: string): string {
  const lambda = /:function:([^:/]+)/.exec(reference)?.[1]
  if (lambda !== undefined) return lambda
  return /:table\/([^/]+)/.exec(reference)?.[1] ?? reference.slice(reference.lastIndexOf(':') + 1)
}
