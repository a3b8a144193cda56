import { Duration, Stack } from 'aws-cdk-lib'
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import type { Task } from '../../functions/schedules/schedules.ts'
import { type House, named } from '../house.ts'
import { alert } from './alarm.ts'
import { DeadLetters } from './dead-letters.ts'
import { ServiceFunction } from './service-function.ts'

/** An alarm looks back no further. */
const dayMinutes = 24 * 60

interface ScheduledTaskProps {
  readonly house: House
  readonly name: string
  readonly task: Task
}

/** A function called every so many minutes; alarms when it fails, and when it is not called at all. */
export class ScheduledTask extends Construct {
  constructor(scope: Construct, id: string, { house, name, task }: ScheduledTaskProps) {
    super(scope, id)
    const { queue } = new DeadLetters(this, 'Dead', { house, name, impact: task.impact })
    const handler = new ServiceFunction(this, 'Function', {
      house,
      kind: 'schedule',
      name,
      uses: task.uses,
      timeout: task.timeout,
      memory: 512,
      impact: task.impact,
      trigger: [new PolicyStatement({ sid: 'GiveUp', actions: ['sqs:SendMessage'], resources: [queue.queueArn] })],
    })
    // A call that is late is of no use: the next one does its work too.
    new CfnEventInvokeConfig(this, 'Asynchronous', {
      functionName: handler.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60 * task.everyMinutes,
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    })
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        call: new PolicyDocument({
          statements: [
            new PolicyStatement({ sid: 'Call', actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] }),
            new PolicyStatement({ sid: 'GiveUp', actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
          ],
        }),
      },
    })
    new CfnSchedule(this, 'Schedule', {
      name: named(house.stage, name),
      scheduleExpression: `rate(${task.everyMinutes} minute${task.everyMinutes === 1 ? '' : 's'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: handler.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ task: name }),
        retryPolicy: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: 60 * task.everyMinutes },
        deadLetterConfig: { arn: queue.queueArn },
      },
    })
    alert(this, 'Silent', {
      topic: house.alarms,
      alarmName: `${named(house.stage, name)}-silent`,
      impact: `It is not being called. ${task.impact}`,
      metric: handler.metricInvocations({
        period: Duration.minutes(Math.min(5 * task.everyMinutes, dayMinutes)),
        statistic: Stats.SUM,
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    })
  }
}
