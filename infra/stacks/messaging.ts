import { Stack } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Construct } from 'constructs'
import { consumers as allConsumers, type Consumer } from '../../functions/consumers/consumers.ts'
import { QueueConsumer } from '../constructs/queue-consumer.ts'
import { StreamConsumer } from '../constructs/stream-consumer.ts'
import { type House, named } from '../house.ts'

interface MessagingProps {
  /** The house but for what is made here. */
  readonly house: Omit<House, 'bus' | 'queues'>
  readonly consumers?: Readonly<Record<string, Consumer>>
}

/** The bus, and every queue and stream with who reads it: all that `consumers.ts` lists. */
export class MessagingStack extends Stack {
  readonly house: House

  constructor(scope: Construct, id: string, { house: before, consumers = allConsumers }: MessagingProps) {
    super(scope, id, { description: `Parvis ${before.stage.name}: bus, queues, consumers` })
    const bus = new EventBus(this, 'Bus', { eventBusName: named(before.stage, 'events') })
    const listed = Object.entries(consumers)
    // First every queue, then every function: functions send to each other's queues.
    const queued = listed.flatMap(([name, consumer]) =>
      consumer.source.kind === 'outbox'
        ? []
        : [[name, new QueueConsumer(this, name, { house: { ...before, bus }, name, consumer })] as const],
    )
    const queues = Object.fromEntries(queued.map(([name, { queue }]) => [name, queue]))
    this.house = { ...before, bus, queues }
    for (const [, consumer] of queued) consumer.serve(this.house)

    const { house } = this
    const streamArn = house.table.tableStreamArn
    if (streamArn === undefined) throw new Error('The table has no stream: nothing would reach the bus.')
    for (const [name, consumer] of listed)
      if (consumer.source.kind === 'outbox')
        new StreamConsumer(this, name, { house, name, consumer, streamArn, filter: outboxInserts })
  }
}

/** Of all that changes in the table, the events that were just written (`keys.outbox`). */
const outboxInserts = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'event#' }] } } } }
