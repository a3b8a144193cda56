import { Alarm, type AlarmProps, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'

interface AlertProps extends Omit<AlarmProps, 'alarmDescription' | 'actionsEnabled'> {
  readonly topic: ITopic
  /** What it means for users and what to look at: what the person reads who is woken by it. */
  readonly impact: string
}

/** An alarm that tells somebody, and says what it means. Throws if it does not. */
export function alert(scope: Construct, id: string, { topic, impact, ...props }: AlertProps): Alarm {
  if (impact.trim() === '') throw new Error(`${scope.node.path}/${id}: say what it means for users when this goes off.`)
  const alarm = new Alarm(scope, id, {
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...props,
    alarmDescription: impact,
  })
  const action = new SnsAction(topic)
  alarm.addAlarmAction(action)
  alarm.addOkAction(action)
  return alarm
}
