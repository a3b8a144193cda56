/** What the functions of a stage live among. Each stack adds what it makes and hands the house on. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Stage } from './stage.ts'

export interface House {
  readonly stage: Stage
  readonly code: (bundle: string) => Code
  /** Where alarms go. */
  readonly alarms: ITopic
  readonly table: ITable
  /** `arn` as it is exported under {@link exportedBucket}. */
  readonly bucket: { readonly name: string; readonly arn: string }
  readonly mediaUrl: string
  readonly credentials: ISecret
  readonly hooks: ISecret
  readonly signing: ISecret
  readonly publicUrl: string
  readonly oidc: { readonly issuer: string; readonly audience: string } | undefined
  readonly bus: IEventBus
  readonly queues: Readonly<Record<string, IQueue>>
}

/** `parvis-<stage>-<name>`: how everything of a stage is called. */
export const named = (stage: Stage, name: string) => `parvis-${stage.name}-${name}`

/** The secrets of the deployment's apps at the networks are made by hand, one for each: `<prefix>facebook`. */
export const networksPrefix = (stage: Stage) => `parvis/${stage.name}/networks/`

/** The name under which the bucket's ARN leaves the data stack; findings of cdk-nag speak of it by this name. */
export const exportedBucket = (stage: Stage) => named(stage, 'bucket-arn')
