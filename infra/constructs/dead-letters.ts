import { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type House, named } from '../house.ts'
import { accept } from '../nag.ts'
import { alert } from './alarm.ts'

interface DeadLettersProps {
  readonly house: Pick<House, 'stage' | 'alarms'>
  /** Of what the letters are: the queue is called `<name>-dead`. */
  readonly name: string
  readonly impact: string
}

/** Where what could not be handled waits for a person, 14 days, with an alarm as soon as something is there. */
export class DeadLetters extends Construct {
  readonly queue: Queue

  constructor(scope: Construct, id: string, { house, name, impact }: DeadLettersProps) {
    super(scope, id)
    const queueName = named(house.stage, `${name}-dead`)
    this.queue = new Queue(this, 'Queue', {
      queueName,
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    })
    accept(this.queue, {
      SQS3: 'This is a dead-letter queue: of a queue, of a stream or of a function that is called asynchronously.',
    })
    alert(this, 'Alarm', {
      topic: house.alarms,
      alarmName: `${queueName}-filling`,
      impact,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
    })
  }
}
