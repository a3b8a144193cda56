/** Lambda's event source for DynamoDB Streams: in order, from a checkpoint on disk, bounded retries, then the dead letters. */
import * as z from 'zod'
import type { Checkpoints } from './checkpoints.ts'
import { matches } from './pattern.ts'
import { arn, region } from './place.ts'
import { ServiceError, type Wire } from './wire.ts'

export interface StreamSource {
  /** Of the checkpoint: the same name finds its place again. */
  readonly name: string
  readonly table: string
  readonly function: string
  readonly batchSize: number
  /** Patterns of which a record must match one; none: every record. */
  readonly filters: readonly unknown[]
  readonly partial: boolean
  readonly bisect: boolean
  /** Beside the first try. */
  readonly retries: number
  readonly deadLetterUrl: string | undefined
  readonly fromBeginning: boolean
}

const description = z.object({ Table: z.object({ LatestStreamArn: z.string() }) })
const shards = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) })
const iterator = z.object({ ShardIterator: z.string() })
const page = z.object({
  Records: z.array(z.looseObject({ eventName: z.string(), dynamodb: z.looseObject({ SequenceNumber: z.string() }) })),
  NextShardIterator: z.string().optional(),
})
type StreamRecord = z.infer<typeof page>['Records'][number]
const failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() }).nullish()

/** How often a stream that was empty is read again: what an event waits at most before it leaves for the bus. */
const idleMs = 100
const backOff = (attempt: number) => Math.min(30_000, 100 * 2 ** attempt)

interface Context {
  readonly streamArn: string
  readonly shard: string
}

export class StreamPoller {
  readonly #source: StreamSource
  readonly #dynamodb: Wire
  readonly #sqs: Wire
  readonly #call: (name: string, event: unknown) => Promise<unknown>
  readonly #checkpoints: Checkpoints
  readonly #ending = new AbortController()
  readonly #loop: Promise<void>

  constructor(
    source: StreamSource,
    dynamodb: Wire,
    sqs: Wire,
    checkpoints: Checkpoints,
    call: (name: string, event: unknown) => Promise<unknown>,
  ) {
    this.#source = source
    this.#dynamodb = dynamodb
    this.#sqs = sqs
    this.#checkpoints = checkpoints
    this.#call = call
    for (const filter of source.filters) matches(filter, {}) // throws on a pattern that is none
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending
    const shardLoops = new Map<string, Promise<void>>()
    while (!signal.aborted) {
      try {
        const { Table } = description.parse(
          await this.#dynamodb.call('dynamodb', 'DescribeTable', { TableName: this.#source.table }),
        )
        const streamArn = Table.LatestStreamArn
        const { StreamDescription } = shards.parse(
          await this.#dynamodb.call('streams', 'DescribeStream', { StreamArn: streamArn }),
        )
        for (const { ShardId } of StreamDescription.Shards)
          if (!shardLoops.has(ShardId)) shardLoops.set(ShardId, this.#shard({ streamArn, shard: ShardId }))
      } catch {
        // the engine is starting or stopping: the next round asks again
      }
      await this.#sleep(shardLoops.size === 0 ? 200 : 10_000)
    }
    await Promise.all(shardLoops.values())
  }

  async #shard(context: Context): Promise<void> {
    const { signal } = this.#ending
    let at: string | undefined
    while (!signal.aborted) {
      try {
        at ??= await this.#iterator(context)
        const { Records, NextShardIterator } = page.parse(
          await this.#dynamodb.call('streams', 'GetRecords', { ShardIterator: at, Limit: 1_000 }, signal),
        )
        for (let start = 0; start < Records.length && !signal.aborted; start += this.#source.batchSize)
          await this.#batch(context, Records.slice(start, start + this.#source.batchSize))
        if (NextShardIterator === undefined) return
        at = NextShardIterator
        if (Records.length === 0) await this.#sleep(idleMs)
      } catch {
        at = undefined // expired, or the engine was away: begin again at the checkpoint
        await this.#sleep(500)
      }
    }
  }

  async #iterator({ streamArn, shard }: Context): Promise<string> {
    const ask = async (how: object) =>
      iterator.parse(
        await this.#dynamodb.call('streams', 'GetShardIterator', { StreamArn: streamArn, ShardId: shard, ...how }),
      ).ShardIterator
    const SequenceNumber = this.#checkpoints.get(this.#key(shard))
    if (SequenceNumber === undefined)
      return ask({ ShardIteratorType: this.#source.fromBeginning ? 'TRIM_HORIZON' : 'LATEST' })
    try {
      return await ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })
    } catch (error) {
      // What the checkpoint points at is older than the stream keeps.
      if (error instanceof ServiceError && error.code === 'TrimmedDataAccessException')
        return ask({ ShardIteratorType: 'TRIM_HORIZON' })
      throw error
    }
  }

  #key(shard: string): string {
    return `${this.#source.name}/${shard}`
  }

  async #batch(context: Context, records: readonly StreamRecord[]): Promise<void> {
    const { filters } = this.#source
    const wanted =
      filters.length === 0 ? records : records.filter((record) => filters.some((filter) => matches(filter, record)))
    if (wanted.length > 0) await this.#deliver(context, wanted, 0)
    const last = records.at(-1)
    if (last !== undefined && !this.#ending.signal.aborted) await this.#checkpoint(context, last)
  }

  #checkpoint({ shard }: Context, record: StreamRecord): Promise<void> {
    return this.#checkpoints.set(this.#key(shard), record.dynamodb.SequenceNumber)
  }

  /** Until every record was taken or named in the dead letters. Leaves early, and silently, only when stopped. */
  async #deliver(context: Context, records: readonly StreamRecord[], attempt: number): Promise<void> {
    const { retries, bisect } = this.#source
    const failed = await this.#failedFrom(context, records)
    if (failed === undefined) return
    const before = records[failed - 1]
    if (before !== undefined) await this.#checkpoint(context, before)
    const rest = records.slice(failed)
    await this.#sleep(backOff(attempt))
    if (this.#ending.signal.aborted) return
    // Halves, until the record at fault stands alone: it does not take the others with it.
    if (bisect && rest.length > 1) {
      const half = Math.ceil(rest.length / 2)
      await this.#deliver(context, rest.slice(0, half), attempt)
      if (!this.#ending.signal.aborted) await this.#deliver(context, rest.slice(half), attempt)
    } else if (attempt < retries) await this.#deliver(context, rest, attempt + 1)
    else await this.#giveUp(context, rest, attempt + 1)
  }

  /** The index of the first record that was not taken; undefined if all were. */
  async #failedFrom({ streamArn }: Context, records: readonly StreamRecord[]): Promise<number | undefined> {
    try {
      const Records = records.map((record) => ({
        ...record,
        eventSource: 'aws:dynamodb',
        eventSourceARN: streamArn,
        awsRegion: region,
      }))
      const answer = await this.#call(this.#source.function, { Records })
      if (!this.#source.partial) return undefined
      const items = failures.parse(answer)?.batchItemFailures ?? []
      if (items.length === 0) return undefined
      const numbers = new Set(items.map(({ itemIdentifier }) => itemIdentifier))
      return Math.max(
        0,
        records.findIndex(({ dynamodb }) => numbers.has(dynamodb.SequenceNumber)),
      )
    } catch {
      return 0 // the pool has logged it
    }
  }

  async #giveUp({ streamArn, shard }: Context, records: readonly StreamRecord[], tries: number): Promise<void> {
    const { deadLetterUrl } = this.#source
    const [first] = records
    if (deadLetterUrl === undefined || first === undefined) return
    const letter = {
      requestContext: {
        functionArn: arn('lambda', `function:${this.#source.function}`),
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: tries,
      },
      version: '1.0',
      timestamp: new Date().toISOString(),
      DDBStreamBatchInfo: {
        shardId: shard,
        startSequenceNumber: first.dynamodb.SequenceNumber,
        endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
        batchSize: records.length,
        streamArn,
      },
    }
    while (!this.#ending.signal.aborted) {
      try {
        await this.#sqs.call('sqs', 'SendMessage', { QueueUrl: deadLetterUrl, MessageBody: JSON.stringify(letter) })
        return
      } catch {
        await this.#sleep(500)
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    const { signal } = this.#ending
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
    })
  }
}
