import * as z from 'zod'
import { commonTexts, issueText, leafIssues } from '../i18n/index.ts'
import { AppError, type Problem } from './errors.ts'
import { jsonPointer } from './pointer.ts'

/**
 * Partial updates, the same for every PATCH: JSON Merge Patch (RFC 7396) guided by the schema of what is updated. A field
 * or map entry that is not named stays, `null` removes an optional one, objects and maps merge at every level, arrays and
 * scalars are replaced. Unlike RFC 7396, a value that has alternatives (a union such as a schedule) is replaced whole:
 * half of one alternative and half of another is neither.
 */
export type MergePatch = Readonly<Record<string, unknown>>

/** The body of a PATCH for what `schema` describes: nothing is required, and `null` is taken where a field is optional. */
export function mergePatchOf(schema: z.ZodObject) {
  const fields: Record<string, z.ZodType> = {}
  for (const [name, field] of Object.entries(schema.shape)) fields[name] = patchField(field)
  return z.strictObject(fields)
}

function patchField(field: unknown): z.ZodType {
  const { inner, optional } = unwrapped(field)
  const patch = optional ? patchValue(inner).nullable() : patchValue(inner)
  const description = field instanceof z.ZodType ? field.description : undefined
  return (description === undefined ? patch : patch.describe(description)).optional()
}

function patchValue(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return mergePatchOf(schema)
  if (schema instanceof z.ZodRecord) {
    const { keyType, valueType } = schema.def
    if (keyType instanceof z.ZodString) return z.record(keyType, patchValue(unwrapped(valueType).inner).nullable())
  }
  return schema
}

/**
 * `current` with the patch applied, parsed by its full schema. Throws `validation_failed` where the result is incomplete,
 * such as a nested object that was not there before and lacks a required field.
 */
export function applyMergePatch<T>(schema: z.ZodType<T>, current: unknown, patch: MergePatch): T {
  const result = schema.safeParse(merged(schema, current, patch))
  if (result.success) return result.data
  const problems = leafIssues(result.error.issues).map(
    (issue): Problem => ({
      pointer: jsonPointer(issue.path),
      code: issue.code,
      message: issueText(issue, schema),
    }),
  )
  throw new AppError('unprocessable', 'validation_failed', commonTexts.changeRefused(), { problems })
}

/** RFC 7396 for a value of any shape, such as the settings of a network. */
export function mergedRecord(current: MergePatch, patch: MergePatch): Record<string, unknown> {
  return mergedObject(() => undefined, current, patch)
}

function merged(schema: unknown, current: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const { inner } = unwrapped(schema)
  if (inner instanceof z.ZodObject) {
    const { shape } = inner
    return mergedObject((name) => (Object.hasOwn(shape, name) ? shape[name] : undefined), current, patch)
  }
  if (inner instanceof z.ZodRecord) return mergedObject(() => inner.def.valueType, current, patch)
  if (inner instanceof z.ZodUnknown) return mergedObject(() => undefined, current, patch)
  return patch
}

function mergedObject(fieldOf: (name: string) => unknown, current: unknown, patch: MergePatch) {
  // a map, and not an object: `__proto__` is a name like any other
  const next = new Map(isObject(current) ? Object.entries(current) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null) next.delete(name)
    else next.set(name, merged(fieldOf(name) ?? z.unknown(), next.get(name), value))
  }
  return Object.fromEntries(next)
}

function unwrapped(schema: unknown): { readonly inner: z.ZodType; readonly optional: boolean } {
  let inner = schema
  let optional = false
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    optional = true
    inner = inner.def.innerType
  }
  if (!(inner instanceof z.ZodType)) throw new TypeError('A merge patch needs a schema made by zod.')
  return { inner, optional }
}

const isObject = (value: unknown): value is MergePatch =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
