/**
 * Lists of what came in, an item at a time: one that cannot be read is set apart and becomes a mention that says so, and
 * those around it are read. Not for lists in which something of ours is looked up: there, unreadable is not absent.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { InboundEvent } from './inbound.ts'

const setApart = new AsyncLocalStorage<InboundEvent[]>()

/** Does something that reads lists, and answers beside it what could not be read. */
export async function withUnreadable<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly unreadable: readonly InboundEvent[] }> {
  const unreadable: InboundEvent[] = []
  return { result: await setApart.run(unreadable, work), unreadable }
}

/** Of `zod` and of `zod/mini`. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: z.core.$ZodError }
}

/** An array of what this schema reads. */
export const items = <T>(schema: Schema<T>) =>
  z.array(z.unknown()).transform((all) =>
    all.flatMap((one) => {
      const read = schema.safeParse(one)
      if (read.success) return [read.data]
      setApart.getStore()?.push(unreadableItem(one, z.prettifyError(read.error)))
      return []
    }),
  )

/** A time as networks write it; what is none would stop a cursor for good. */
export const timestamp = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'no time')

const named = z.looseObject({})
const idNames = ['externalId', 'id', 'uri', 'reviewId', 'comment_id', 'notificationId', 'name']
const timeNames = ['at', 'created_at', 'createdAt', 'indexedAt', 'timestamp', 'created_time', 'createTime', 'date_gmt']

/** By the id that it seems to have, so that it is one and the same however often it is read. */
export function unreadableItem(one: unknown, why: string, now?: number): InboundEvent {
  const text = JSON.stringify(one) ?? String(one)
  const fields: Readonly<Record<string, unknown>> = named.safeParse(one).data ?? {}
  const id = idNames.map((name) => fields[name]).find((value) => typeof value === 'string' || typeof value === 'number')
  const time = timeNames.map((name) => timeOf(fields[name])).find((value) => value > 0 && value < 8.64e15)
  return {
    kind: 'mention',
    action: 'created',
    externalId: id === undefined || id === '' ? `unreadable-${digest(text)}` : String(id).slice(0, 400),
    at: time ?? now ?? 0,
    text: '',
    unreadable: { why, raw: { name: 'item.json', contentType: 'application/json', bytes: Buffer.from(text) } },
  }
}

const timeOf = (value: unknown): number => (typeof value === 'number' ? value : Date.parse(String(value)))

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22)
