/**
 * The CDK app: `npx cdk deploy --all` deploys it, `npm start` runs it on one machine. What there is follows from the
 * lists in `functions/` (routes, consumers, schedules); how a stage is set follows from `stage.ts`.
 */
import { join } from 'node:path'
import { App, Tags, Validations } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { build } from './build.ts'
import { bundle } from './bundle.ts'
import { flags } from './flags.ts'
import { allFunctions } from './functions.ts'
import { localStage, readStage } from './stage.ts'

// The one-machine stage wants to be ready soon, and what is checked here matters to who deploys.
const checked = process.env.PARVIS_STAGE !== localStage
const app = new App({ context: flags, builtinCloudFormationValidation: checked })
const stage = readStage(process.env, app.node.tryGetContext('stages'))
const bundles = await bundle(allFunctions, join(app.outdir, 'bundles'))
build(app, stage, (name) => {
  const found = bundles.get(name)
  if (found === undefined) throw new Error(`There is no bundle "${name}".`)
  return Code.fromAsset(found.folder)
})
Tags.of(app).add('parvis:stage', stage.name)
if (checked) {
  const { AwsSolutionsChecks } = await import('cdk-nag')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}
app.synth()
