import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnApi, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { AccountRecovery, FeaturePlan, Mfa, OAuthScope, UserPool } from 'aws-cdk-lib/aws-cognito'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { House } from '../house.ts'
import { named } from '../house.ts'
import { accept } from '../nag.ts'
import type { Stage } from '../stage.ts'

/**
 * The address, and who may sign in. Apart from the API's functions because the consumers know the address (they write
 * links to it) and the functions know the consumers' queues.
 */
export class FrontStack extends Stack {
  readonly apiId: string
  readonly publicUrl: string
  readonly oidc: House['oidc']

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id, {
      description: `Parvis ${stage.name}: the API's address, sign-in`,
      terminationProtection: stage.keepData,
    })
    const api = new CfnApi(this, 'Api', {
      name: named(stage, 'api'),
      protocolType: 'HTTP',
      corsConfiguration: {
        allowOrigins: stage.corsOrigins,
        allowMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
        allowHeaders: [
          'authorization',
          'content-type',
          'idempotency-key',
          'if-match',
          'if-none-match',
          'parvis-workspace',
        ],
        exposeHeaders: ['allow', 'etag', 'idempotency-replayed', 'location', 'retry-after', 'www-authenticate'],
        maxAge: 3600,
      },
    })
    this.apiId = api.ref
    const logs = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/vendedlogs/${named(stage, 'api')}`,
      retention: stage.logRetentionDays,
      removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: stage.requestsPerSecond,
        throttlingBurstLimit: 2 * stage.requestsPerSecond,
        detailedMetricsEnabled: false,
      },
      accessLogSettings: { destinationArn: logs.logGroupArn, format: JSON.stringify(accessLine) },
    })
    this.publicUrl = stage.publicUrl ?? api.attrApiEndpoint
    if (stage.oidc === 'cognito') this.oidc = this.#people(stage)
    else if (stage.oidc !== 'none') this.oidc = stage.oidc
    new CfnOutput(this, 'PublicUrl', { value: this.publicUrl, description: 'The address of the API' })
  }

  #people(stage: Stage): House['oidc'] {
    const pool = new UserPool(this, 'People', {
      userPoolName: named(stage, 'people'),
      featurePlan: FeaturePlan.ESSENTIALS,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      selfSignUpEnabled: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: stage.keepData,
      removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    const client = pool.addClient('Web', {
      userPoolClientName: named(stage, 'web'),
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${this.publicUrl}/`],
      },
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    })
    accept(pool, {
      COG2: 'A second factor (an app) can be chosen by each person; demanding it is the choice of who runs the stage.',
      COG3: 'Threat protection needs the Plus plan, about four times the price per person; a setting of who runs the stage.',
      COG8: 'The Essentials plan holds what is used here: passwords, a second factor, managed sign-in.',
    })
    return { issuer: pool.userPoolProviderUrl, audience: client.userPoolClientId }
  }
}

/** One line per call. Never a header or a query string: both may hold secrets. */
const accessLine = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
}
