import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { ComparisonOperator, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { commonVariables, Use } from '../../functions/uses.ts'
import { type FunctionKind, functionName } from '../functions.ts'
import { granted } from '../grants.ts'
import { type House, named } from '../house.ts'
import { accept } from '../nag.ts'
import { alert } from './alarm.ts'

interface ServiceFunctionProps {
  readonly house: House
  readonly kind: FunctionKind
  readonly name: string
  readonly uses: readonly Use[]
  /** Seconds. */
  readonly timeout: number
  /** MB; processor time grows with it. */
  readonly memory: number
  /** What it means for users when it fails: the text of the alarm. */
  readonly impact: string
  /** What its trigger needs beside its uses. */
  readonly trigger?: readonly PolicyStatement[]
}

/** A function with its own role, log group and error alarm. It may do what its `uses` say, write its log, and no more. */
export class ServiceFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const { house, kind, name } = props
    const { stage } = house
    const bundle = functionName(kind, name)
    const functionNameOnAws = named(stage, bundle)
    const parts = new Construct(scope, `${id}Parts`)
    const logGroup = new LogGroup(parts, 'Logs', {
      logGroupName: `/aws/lambda/${functionNameOnAws}`,
      retention: stage.logRetentionDays,
      removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    const writeLog = new PolicyStatement({
      sid: 'WriteLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    })
    const { environment, statements, accepted } = granted(house, props.uses)
    const role = new Role(parts, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { uses: new PolicyDocument({ statements: [writeLog, ...statements, ...(props.trigger ?? [])] }) },
    })
    accept(role, accepted)
    super(scope, id, {
      functionName: functionNameOnAws,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: house.code(bundle),
      handler: `${bundle}.handler`,
      timeout: Duration.seconds(props.timeout),
      memorySize: props.memory,
      logGroup,
      role: role.withoutPolicyUpdates(),
      environment: {
        ...commonEnvironment(house),
        ...environment,
      },
    })
    alert(parts, 'Errors', {
      topic: house.alarms,
      alarmName: `${functionNameOnAws}-errors`,
      impact: props.impact,
      metric: this.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
    })
  }
}

function commonEnvironment({
  stage,
  publicUrl,
  oidc,
}: House): Partial<Record<(typeof commonVariables)[number], string>> {
  return {
    STAGE: stage.name,
    PUBLIC_URL: publicUrl,
    ALLOW_PRIVATE_HOSTS: String(stage.allowPrivateHosts),
    ...(oidc === undefined ? {} : { OIDC_ISSUER: oidc.issuer, OIDC_AUDIENCE: oidc.audience }),
  }
}
