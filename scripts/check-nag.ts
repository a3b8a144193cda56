/**
 * cdk-nag's AwsSolutions on every stack, as a deployment would have it. Its report says nothing where it found nothing,
 * so it is shown first that it does find: a bucket as careless as can be.
 */
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'
import { build } from '../infra/build.ts'
import { flags } from '../infra/flags.ts'
import { readStage } from '../infra/stage.ts'

const careless = new App()
new CfnBucket(new Stack(careless, 'careless'), 'Bucket')
if (new AwsSolutionsChecks(careless).validateScope(careless).success) throw new Error('cdk-nag finds nothing at all.')

const app = new App({ context: flags })
const settings = { PARVIS_STAGE: 'prod', PARVIS_MAIL_FROM: 'parvis@example.com', PARVIS_ALARM_MAIL: 'ops@example.com' }
build(app, readStage(settings), () => Code.fromAsset(join(import.meta.dirname, '../infra')))
const { violations } = new AwsSolutionsChecks(app).validateScope(app)
for (const { ruleName, description, violatingResources } of violations)
  for (const { resourceLogicalId, templatePath } of violatingResources)
    console.log(`${ruleName} ${templatePath} ${resourceLogicalId}: ${description}`)
if (violations.length > 0) process.exitCode = 1
else console.log(`${app.node.findAll().length} constructs, no finding without a reason`)
