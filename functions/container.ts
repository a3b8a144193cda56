/**
 * What entry points are made of, from the environment. Each function takes what it needs, and its bundle holds no more:
 * nothing here is built before it is asked for. What belongs to one context is in `containers/<context>.ts`.
 */
import { openQueue } from '../shared/aws/queue.ts'
import { openTable } from '../shared/aws/table.ts'
import { systemClock } from '../shared/kernel/clock.ts'
import { systemRandom } from '../shared/kernel/ids.ts'
import { jsonLog } from '../shared/kernel/log.ts'

export const clock = systemClock
export const random = systemRandom
export const log = /* @__PURE__ */ jsonLog()

/** A variable that infra sets from the function's `uses`. Throws if it is not there: a wiring fault, not a user's. */
export function variable(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`)
  return value
}

export const optionalVariable = (name: string): string | undefined => process.env[name] || undefined

/** Makes once, on first use. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

export const table = /* @__PURE__ */ once(() => openTable(variable('TABLE_NAME'), clock, random))

const queue = (name: string) => once(() => openQueue(variable(name), clock))

export const wakeQueue = /* @__PURE__ */ queue('WAKE_QUEUE_URL')
export const publishQueue = /* @__PURE__ */ queue('PUBLISH_QUEUE_URL')
export const ingestQueue = /* @__PURE__ */ queue('INGEST_QUEUE_URL')
export const pollQueue = /* @__PURE__ */ queue('POLL_QUEUE_URL')
export const deliverQueue = /* @__PURE__ */ queue('DELIVER_QUEUE_URL')
export const collectQueue = /* @__PURE__ */ queue('COLLECT_QUEUE_URL')
export const lettersQueue = /* @__PURE__ */ queue('LETTERS_QUEUE_URL')
