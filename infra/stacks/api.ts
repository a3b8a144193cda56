import { Duration, Stack } from 'aws-cdk-lib'
import { CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2'
import { ComparisonOperator, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { resources as allResources, routes as allRoutes, type Resource } from '../../functions/api/routes.ts'
import { alert } from '../constructs/alarm.ts'
import { ServiceFunction } from '../constructs/service-function.ts'
import { type House, named } from '../house.ts'
import { accept } from '../nag.ts'

interface ApiProps {
  readonly house: House
  readonly apiId: string
  readonly resources?: Readonly<Record<string, Resource>>
  readonly routes?: readonly { readonly resource: string; readonly path: string }[]
}

/** Answers what no route knows: it is the function without data, and knows how a problem document looks. */
const fallback = 'docs'

/** What answers the API: a function for each resource of `routes.ts`, and the routes that lead to it. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { house, apiId, resources = allResources, routes = allRoutes }: ApiProps) {
    super(scope, id, { description: `Parvis ${house.stage.name}: the API's functions and routes` })
    for (const [name, resource] of Object.entries(resources)) {
      const handler = new ServiceFunction(this, name, {
        house,
        kind: 'api',
        name,
        uses: resource.uses,
        timeout: resource.timeout ?? 15,
        memory: resource.memory ?? 1024,
        impact: `Calls of ${resource.mounts[0] ?? `the routes of "${name}"`} fail with an error of ours (500) or run out of time.`,
      })
      handler.addPermission('Gateway', {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: this.formatArn({ service: 'execute-api', resource: apiId, resourceName: '*' }),
      })
      const integration = new CfnIntegration(this, `${name}Integration`, {
        apiId,
        integrationType: 'AWS_PROXY',
        integrationUri: handler.functionArn,
        payloadFormatVersion: '2.0',
      })
      const keys = routeKeys(name, resource, routes)
      for (const routeKey of name === fallback ? [...keys, '$default'] : keys) {
        const route = new CfnRoute(this, `${name} ${routeKey}`, {
          apiId,
          routeKey,
          target: `integrations/${integration.ref}`,
        })
        accept(route, {
          APIG4:
            'Authentication is a middleware of the function: an authorizer of the gateway cannot answer problem documents, and would cache a revoked key for minutes.',
        })
      }
    }
    alert(this, 'ServerErrors', {
      topic: house.alarms,
      alarmName: named(house.stage, 'api-5xx'),
      impact: 'Callers of the API get errors of ours: posts may not be accepted. Look at the errors of the functions.',
      metric: new Metric({
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensionsMap: { ApiId: apiId },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
      threshold: 5,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
    })
  }
}

/** `ANY` of each mount and of all below it, and of each route of the resource that lies below another's mount. */
function routeKeys(name: string, { mounts }: Resource, routes: NonNullable<ApiProps['routes']>): string[] {
  const below = (path: string) => mounts.some((mount) => path === mount || path.startsWith(`${mount}/`))
  const elsewhere = routes.filter(({ resource, path }) => resource === name && !below(path)).map(({ path }) => path)
  return [...mounts.flatMap((mount) => [mount, `${mount}/{proxy+}`]), ...new Set(elsewhere)].map(
    (path) => `ANY ${path}`,
  )
}
