import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { schedules as allSchedules, type Task } from '../../functions/schedules/schedules.ts'
import { ScheduledTask } from '../constructs/scheduled-task.ts'
import type { House } from '../house.ts'

interface SchedulesProps {
  readonly house: House
  readonly schedules?: Readonly<Record<string, Task>>
}

/** What happens by the clock: all that `schedules.ts` lists. */
export class SchedulesStack extends Stack {
  constructor(scope: Construct, id: string, { house, schedules = allSchedules }: SchedulesProps) {
    super(scope, id, { description: `Parvis ${house.stage.name}: scheduled tasks` })
    for (const [name, task] of Object.entries(schedules)) new ScheduledTask(this, name, { house, name, task })
  }
}
