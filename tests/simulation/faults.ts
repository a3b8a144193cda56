import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import type { Seeded } from './seeded.ts'

/** One invocation of a function: it may die at one of its awaits, before or after the effect. */
export interface Invocation {
  readonly name: string
  readonly workspaceId: string | undefined
  readonly startedAt: number
  points: number
  readonly dieAt: number
  readonly dieAfterEffect: boolean
  /** Before its await number `at` it stands still, as a frozen function does, until `wait` resolves. */
  readonly stall?: { readonly at: number; wait(): Promise<void> } | undefined
  dead: boolean
}

const never = () => new Promise<never>(() => {})

/**
 * Stands at every await of the publish path: the table, the queue, the network. Counts them, kills invocations at them
 * (a dead function's promise never settles: no catch, no finally), and injects throttles and conflicts into the table.
 */
export class Faults {
  readonly current = new AsyncLocalStorage<Invocation>()
  /** Real I/O under way; the virtual clock stands still meanwhile. */
  inFlight = 0
  throttle = 0
  /** While this is true, every call of an invocation to the table is throttled. */
  throttled: () => boolean = () => false
  /** Writes to the table so far: nothing needs to be read again while it stands still. */
  writes = 0
  readonly violations: string[] = []
  readonly #random: Seeded
  #idle: (() => void) | undefined

  constructor(random: Seeded) {
    this.#random = random
  }

  /** Runs one await of an invocation. `virtual`: it takes virtual time, so nothing real is under way. */
  async point<T>(effect: () => Promise<T>, virtual = false): Promise<T> {
    const invocation = this.current.getStore()
    const run = () => (virtual ? effect() : this.#counted(effect))
    if (invocation === undefined) return run()
    if (invocation.dead) return never()
    const number = invocation.points++
    if (number === invocation.stall?.at) await invocation.stall.wait()
    const dies = number === invocation.dieAt
    if (dies) invocation.dead = true
    if (dies && !invocation.dieAfterEffect) return never()
    const result = await run()
    return dies ? never() : result
  }

  /** Resolves when nothing real is under way. One waiter at a time. */
  idle(): Promise<void> {
    if (this.inFlight === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idle = resolve
    })
  }

  /** Every command of this client becomes such a point, and may be throttled or conflict first. */
  attach(client: DynamoDBClient): void {
    client.middlewareStack.add(
      (next, context) => (args) =>
        this.point(async () => {
          this.#checkWorkspace(args.input)
          const name = context.commandName ?? ''
          if (!/^(Get|BatchGet|Query)/.test(name)) this.writes++
          const hits = this.throttled() || this.#random.chance(this.throttle)
          if (this.current.getStore() !== undefined && hits) throw fault(name)
          return next(args)
        }),
      { step: 'initialize', name: 'faults' },
    )
  }

  /** I4: what a function of one workspace touches carries no other workspace's id. */
  #checkWorkspace(input: unknown): void {
    const own = this.current.getStore()?.workspaceId
    if (own === undefined) return
    for (const [, found] of JSON.stringify(input).matchAll(/(ws_[0-9A-Z]{26})/g))
      if (found !== own) this.violations.push(`I4: ${this.current.getStore()?.name} of ${own} touches ${found}`)
  }

  async #counted<T>(effect: () => Promise<T>): Promise<T> {
    this.inFlight++
    try {
      return await effect()
    } finally {
      this.inFlight--
      if (this.inFlight === 0) {
        this.#idle?.()
        this.#idle = undefined
      }
    }
  }
}

function fault(command: string): Error {
  const $metadata = {}
  if (command === 'TransactWriteItemsCommand')
    return new TransactionCanceledException({
      $metadata,
      message: 'Transaction cancelled',
      CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
    })
  return new ProvisionedThroughputExceededException({ $metadata, message: 'throttled' })
}
