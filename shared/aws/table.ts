import { randomUUID } from 'node:crypto'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'
import { type Condition, Expression } from './expression.ts'
import { checkSize, tooLarge } from './item-size.ts'
import { type IndexName, indexes, type Key } from './keys.ts'
import { awsTexts } from './texts.ts'

export type Item = Readonly<Record<string, unknown>>

/** One write. Several go through {@link Table.transact} together: all or none. */
export type Write =
  | { readonly put: Key & Item; readonly if?: Condition }
  | {
      readonly update: Key
      readonly set?: Item
      readonly remove?: readonly string[]
      readonly add?: Readonly<Record<string, number>>
      readonly if?: Condition
    }
  | { readonly delete: Key; readonly if?: Condition }
  | { readonly check: Key; readonly if: Condition }

/** `index` is the position of the write whose condition failed, `item` what stood there (undefined: nothing). */
export type WriteResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly index: number; readonly item: Item | undefined }

/** Where a query stopped. Opaque to callers; `shared/http` signs it into a cursor. */
export type Position = Readonly<Record<string, string>>

export interface Query {
  readonly pk: string
  readonly index?: IndexName
  readonly prefix?: string
  /** Inclusive bounds of the sort key. */
  readonly from?: string
  readonly to?: string
  readonly where?: Condition
  readonly limit?: number
  readonly newestFirst?: boolean
  readonly start?: Position
  readonly consistent?: boolean
}

export interface Page<T> {
  readonly items: T[]
  readonly next?: Position
}

/** `until` (ms): a write that cannot be repeated later, such as one of a network's answer, is tried until then. */
export interface Patience {
  readonly until?: number | undefined
}

const keySchema = z.object({ pk: z.string(), sk: z.string() })
const positionSchema = z.record(z.string(), z.string())
const maxTries = 6

/**
 * The one table, spoken to through lib-dynamodb, with zod parsing what is read. Items past their `expiresAt` (epoch
 * seconds, the TTL attribute) are never answered, though the engine may keep them for days.
 */
export class Table {
  readonly name: string
  readonly #client: DynamoDBDocumentClient
  readonly #clock: Clock
  readonly #random: Random

  constructor(client: DynamoDBClient, name: string, clock: Clock, random: Random) {
    this.name = name
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
    this.#clock = clock
    this.#random = random
  }

  /** One item, strongly consistent unless said otherwise; undefined if there is none or it has expired. */
  async get<T>(key: Key, schema: z.ZodType<T>, options: { consistent?: boolean } = {}): Promise<T | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({
        TableName: this.name,
        Key: { pk: key.pk, sk: key.sk },
        ConsistentRead: options.consistent ?? true,
      }),
    )
    return Item === undefined || this.#expired(Item) ? undefined : schema.parse(Item)
  }

  /** Up to any number of items, in the order of the keys; undefined where there is none. */
  async getMany<T>(wanted: readonly Key[], schema: z.ZodType<T>): Promise<(T | undefined)[]> {
    const found = new Map<string, Item>()
    for (let start = 0; start < wanted.length; start += 100) {
      let pending = wanted.slice(start, start + 100).map(({ pk, sk }) => ({ pk, sk }))
      for (let attempt = 0; pending.length > 0; attempt++) {
        if (attempt === maxTries) throw busy()
        if (attempt > 0) await this.#pause(attempt)
        const answer = await this.#client.send(
          new BatchGetCommand({ RequestItems: { [this.name]: { Keys: pending, ConsistentRead: true } } }),
        )
        for (const item of answer.Responses?.[this.name] ?? []) found.set(`${item.pk}\n${item.sk}`, item)
        pending = z.array(keySchema).parse(answer.UnprocessedKeys?.[this.name]?.Keys ?? [])
      }
    }
    return wanted.map(({ pk, sk }) => {
      const item = found.get(`${pk}\n${sk}`)
      return item === undefined || this.#expired(item) ? undefined : schema.parse(item)
    })
  }

  /** One page. With `where`, reads on until `limit` items matched or the partition ends. */
  async query<T>(query: Query, schema: z.ZodType<T>): Promise<Page<T>> {
    const limit = query.limit ?? 1_000
    const names = query.index === undefined ? { pk: 'pk', sk: 'sk' } : indexes[query.index]
    const items: Item[] = []
    let start: Position | undefined = query.start
    do {
      const expression = new Expression()
      let condition = expression.compare(names.pk, '=', query.pk)
      if (query.prefix !== undefined) condition += ` AND ${expression.beginsWith(names.sk, query.prefix)}`
      else if (query.from !== undefined && query.to !== undefined)
        condition += ` AND ${expression.between(names.sk, query.from, query.to)}`
      else if (query.from !== undefined) condition += ` AND ${expression.compare(names.sk, '>=', query.from)}`
      else if (query.to !== undefined) condition += ` AND ${expression.compare(names.sk, '<=', query.to)}`
      const filter = query.where === undefined ? undefined : expression.condition(query.where)
      const answer: QueryCommandOutput = await this.#client.send(
        new QueryCommand({
          TableName: this.name,
          KeyConditionExpression: condition,
          ...expression.attributes(),
          ...(query.index === undefined ? { ConsistentRead: query.consistent ?? false } : { IndexName: query.index }),
          ...(filter === undefined ? {} : { FilterExpression: filter }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          ScanIndexForward: !(query.newestFirst ?? false),
          Limit: filter === undefined ? limit - items.length : Math.max(limit, 50),
        }),
      )
      const fresh = (answer.Items ?? []).filter((item) => !this.#expired(item))
      const room = limit - items.length
      items.push(...fresh.slice(0, room))
      start = answer.LastEvaluatedKey === undefined ? undefined : positionSchema.parse(answer.LastEvaluatedKey)
      if (fresh.length > room) start = positionOf(items.at(-1), names)
    } while (start !== undefined && items.length < limit)
    return { items: items.map((item) => schema.parse(item)), ...(start === undefined ? {} : { next: start }) }
  }

  /**
   * One write, at the price of a plain one. Throttles are retried; the answer to a condition that failed may then be
   * about this very write (its first answer was lost), which every caller treats as "somebody else was first".
   */
  async write(write: Exclude<Write, { check: Key }>, { until }: Patience = {}): Promise<WriteResult> {
    checkSize([write])
    return this.#retrying(async () => {
      if ('put' in write) await this.#client.send(new PutCommand(this.#put(write)))
      else if ('update' in write) await this.#client.send(new UpdateCommand(this.#update(write)))
      else await this.#client.send(new DeleteCommand(this.#delete(write)))
    }, until)
  }

  /**
   * All of the writes or none. Conflicts and throttles are retried with full jitter under one request token, so that a
   * lost answer never applies twice. Throws `unavailable` once the retries are used up, `too_large_to_keep` for more than
   * the engine takes, and the engine's own error for anything else.
   */
  async transact(writes: readonly Write[], { until }: Patience = {}): Promise<WriteResult> {
    checkSize(writes)
    const command = new TransactWriteCommand({
      TransactItems: writes.map((write) => {
        if ('put' in write) return { Put: this.#put(write) }
        if ('update' in write) return { Update: this.#update(write) }
        if ('delete' in write) return { Delete: this.#delete(write) }
        const expression = new Expression()
        const ConditionExpression = expression.condition(write.if)
        return { ConditionCheck: { Key: keyOf(write.check), ConditionExpression, ...this.#common(expression) } }
      }),
      ClientRequestToken: randomUUID(),
    })
    return this.#retrying(() => this.#client.send(command), until)
  }

  async #retrying(send: () => Promise<unknown>, until = 0): Promise<WriteResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        await send()
        return { ok: true }
      } catch (error) {
        const failed = conditionFailure(error)
        if (failed !== undefined) return failed
        if (isTooLarge(error)) throw tooLarge(error)
        const patient = this.#clock.now() < until
        if (!isRetryable(error) && !(patient && isUnreachable(error))) throw error
        if (attempt >= maxTries && !patient) throw busy(error)
        await this.#pause(attempt)
      }
    }
  }

  #put(write: Extract<Write, { put: Key }>) {
    const expression = new Expression()
    return { Item: write.put, ...conditionOf(expression, write.if), ...this.#common(expression) }
  }

  #update(write: Extract<Write, { update: Key }>) {
    const expression = new Expression()
    const UpdateExpression = expression.update(write.set ?? {}, write.remove ?? [], write.add ?? {})
    return {
      Key: keyOf(write.update),
      UpdateExpression,
      ...conditionOf(expression, write.if),
      ...this.#common(expression),
    }
  }

  #delete(write: Extract<Write, { delete: Key }>) {
    const expression = new Expression()
    return { Key: keyOf(write.delete), ...conditionOf(expression, write.if), ...this.#common(expression) }
  }

  #common(expression: Expression) {
    return {
      TableName: this.name,
      ...expression.attributes(),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    }
  }

  #expired(item: Item): boolean {
    return typeof item.expiresAt === 'number' && item.expiresAt * 1000 <= this.#clock.now()
  }

  #pause(attempt: number): Promise<void> {
    return this.#clock.sleep(this.#random.next() * Math.min(1_000, 25 * 2 ** attempt))
  }
}

/** The table of this name, in the account and region of the environment. */
export const openTable = (name: string, clock: Clock, random: Random): Table =>
  new Table(new DynamoDBClient({}), name, clock, random)

const keyOf = ({ pk, sk }: Key) => ({ pk, sk })

function positionOf(item: Item | undefined, names: { pk: string; sk: string }): Position | undefined {
  if (item === undefined) return undefined
  return positionSchema.parse({ pk: item.pk, sk: item.sk, [names.pk]: item[names.pk], [names.sk]: item[names.sk] })
}

function conditionOf(expression: Expression, condition: Condition | undefined) {
  return condition === undefined ? {} : { ConditionExpression: expression.condition(condition) }
}

function conditionFailure(error: unknown): WriteResult | undefined {
  if (error instanceof ConditionalCheckFailedException) return { ok: false, index: 0, item: plain(error.Item) }
  if (!(error instanceof TransactionCanceledException)) return undefined
  const reasons = error.CancellationReasons ?? []
  const index = reasons.findIndex((reason) => reason.Code === 'ConditionalCheckFailed')
  return index < 0 ? undefined : { ok: false, index, item: plain(reasons[index]?.Item) }
}

const plain = (item: Record<string, AttributeValue> | undefined) => (item === undefined ? undefined : unmarshall(item))

const retryableNames = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
])
const retryableReasons = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

/** The engine was not reached, or failed on its side. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'TimeoutError') return true
  if ('$fault' in error) return error.$fault === 'server'
  return 'code' in error && ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(String(error.code))
}

function isRetryable(error: unknown): boolean {
  if (error instanceof TransactionCanceledException)
    return (error.CancellationReasons ?? []).every((reason) => retryableReasons.has(reason.Code ?? 'None'))
  return error instanceof Error && retryableNames.has(error.name)
}

/** An item of more than 400 KB, or a transaction of more than 4 MB. */
function isTooLarge(error: unknown): boolean {
  const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : []
  const said = [
    ...(error instanceof Error && error.name === 'ValidationException' ? [error.message] : []),
    ...reasons.flatMap(({ Code, Message }) => (Code === 'ValidationError' ? [Message ?? ''] : [])),
  ]
  return said.some((message) => /item size|collection size|aggregated? .*size|4 ?MB/i.test(message))
}

const busy = (cause?: unknown) =>
  new AppError('unavailable', 'storage_busy', awsTexts.busy(), {
    retryAfterSeconds: 1,
    cause,
  })
