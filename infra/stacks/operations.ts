import { Duration, Stack } from 'aws-cdk-lib'
import {
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import { consumers as allConsumers, type Consumer } from '../../functions/consumers/consumers.ts'
import { schedules } from '../../functions/schedules/schedules.ts'
import { alert } from '../constructs/alarm.ts'
import { allFunctions, functionName } from '../functions.ts'
import { named } from '../house.ts'
import type { Stage } from '../stage.ts'

interface OperationsProps {
  readonly stage: Stage
  readonly consumers?: Readonly<Record<string, Consumer>>
}

/**
 * Who is told, and one page to look at. Everything here is watched by its name, so that this stack needs no other and
 * is deployed first: the alarms of the others lead to its topic.
 */
export class OperationsStack extends Stack {
  readonly alarms: Topic
  readonly #stage: Stage

  constructor(scope: Construct, id: string, { stage, consumers = allConsumers }: OperationsProps) {
    super(scope, id, { description: `Parvis ${stage.name}: alarms and dashboard` })
    this.#stage = stage
    this.alarms = new Topic(this, 'Alarms', { topicName: named(stage, 'alarms'), enforceSSL: true })
    this.alarms.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.alarms.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    )
    if (stage.alarmMail !== undefined) this.alarms.addSubscription(new EmailSubscription(stage.alarmMail))

    const outbox = Object.entries(consumers).filter(([, { source }]) => source.kind === 'outbox')
    const streamAge = outbox.map(([name]) =>
      this.#function(functionName('consumer', name), 'IteratorAge', Stats.MAXIMUM),
    )
    for (const [index, metric] of streamAge.entries())
      alert(this, `StreamAge${index === 0 ? '' : index}`, {
        topic: this.alarms,
        alarmName: named(stage, `stream-age${index === 0 ? '' : `-${index}`}`),
        impact:
          'Events are minutes behind: notifications, outgoing webhooks and metrics are late. Posts leave all the same.',
        metric,
        threshold: Duration.minutes(2).toMilliseconds(),
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 3,
      })
    const lateness = (statistic: string) =>
      new Metric({
        namespace: 'Parvis',
        metricName: 'PublishLateness',
        dimensionsMap: { Stage: stage.name },
        statistic,
        period: Duration.minutes(1),
      })
    alert(this, 'Late', {
      topic: this.alarms,
      alarmName: named(stage, 'publish-lateness'),
      impact: 'Posts leave more than five seconds late. Look at the queue "publish", its function and the tick.',
      metric: lateness('p99'),
      threshold: Duration.seconds(5).toMilliseconds(),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    })
    alert(this, 'ApiVersions', {
      topic: this.alarms,
      alarmName: named(stage, 'api-versions'),
      impact:
        'In less than 60 days a platform may switch off the version of its API that is spoken here; then its channels neither publish nor answer. The log of the schedule "versions" names the network and the file.',
      metric: new Metric({
        namespace: 'Parvis',
        metricName: 'ApiVersionDaysLeft',
        dimensionsMap: { Stage: stage.name },
        statistic: Stats.MINIMUM,
        period: Duration.days(1),
      }),
      threshold: 60,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
    })
    alert(this, 'Handshakes', {
      topic: this.alarms,
      alarmName: named(stage, 'webhook-handshakes'),
      impact:
        'The address of a webhook was checked and the check was refused. Either somebody tries to make this deployment sign a forgery, which failed, or a network changed its check or a secret is wrong: then that network stops its deliveries, and comments and messages come late or never. The log of the function "webhooks" names the network.',
      metric: new Metric({
        namespace: 'Parvis',
        metricName: 'HandshakesRefused',
        dimensionsMap: { Stage: stage.name },
        statistic: Stats.SUM,
        period: Duration.hours(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
    })
    const counted = (metricName: string, period: Duration) =>
      new Metric({
        namespace: 'Parvis',
        metricName,
        dimensionsMap: { Stage: stage.name },
        statistic: Stats.MAXIMUM,
        period,
      })
    alert(this, 'Quarantined', {
      topic: this.alarms,
      alarmName: named(stage, 'quarantined-records'),
      impact:
        'A record that waited for the machine cannot be read and was put aside: a post does not leave, or a channel is not read. The log names it; `npm run quarantine` lists it and, once it is repaired, puts it back.',
      metric: counted('Quarantined', Duration.minutes(5)),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
    })
    alert(this, 'Overdue', {
      topic: this.alarms,
      alarmName: named(stage, 'overdue-records'),
      impact:
        'Something has been due for more than five minutes and nobody takes it: posts, answers of networks, metrics or newsletters are late. The log of the function of that queue says why; it is tried again ever more rarely.',
      metric: counted('Overdue', Duration.minutes(5)),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 3,
    })
    const shown = ['p50', 'p99', Stats.MAXIMUM].map((statistic) => lateness(statistic).with({ label: statistic }))
    this.#dashboard(consumers, shown, streamAge)
  }

  #dashboard(consumers: Readonly<Record<string, Consumer>>, lateness: IMetric[], streamAge: IMetric[]): void {
    const functions = allFunctions.map(({ name }) => name)
    const letters = [...Object.keys(consumers), ...Object.keys(schedules)]
    const queues = Object.entries(consumers).flatMap(([name, { source }]) => (source.kind === 'outbox' ? [] : [name]))
    const api = functions.filter((name) => name.startsWith('api-'))
    const behind = functions.filter((name) => !name.startsWith('api-'))
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 12, height: 7 })
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: named(this.#stage, 'overview') })
    dashboard.addWidgets(
      new TextWidget({
        width: 24,
        height: 2,
        markdown: `# Parvis ${this.#stage.name}\nA post leaves at its second, once, or a person is told why not. Each alarm says what it means for users.`,
      }),
    )
    dashboard.addWidgets(
      graph('How late posts leave (ms)', lateness),
      graph(
        'Waiting for a person (dead letters)',
        letters.map((name) => this.#queue(`${name}-dead`, 'ApproximateNumberOfMessagesVisible')),
      ),
    )
    dashboard.addWidgets(
      graph(
        'Errors',
        functions.map((name) => this.#function(name, 'Errors', Stats.SUM)),
      ),
      graph(
        'Throttles',
        functions.map((name) => this.#function(name, 'Throttles', Stats.SUM)),
      ),
    )
    dashboard.addWidgets(
      graph(
        'API: duration p95 (ms)',
        api.map((name) => this.#function(name, 'Duration', 'p95')),
      ),
      graph(
        'API: calls',
        api.map((name) => this.#function(name, 'Invocations', Stats.SUM)),
      ),
    )
    dashboard.addWidgets(
      graph(
        'Queues: oldest message (s)',
        queues.map((name) => this.#queue(name, 'ApproximateAgeOfOldestMessage')),
      ),
      graph('Stream age (ms)', streamAge),
    )
    dashboard.addWidgets(
      graph(
        'Behind: duration p95 (ms)',
        behind.map((name) => this.#function(name, 'Duration', 'p95')),
      ),
      graph(
        'Behind: calls',
        behind.map((name) => this.#function(name, 'Invocations', Stats.SUM)),
      ),
    )
  }

  #function(name: string, metricName: string, statistic: string): Metric {
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { FunctionName: named(this.#stage, name) },
      statistic,
      period: Duration.minutes(1),
    })
  }

  #queue(name: string, metricName: string): Metric {
    return new Metric({
      namespace: 'AWS/SQS',
      metricName,
      dimensionsMap: { QueueName: named(this.#stage, name) },
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(1),
    })
  }
}
