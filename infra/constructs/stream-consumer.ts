import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { Consumer } from '../../functions/consumers/consumers.ts'
import type { House } from '../house.ts'
import { DeadLetters } from './dead-letters.ts'
import { ServiceFunction } from './service-function.ts'

interface StreamConsumerProps {
  readonly house: House
  readonly name: string
  readonly consumer: Consumer
  readonly streamArn: string
  /** Which records reach the function: Lambda's filter pattern. */
  readonly filter: object
}

/**
 * A function on the table's stream. A batch that fails is halved until the record at fault stands alone, tried
 * `maxReceive` times, then named in the dead-letter queue, so that one record never holds up the rest.
 */
export class StreamConsumer extends Construct {
  readonly function: ServiceFunction

  constructor(scope: Construct, id: string, { house, name, consumer, streamArn, filter }: StreamConsumerProps) {
    super(scope, id)
    const { queue } = new DeadLetters(this, 'Dead', { house, name, impact: consumer.impact })
    this.function = new ServiceFunction(this, 'Function', {
      house,
      kind: 'consumer',
      name,
      uses: consumer.uses,
      timeout: consumer.timeout,
      memory: consumer.memory ?? 512,
      impact: consumer.impact,
      trigger: [
        new PolicyStatement({
          sid: 'ReadStream',
          actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
            (name) => `dynamodb:${name}`,
          ),
          resources: [streamArn],
        }),
        new PolicyStatement({ sid: 'GiveUp', actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
      ],
    })
    new CfnEventSourceMapping(this, 'Records', {
      functionName: this.function.functionName,
      eventSourceArn: streamArn,
      startingPosition: 'TRIM_HORIZON',
      batchSize: consumer.batchSize,
      maximumBatchingWindowInSeconds: 0,
      parallelizationFactor: 2,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: consumer.maxReceive,
      functionResponseTypes: ['ReportBatchItemFailures'],
      filterCriteria: { filters: [{ pattern: JSON.stringify(filter) }] },
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    })
  }
}
