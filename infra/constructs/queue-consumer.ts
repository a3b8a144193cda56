import { Duration } from 'aws-cdk-lib'
import { Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Consumer } from '../../functions/consumers/consumers.ts'
import { eventSource } from '../../shared/aws/event-source.ts'
import { type House, named } from '../house.ts'
import { DeadLetters } from './dead-letters.ts'
import { ServiceFunction } from './service-function.ts'

interface QueueConsumerProps {
  readonly house: Pick<House, 'stage' | 'alarms' | 'bus'>
  readonly name: string
  readonly consumer: Consumer
}

/**
 * A queue, the rule that fills it (for events), its dead-letter queue with an alarm, and the function that reads it.
 * Cannot be built without saying what dead letters mean for users. The function comes by {@link serve}, since it may
 * send to queues that are built later.
 */
export class QueueConsumer extends Construct {
  readonly queue: Queue
  readonly #name: string
  readonly #consumer: Consumer
  readonly #deadLetters: DeadLetters

  constructor(scope: Construct, id: string, { house, name, consumer }: QueueConsumerProps) {
    super(scope, id)
    this.#name = name
    this.#consumer = consumer
    this.#deadLetters = new DeadLetters(this, 'Dead', { house, name, impact: consumer.impact })
    this.queue = new Queue(this, 'Queue', {
      queueName: named(house.stage, name),
      visibilityTimeout: Duration.seconds(6 * consumer.timeout),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.#deadLetters.queue, maxReceiveCount: consumer.maxReceive },
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    })
    if (consumer.source.kind !== 'events') return
    new Rule(this, 'Rule', {
      ruleName: named(house.stage, name),
      eventBus: house.bus,
      eventPattern: { source: [eventSource], detailType: [...consumer.source.names] },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.#deadLetters.queue })],
    })
  }

  /** The function, reading its queue in batches and answering which messages failed. */
  serve(house: House): ServiceFunction {
    const consumer = this.#consumer
    const handler = new ServiceFunction(this, 'Function', {
      house,
      kind: 'consumer',
      name: this.#name,
      uses: consumer.uses,
      timeout: consumer.timeout,
      memory: consumer.memory ?? 512,
      impact: consumer.impact,
      trigger: [
        new PolicyStatement({
          sid: 'ReadQueue',
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          resources: [this.queue.queueArn],
        }),
      ],
    })
    handler.addEventSourceMapping('Messages', {
      eventSourceArn: this.queue.queueArn,
      batchSize: consumer.batchSize,
      reportBatchItemFailures: true,
      ...(consumer.maxConcurrency === undefined ? {} : { maxConcurrency: consumer.maxConcurrency }),
    })
    return handler
  }
}
