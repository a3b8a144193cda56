import { describe, expect, it } from 'vitest'
import { type Consumer, consumers } from '../../functions/consumers/consumers.ts'
import { eventNames } from '../../functions/event-names.ts'
import { schedules } from '../../functions/schedules/schedules.ts'
import { build } from '../../infra/build.ts'
import { MessagingStack } from '../../infra/stacks/messaging.ts'
import { SchedulesStack } from '../../infra/stacks/schedules.ts'
import { readStage } from '../../infra/stage.ts'
import { eventSource } from '../../shared/aws/event-source.ts'
import { keys } from '../../shared/aws/keys.ts'
import { latenessLine, refusedHandshakeLine, versionLine } from '../../shared/aws/metric.ts'
import { soonDays } from '../../shared/channels/index.ts'
import { anyCode, leadsTo, newApp, ofType, only, type Resource, resourcesOf, synthesized } from './stage-of-tests.ts'

const all = synthesized({ PARVIS_STAGE: 'prod', PARVIS_ALARM_MAIL: 'ops@example.com' })
const listed: [string, Consumer][] = Object.entries(consumers)
const queued = listed.filter(([, { source }]) => source.kind !== 'outbox')
const queueOf = (found: readonly Resource[], name: string) =>
  only(found, 'AWS::SQS::Queue', ({ QueueName }) => new RegExp(`^parvis-[^-]+-${name}$`).test(QueueName))
const functionOf = (found: readonly Resource[], name: string) =>
  only(found, 'AWS::Lambda::Function', ({ FunctionName }) => FunctionName.endsWith(`-${name}`))
const alarmOn = (found: readonly Resource[], metric: string, name: string) =>
  ofType(found, 'AWS::CloudWatch::Alarm').filter(
    ({ Properties }) => Properties.MetricName === metric && leadsTo(Properties.Dimensions, { id: name } as Resource),
  )

describe('each queue', () => {
  it.each(queued)('%s gives a message back until it is tried enough, then keeps it for a person', (name, consumer) => {
    const queue = queueOf(all, name)
    const dead = queueOf(all, `${name}-dead`)
    expect(queue.Properties.VisibilityTimeout).toBe(6 * consumer.timeout)
    expect(queue.Properties.RedrivePolicy.maxReceiveCount).toBe(consumer.maxReceive)
    expect(leadsTo(queue.Properties.RedrivePolicy.deadLetterTargetArn, dead)).toBe(true)
    expect(dead.Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600)
  })

  it.each(queued)('%s is read in batches that may fail in part', (name, consumer) => {
    const mapping = only(all, 'AWS::Lambda::EventSourceMapping', ({ EventSourceArn }) =>
      leadsTo(EventSourceArn, queueOf(all, name)),
    )
    expect(mapping.Properties).toMatchObject({
      BatchSize: consumer.batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
    const reader = functionOf(all, `consumer-${name}`)
    expect(leadsTo(mapping.Properties.FunctionName, reader)).toBe(true)
    expect(reader.Properties.Timeout).toBe(consumer.timeout)
  })
})

describe('events', () => {
  it('reach each consumer that names them by a rule of its own, with a way out if they cannot', () => {
    const rules = ofType(all, 'AWS::Events::Rule')
    const consuming = listed.flatMap(([name, { source }]) =>
      source.kind === 'events' ? [{ name, names: source.names }] : [],
    )
    expect(rules).toHaveLength(consuming.length)
    for (const { name, names } of consuming) {
      const rule = only(all, 'AWS::Events::Rule', ({ Name }) => Name === `parvis-prod-${name}`)
      expect(rule.Properties.EventPattern).toEqual({ source: [eventSource], 'detail-type': [...names] })
      const [target] = rule.Properties.Targets
      expect(leadsTo(target.Arn, queueOf(all, name))).toBe(true)
      expect(leadsTo(target.DeadLetterConfig.Arn, queueOf(all, `${name}-dead`))).toBe(true)
      expect(
        leadsTo(
          rule.Properties.EventBusName,
          only(all, 'AWS::Events::EventBus', () => true),
        ),
      ).toBe(true)
    }
  })

  it('that are consumed exist', () => {
    const consumed = ofType(all, 'AWS::Events::Rule').flatMap(
      ({ Properties }) => Properties.EventPattern['detail-type'],
    )
    expect(consumed.filter((name) => !eventNames.includes(name))).toEqual([])
  })

  it('leave the table by its stream: outbox inserts only, halved at a failure, tried often, then kept', () => {
    const [[name, outbox] = ['', undefined]] = listed.filter(([, { source }]) => source.kind === 'outbox')
    const mapping = only(all, 'AWS::Lambda::EventSourceMapping', ({ FilterCriteria }) => FilterCriteria !== undefined)
    expect(mapping.Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: outbox?.maxReceive,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StartingPosition: 'TRIM_HORIZON',
    })
    expect(leadsTo(mapping.Properties.DestinationConfig.OnFailure.Destination, queueOf(all, `${name}-dead`))).toBe(true)
    const [{ Pattern }] = mapping.Properties.FilterCriteria.Filters
    const { eventName, dynamodb } = JSON.parse(Pattern)
    expect(eventName).toEqual(['INSERT'])
    const [{ prefix }] = dynamodb.Keys.pk.S
    expect(keys.outbox('evt_1').pk.startsWith(prefix)).toBe(true)
    expect(keys.post('ws_1', 'post_1').pk.startsWith(prefix)).toBe(false)
  })
})

describe('each schedule', () => {
  it.each(Object.entries(schedules))('%s is called on time or reported', (name, task) => {
    const schedule = only(all, 'AWS::Scheduler::Schedule', ({ Name }) => Name === `parvis-prod-${name}`)
    const dead = queueOf(all, `${name}-dead`)
    const called = functionOf(all, `schedule-${name}`)
    expect(schedule.Properties.ScheduleExpression).toBe(
      task.everyMinutes === 1 ? 'rate(1 minute)' : `rate(${task.everyMinutes} minutes)`,
    )
    expect(leadsTo(schedule.Properties.Target.Arn, called)).toBe(true)
    expect(leadsTo(schedule.Properties.Target.DeadLetterConfig.Arn, dead)).toBe(true)
    const asynchronous = only(all, 'AWS::Lambda::EventInvokeConfig', ({ FunctionName }) =>
      leadsTo(FunctionName, called),
    )
    expect(leadsTo(asynchronous.Properties.DestinationConfig.OnFailure.Destination, dead)).toBe(true)
    const silent = alarmOn(all, 'Invocations', called.id)
    expect(silent).toHaveLength(1)
    expect(silent[0]?.Properties).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    })
  })
})

describe('alarms', () => {
  const topic = only(all, 'AWS::SNS::Topic', () => true)

  it('go off at the first dead letter of each queue, and say what it means', () => {
    const impacts = { ...Object.fromEntries(listed), ...schedules }
    const dead = ofType(all, 'AWS::SQS::Queue').filter(({ Properties }) => Properties.QueueName.endsWith('-dead'))
    expect(dead).toHaveLength(Object.keys(impacts).length)
    for (const [name, { impact }] of Object.entries(impacts)) {
      const alarms = alarmOn(all, 'ApproximateNumberOfMessagesVisible', queueOf(all, `${name}-dead`).id)
      expect(alarms).toHaveLength(1)
      expect(alarms[0]?.Properties).toMatchObject({ Threshold: 1, EvaluationPeriods: 1, AlarmDescription: impact })
    }
  })

  it('go off at an error of each function', () => {
    for (const one of ofType(all, 'AWS::Lambda::Function')) expect(alarmOn(all, 'Errors', one.id)).toHaveLength(1)
  })

  it('go off when posts leave late, by the metric that the product writes', () => {
    const { Properties } = only(
      all,
      'AWS::CloudWatch::Alarm',
      ({ AlarmName }) => AlarmName === 'parvis-prod-publish-lateness',
    )
    const line = JSON.parse(latenessLine(12, 'prod', 0))
    const [written] = line._aws.CloudWatchMetrics
    expect(Properties).toMatchObject({
      Namespace: written.Namespace,
      MetricName: written.Metrics[0].Name,
      Threshold: 5000,
    })
    expect(Properties.Dimensions).toEqual(
      written.Dimensions[0].map((name: string) => ({ Name: name, Value: line[name] })),
    )
  })

  it('go off sixty days before an API version ends, by the metric that the product writes', () => {
    const { Properties } = only(
      all,
      'AWS::CloudWatch::Alarm',
      ({ AlarmName }) => AlarmName === 'parvis-prod-api-versions',
    )
    const line = JSON.parse(versionLine(59, 'prod', 'facebook', 0))
    const [written] = line._aws.CloudWatchMetrics
    expect(Properties).toMatchObject({
      Namespace: written.Namespace,
      MetricName: written.Metrics[0].Name,
      Statistic: 'Minimum',
      Threshold: soonDays,
      ComparisonOperator: 'LessThanThreshold',
    })
    expect(line.ApiVersionDaysLeft).toBe(59)
    const [together, each] = written.Dimensions
    expect(Properties.Dimensions).toEqual(together.map((name: string) => ({ Name: name, Value: line[name] })))
    expect(each.map((name: string) => line[name])).toEqual(['prod', 'facebook'])
  })

  it('go off when a handshake is refused, by the metric that the product writes', () => {
    const { Properties } = only(
      all,
      'AWS::CloudWatch::Alarm',
      ({ AlarmName }) => AlarmName === 'parvis-prod-webhook-handshakes',
    )
    const line = JSON.parse(refusedHandshakeLine('prod', 'x', 0))
    const [written] = line._aws.CloudWatchMetrics
    expect(line.HandshakesRefused).toBe(1)
    expect(Properties).toMatchObject({
      Namespace: written.Namespace,
      MetricName: written.Metrics[0].Name,
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: written.Dimensions[0].map((name: string) => ({ Name: name, Value: line[name] })),
    })
  })

  it('look back a day at most', () => {
    for (const { Properties } of ofType(all, 'AWS::CloudWatch::Alarm'))
      expect(Properties.Period * Properties.EvaluationPeriods).toBeLessThanOrEqual(86_400)
  })

  it('go off when the stream is read late, and when the API fails', () => {
    const age = ofType(all, 'AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => Properties.MetricName === 'IteratorAge',
    )
    expect(age.map(({ Properties }) => Properties.Dimensions)).toEqual([
      [{ Name: 'FunctionName', Value: 'parvis-prod-consumer-outbox' }],
    ])
    expect(
      ofType(all, 'AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties.MetricName === '5xx'),
    ).toHaveLength(1)
  })

  it('all tell somebody, in words', () => {
    for (const { Properties } of ofType(all, 'AWS::CloudWatch::Alarm')) {
      expect(leadsTo(Properties.AlarmActions, topic)).toBe(true)
      expect(Properties.AlarmDescription.length).toBeGreaterThan(20)
    }
    const subscription = only(all, 'AWS::SNS::Subscription', () => true)
    expect(subscription.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.com' })
  })
})

describe('the dashboard', () => {
  it('shows every function, every queue and its dead letters, and how late posts leave', () => {
    const shown = JSON.stringify(only(all, 'AWS::CloudWatch::Dashboard', () => true).Properties.DashboardBody)
    const names = [...ofType(all, 'AWS::Lambda::Function'), ...ofType(all, 'AWS::SQS::Queue')].map(
      ({ Properties }) => Properties.FunctionName ?? Properties.QueueName,
    )
    expect(names.filter((name) => !shown.includes(`\\"${name}\\"`))).toEqual([])
    expect(shown).toContain('PublishLateness')
  })
})

describe('a line more in a list', () => {
  const gossip: Consumer = {
    entry: 'functions/consumers/gossip.ts',
    source: { kind: 'events', names: ['mention.created'] },
    uses: ['table:read'],
    batchSize: 7,
    timeout: 20,
    maxReceive: 4,
    impact: 'Gossip is not heard. Redrive the queue.',
  }

  function withConsumers(list: Record<string, Consumer>): Resource[] {
    const app = newApp()
    const { messaging } = build(app, readStage({}), anyCode)
    new MessagingStack(app, 'more', { house: messaging.house, consumers: list })
    return resourcesOf(app).filter(({ stack }) => stack === 'more')
  }

  it('is a rule, a queue, its dead letters, their alarm and a function', () => {
    const more = withConsumers({ gossip })
    const [rule] = ofType(more, 'AWS::Events::Rule')
    expect(rule?.Properties.EventPattern['detail-type']).toEqual(['mention.created'])
    expect(leadsTo(rule?.Properties.Targets[0].Arn, queueOf(more, 'gossip'))).toBe(true)
    expect(queueOf(more, 'gossip').Properties).toMatchObject({
      VisibilityTimeout: 120,
      RedrivePolicy: { maxReceiveCount: 4 },
    })
    expect(
      alarmOn(more, 'ApproximateNumberOfMessagesVisible', queueOf(more, 'gossip-dead').id)[0]?.Properties
        .AlarmDescription,
    ).toBe(gossip.impact)
    expect(functionOf(more, 'consumer-gossip').Properties).toMatchObject({
      Handler: 'consumer-gossip.handler',
      Timeout: 20,
    })
    expect(ofType(more, 'AWS::Lambda::EventSourceMapping')[0]?.Properties.BatchSize).toBe(7)
  })

  it('is refused without what its dead letters mean for users', () => {
    expect(() => withConsumers({ gossip: { ...gossip, impact: ' ' } })).toThrow(/say what it means for users/)
    const app = newApp()
    const { messaging } = build(app, readStage({}), anyCode)
    const tock = { entry: 'x.ts', everyMinutes: 5, uses: [], timeout: 10, impact: '' }
    expect(() => new SchedulesStack(app, 'more', { house: messaging.house, schedules: { tock } })).toThrow(
      /say what it means/,
    )
  })

  it('is refused if it sends to a queue that nobody reads', () => {
    expect(() => withConsumers({ gossip: { ...gossip, uses: ['queue:publish'] } })).toThrow(/no queue "publish"/)
  })
})
