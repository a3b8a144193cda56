import type { App } from 'aws-cdk-lib'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { named } from './house.ts'
import { ApiStack } from './stacks/api.ts'
import { DataStack } from './stacks/data.ts'
import { FrontStack } from './stacks/front.ts'
import { MessagingStack } from './stacks/messaging.ts'
import { OperationsStack } from './stacks/operations.ts'
import { SchedulesStack } from './stacks/schedules.ts'
import type { Stage } from './stage.ts'

/** The stacks of a stage. `code` answers the asset of a function by its name (`functions.ts`). */
export function build(app: App, stage: Stage, code: (name: string) => Code) {
  const operations = new OperationsStack(app, named(stage, 'operations'), { stage })
  const data = new DataStack(app, named(stage, 'data'), { stage })
  const front = new FrontStack(app, named(stage, 'front'), { stage })
  const { table, bucket, mediaUrl, credentials, hooks, signing } = data
  const { publicUrl, oidc, apiId } = front
  const messaging = new MessagingStack(app, named(stage, 'messaging'), {
    house: {
      stage,
      code,
      alarms: operations.alarms,
      table,
      bucket,
      mediaUrl,
      credentials,
      hooks,
      signing,
      publicUrl,
      oidc,
    },
  })
  const { house } = messaging
  const schedules = new SchedulesStack(app, named(stage, 'schedules'), { house })
  const api = new ApiStack(app, named(stage, 'api'), { house, apiId })
  return { operations, data, front, messaging, schedules, api }
}
