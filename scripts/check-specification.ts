/** A CloudFormation template against AWS' service specification. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import type { PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types'
import * as z from 'zod'

export const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
})
type Template = z.infer<typeof template>

const specification = loadAwsServiceSpecSync()
const problems: string[] = []

/** What AWS would refuse of a template, in words; empty if nothing. */
export function problemsOf(template: Template): readonly string[] {
  problems.length = 0
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    const [known] = specification.lookup('resource', 'cloudFormationType', 'equals', Type)
    if (known === undefined) problems.push(`${id}: AWS knows no ${Type}`)
    else checkObject(`${id} (${Type})`, Properties, known.properties)
  }
  return [...problems]
}

function checkObject(path: string, value: Record<string, unknown>, known: ResourceProperties): void {
  for (const name of Object.keys(value))
    if (!Object.hasOwn(known, name)) problems.push(`${path}: there is no property ${name}`)
  for (const [name, { required, type, previousTypes = [] }] of Object.entries(known)) {
    const given = value[name]
    if (given === undefined && required === true) problems.push(`${path}: ${name} is missing`)
    if (given !== undefined) checkValue(`${path}.${name}`, given, [type, ...previousTypes])
  }
}

/** A value fits if it fits one of the types; the problems told are those of the first. */
function checkValue(path: string, value: unknown, types: readonly PropertyType[]): void {
  if (isIntrinsic(value)) return
  const before = problems.length
  let first: string[] | undefined
  for (const type of types) {
    checkOne(path, value, type)
    const found = problems.splice(before)
    if (found.length === 0) return
    first ??= found
  }
  problems.push(...(first ?? []))
}

function checkOne(path: string, value: unknown, type: PropertyType): void {
  switch (type.type) {
    case 'string':
    case 'date-time':
      // CloudFormation turns numbers and booleans into strings by itself.
      if (!['string', 'number', 'boolean'].includes(typeof value)) problems.push(`${path}: not a string`)
      else if (type.type === 'string' && type.allowedValues?.includes(String(value)) === false)
        problems.push(`${path}: ${String(value)} is none of ${type.allowedValues.join(', ')}`)
      return
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || (type.type === 'integer' && !Number.isInteger(value)))
        problems.push(`${path}: not a number of the kind ${type.type}`)
      return
    case 'boolean':
      if (typeof value !== 'boolean') problems.push(`${path}: not a boolean`)
      return
    case 'array':
      if (!Array.isArray(value)) problems.push(`${path}: not a list`)
      else for (const [index, item] of value.entries()) checkValue(`${path}[${index}]`, item, [type.element])
      return
    case 'map':
      if (!isObject(value)) problems.push(`${path}: not a map`)
      else for (const [name, item] of Object.entries(value)) checkValue(`${path}.${name}`, item, [type.element])
      return
    case 'ref':
      if (!isObject(value)) problems.push(`${path}: not an object`)
      else checkObject(path, value, specification.get('typeDefinition', type.reference).properties)
      return
    case 'union':
      checkValue(path, value, type.types)
      return
    case 'tag':
      if (!isObject(value) || typeof value.Key !== 'string' || value.Value === undefined)
        problems.push(`${path}: not a tag`)
      return
    case 'null':
      if (value !== null) problems.push(`${path}: not null`)
      return
    case 'json':
      return
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `{"Ref": …}` and the `Fn::…`: what they become is known at deployment only. */
function isIntrinsic(value: unknown): boolean {
  const [name, ...others] = isObject(value) ? Object.keys(value) : []
  return name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))
}
