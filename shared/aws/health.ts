import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Table } from './table.ts'
import { healthKey } from './table-shape.ts'
import { awsTexts } from './texts.ts'

/** One thing that the product cannot work without. `check` throws if it does not answer. */
export interface Dependency {
  readonly name: 'table' | 'queues'
  check(): Promise<unknown>
}

const timeoutMs = 3_000
/** A load balancer and a person may ask at once: the dependencies are asked at most this often. */
const freshMs = 2_000

/** Whether what the product stores in and sends through answers now. */
export class Health {
  readonly #dependencies: readonly Dependency[]
  readonly #clock: Clock
  #last: { readonly at: number; readonly result: Promise<void> } | undefined

  constructor(dependencies: readonly Dependency[], clock: Clock) {
    this.#dependencies = dependencies
    this.#clock = clock
  }

  /** Throws `unavailable` with the names of what does not answer within three seconds. */
  check(): Promise<void> {
    const now = this.#clock.now()
    if (this.#last !== undefined && now - this.#last.at < freshMs) return this.#last.result
    const result = this.#ask()
    this.#last = { at: now, result }
    return result
  }

  async #ask(): Promise<void> {
    const answers = await Promise.all(this.#dependencies.map((each) => this.#answers(each)))
    const dead = this.#dependencies.filter((_, index) => answers[index] !== true).map(({ name }) => name)
    if (dead.length > 0) throw new AppError('unavailable', 'not_ready', awsTexts.notReady({ names: dead.join(', ') }))
  }

  async #answers({ check }: Dependency): Promise<boolean> {
    const ending = new AbortController()
    const late = this.#clock.sleep(timeoutMs, ending.signal).then(
      () => false,
      () => false,
    )
    const answered = check().then(
      () => true,
      () => false,
    )
    return Promise.race([answered, late]).finally(() => ending.abort())
  }
}

/** Reads a key of its own, which holds nothing: the function needs no permission for any data. */
export const tableDependency = (table: Table): Dependency => ({
  name: 'table',
  check: () => table.get({ pk: healthKey, sk: healthKey }, z.unknown()),
})

export const queueDependency = (url: string, client = new SQSClient({})): Dependency => ({
  name: 'queues',
  check: () => client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] })),
})
