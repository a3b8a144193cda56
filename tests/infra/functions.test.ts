import { describe, expect, it } from 'vitest'
import { resources as apiResources, type ResourceName, routes } from '../../functions/api/routes.ts'
import { consumers } from '../../functions/consumers/consumers.ts'
import { schedules } from '../../functions/schedules/schedules.ts'
import { commonVariables, type Use, uses } from '../../functions/uses.ts'
import { build } from '../../infra/build.ts'
import { ApiStack } from '../../infra/stacks/api.ts'
import { readStage } from '../../infra/stage.ts'
import { anyCode, leadsTo, newApp, ofType, only, type Resource, resourcesOf, synthesized } from './stage-of-tests.ts'

const all = synthesized({ PARVIS_STAGE: 'prod', PARVIS_MAIL_FROM: 'Parvis <parvis@example.com>' })
const functions = ofType(all, 'AWS::Lambda::Function')
const functionOf = (name: string) =>
  only(all, 'AWS::Lambda::Function', ({ FunctionName }) => FunctionName === `parvis-prod-${name}`)

const listed: [name: string, uses: readonly Use[]][] = [
  ...Object.entries(apiResources).map(([name, one]): [string, readonly Use[]] => [`api-${name}`, one.uses]),
  ...Object.entries(consumers).map(([name, one]): [string, readonly Use[]] => [`consumer-${name}`, one.uses]),
  ...Object.entries(schedules).map(([name, one]): [string, readonly Use[]] => [`schedule-${name}`, one.uses]),
]

interface Statement {
  readonly Action: string | string[]
  readonly Resource: unknown
}

/** Who may do what to what: `action resource`, the resource as text. */
function permissionsOf(name: string): { action: string; resource: string }[] {
  const role = all.find((one) => one.Type === 'AWS::IAM::Role' && leadsTo(functionOf(name).Properties.Role, one))
  const statements: Statement[] = role?.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  )
  return statements.flatMap(({ Action, Resource }) =>
    [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((resource) => ({ action, resource: JSON.stringify(resource) }))),
  )
}

/** What each use allows, written out once more: what infra grants is held against this. */
const allowed: Record<Use, readonly string[]> = {
  'table:read': ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  'table:write': ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
  'queue:wake': ['sqs:SendMessage'],
  'queue:publish': ['sqs:SendMessage'],
  'queue:ingest': ['sqs:SendMessage'],
  'queue:poll': ['sqs:SendMessage'],
  'queue:deliver': ['sqs:SendMessage'],
  'queue:collect': ['sqs:SendMessage'],
  'queue:letters': ['sqs:SendMessage'],
  health: ['dynamodb:GetItem', 'sqs:GetQueueAttributes'],
  bus: ['events:PutEvents'],
  'media:read': ['s3:GetObject'],
  'media:write': ['s3:PutObject', 's3:DeleteObject'],
  uploads: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
  'ingest:read': ['s3:GetObject'],
  'ingest:write': ['s3:PutObject'],
  'secret:credentials': ['secretsmanager:GetSecretValue'],
  'secret:hooks': ['secretsmanager:GetSecretValue'],
  'secret:networks': ['secretsmanager:GetSecretValue'],
  'secret:signing': ['secretsmanager:GetSecretValue'],
  mail: ['ses:SendEmail'],
}
const ofEvery = ['logs:CreateLogStream', 'logs:PutLogEvents']
const ofTriggers: Record<string, readonly string[]> = {
  queue: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  events: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  outbox: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']
    .map((name) => `dynamodb:${name}`)
    .concat('sqs:SendMessage'),
  schedule: ['sqs:SendMessage'],
  api: [],
}
const triggerOf = (name: string) => {
  const [kind = '', ...rest] = name.split('-')
  const consumer = Object.entries(consumers).find(([one]) => one === rest.join('-'))?.[1]
  return kind === 'consumer' ? (consumer?.source.kind ?? '') : kind
}

describe('every function', () => {
  it('is there for each line of the lists, and there is no other', () => {
    const names = functions.map(({ Properties }) => Properties.FunctionName)
    expect(names.sort()).toEqual(listed.map(([name]) => `parvis-prod-${name}`).sort())
  })

  it('runs on Node 24 on arm64', () => {
    for (const { Properties } of functions)
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
  })

  it.each(listed)('%s may do what its uses say, and nothing else', (name, used) => {
    const expected = [...ofEvery, ...(ofTriggers[triggerOf(name)] ?? []), ...used.flatMap((use) => allowed[use])]
    expect(new Set(permissionsOf(name).map(({ action }) => action))).toEqual(new Set(expected))
  })

  it.each(listed)('%s is told what its uses need, and no more', (name, used) => {
    const expected = new Set<string>([...commonVariables, ...used.flatMap((use) => uses[use])])
    expect(new Set(Object.keys(functionOf(name).Properties.Environment.Variables))).toEqual(expected)
  })
})

describe('permissions', () => {
  const everything = listed.flatMap(([name]) => permissionsOf(name).map((one) => ({ name, ...one })))

  it('name one thing each, or one prefix', () => {
    expect(everything.length).toBeGreaterThan(100)
    const wild = everything.filter(({ action, resource }) => action.includes('*') || resource.includes('*'))
    const prefixes = new Set(
      wild.map(({ action, resource }) => `${action.split(':')[0]} ${/[^/":]+\/\*|networks\/\*/.exec(resource)?.[0]}`),
    )
    expect(prefixes).toEqual(new Set(['s3 media/*', 's3 uploads/*', 's3 ingest/*', 'secretsmanager networks/*']))
  })

  it('to send lead to the queue that the use names', () => {
    for (const [name, used] of listed)
      for (const use of used)
        if (use.startsWith('queue:')) {
          const queue = only(all, 'AWS::SQS::Queue', ({ QueueName }) => QueueName === `parvis-prod-${use.slice(6)}`)
          const sends = permissionsOf(name).filter(({ action }) => action === 'sqs:SendMessage')
          expect(sends.some(({ resource }) => leadsTo(JSON.parse(resource), queue))).toBe(true)
          const variable = functionOf(name).Properties.Environment.Variables[uses[use][0]]
          expect(leadsTo(variable, queue)).toBe(true)
        }
  })

  it('to send mail hold for the sender and its domain', () => {
    const mailing = everything.filter(({ action }) => action === 'ses:SendEmail')
    expect(new Set(mailing.map(({ name }) => name))).toEqual(new Set(['consumer-notify']))
    const identities = mailing.map(({ resource }) => /identity\/([^"]+)/.exec(resource)?.[1])
    expect(identities.sort()).toEqual(['example.com', 'parvis@example.com'])
  })

  it('to send mail are not given where nobody is named as sender', () => {
    expect(JSON.stringify(synthesized({ PARVIS_STAGE: 'prod' }))).not.toContain('ses:SendEmail')
  })

  it('are all in the roles: no function may be called by whoever wants', () => {
    for (const { Properties } of ofType(all, 'AWS::Lambda::Permission')) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com')
      expect(JSON.stringify(Properties.SourceArn)).toContain('execute-api')
    }
    expect(ofType(all, 'AWS::Lambda::Url')).toEqual([])
  })
})

/** As an HTTP API chooses: a full match before a greedy one, the longer greedy one before the shorter. */
function chosen(routeKeys: readonly string[], path: string): string | undefined {
  const fits = routeKeys.filter((key) => {
    const pattern = key
      .replace(/^ANY /, '')
      .replace(/\{proxy\+\}/, '.+')
      .replace(/\{[^}]+\}/g, '[^/]+')
    return key !== '$default' && new RegExp(`^${pattern}$`).test(path)
  })
  const greedy = (key: string) => (key.includes('{proxy+}') ? 1 : 0)
  return fits.sort((a, b) => greedy(a) - greedy(b) || b.length - a.length)[0]
}

function functionBehind(found: readonly Resource[], routeKey: string): string {
  const route = only(found, 'AWS::ApiGatewayV2::Route', ({ RouteKey }) => RouteKey === routeKey)
  const integration = ofType(found, 'AWS::ApiGatewayV2::Integration').find((one) =>
    leadsTo(route.Properties.Target, one),
  )
  const target = ofType(found, 'AWS::Lambda::Function').find((one) =>
    leadsTo(integration?.Properties.IntegrationUri, one),
  )
  return target?.Properties.FunctionName
}

describe('the API', () => {
  const routeKeys = ofType(all, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey)
  const concrete = (path: string) => path.replace(/\{[^}]+\}/g, 'x1')

  it.each(routes.map(({ method, path, resource }) => [method, path, resource] as [string, string, ResourceName]))(
    '%s %s reaches the function of %s',
    (_, path, resource) => {
      const key = chosen(routeKeys, concrete(path))
      expect(key).toBeDefined()
      expect(functionBehind(all, key as string)).toBe(`parvis-prod-api-${resource}`)
    },
  )

  it('answers what no route knows with a problem document, not with the gateway’s own words', () => {
    expect(chosen(routeKeys, '/v1/nothing')).toBeUndefined()
    expect(functionBehind(all, '$default')).toBe('parvis-prod-api-docs')
  })

  it('lets a browser read every header that the API document names, and send those that it takes', () => {
    const { CorsConfiguration: cors } = only(all, 'AWS::ApiGatewayV2::Api', () => true).Properties
    expect(cors.ExposeHeaders).toEqual(
      expect.arrayContaining(['etag', 'idempotency-replayed', 'location', 'retry-after', 'www-authenticate', 'allow']),
    )
    expect(cors.AllowHeaders).toEqual(
      expect.arrayContaining(['if-match', 'if-none-match', 'idempotency-key', 'authorization', 'content-type']),
    )
  })

  it('speaks payload 2.0, is throttled, and may call each of its functions', () => {
    for (const { Properties } of ofType(all, 'AWS::ApiGatewayV2::Integration'))
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })
    const stage = only(all, 'AWS::ApiGatewayV2::Stage', () => true)
    expect(stage.Properties.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 })
    const permissions = ofType(all, 'AWS::Lambda::Permission')
    for (const one of functions.filter(({ Properties }) => Properties.FunctionName.includes('-api-')))
      expect(permissions.filter(({ Properties }) => leadsTo(Properties.FunctionName, one))).toHaveLength(1)
  })

  it('gets its routes from the list: a line more is a route more', () => {
    const app = newApp()
    const { messaging, front } = build(app, readStage({}), anyCode)
    new ApiStack(app, 'more', {
      house: messaging.house,
      apiId: front.apiId,
      resources: { gossip: { entry: 'functions/api/gossip.ts', mounts: ['/v1/gossip'], uses: ['table:read'] } },
      routes: [{ resource: 'gossip', path: '/v1/channels/{channelId}/gossip' }],
    })
    const more = resourcesOf(app).filter(({ stack }) => stack === 'more')
    expect(
      ofType(more, 'AWS::ApiGatewayV2::Route')
        .map(({ Properties }) => Properties.RouteKey)
        .sort(),
    ).toEqual(['ANY /v1/channels/{channelId}/gossip', 'ANY /v1/gossip', 'ANY /v1/gossip/{proxy+}'])
    expect(functionBehind(more, 'ANY /v1/gossip')).toBe('parvis-dev-api-gossip')
  })
})

describe('people', () => {
  it('sign in at the stage’s own pool, and the functions know its issuer', () => {
    const pool = only(all, 'AWS::Cognito::UserPool', () => true)
    const { OIDC_ISSUER, OIDC_AUDIENCE } = functionOf('api-posts').Properties.Environment.Variables
    expect(leadsTo(OIDC_ISSUER, { ...pool, id: 'FnGetAttPeople' })).toBe(true)
    expect(JSON.stringify(OIDC_AUDIENCE)).toContain('RefPeopleWeb')
    expect(pool.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true)
  })

  it('sign in elsewhere if the stage says so, and then there is no pool', () => {
    const elsewhere = synthesized({ PARVIS_OIDC_ISSUER: 'https://login.example.com', PARVIS_OIDC_AUDIENCE: 'parvis' })
    expect(ofType(elsewhere, 'AWS::Cognito::UserPool')).toEqual([])
    const variables = elsewhere.find(({ Properties }) => Properties.FunctionName === 'parvis-dev-api-posts')?.Properties
      .Environment.Variables
    expect(variables).toMatchObject({ OIDC_ISSUER: 'https://login.example.com', OIDC_AUDIENCE: 'parvis' })
  })
})
