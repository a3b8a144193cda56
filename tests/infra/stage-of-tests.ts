import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { build } from '../../infra/build.ts'
import { flags } from '../../infra/flags.ts'
import { readStage } from '../../infra/stage.ts'

export interface Resource {
  readonly stack: string
  readonly id: string
  readonly Type: string
  readonly Properties: any
  readonly DeletionPolicy?: string
}

const folder = mkdtempSync(join(tmpdir(), 'parvis-infra-'))
writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => {}')

/** Code that stands in for a bundle where only the template matters; bundles have a test of their own. */
export const anyCode = () => Code.fromAsset(folder)

export const newApp = () => new App({ context: flags, builtinCloudFormationValidation: false })

/** Every resource of every stack, cross-stack references already what they become. */
export function resourcesOf(app: App): Resource[] {
  const assembly = app.synth()
  return assembly.stacks.flatMap((stack) =>
    Object.entries<Omit<Resource, 'stack' | 'id'>>(stack.template.Resources).map(([id, resource]) => ({
      stack: stack.stackName,
      id,
      ...resource,
      Properties: resource.Properties ?? {},
    })),
  )
}

/** The template of a whole stage. */
export function synthesized(env: Record<string, string>): Resource[] {
  const app = newApp()
  build(app, readStage(env), anyCode)
  return resourcesOf(app)
}

export const ofType = (resources: readonly Resource[], type: string) => resources.filter(({ Type }) => Type === type)

/** The one resource with this property. */
export function only(
  resources: readonly Resource[],
  type: string,
  where: (properties: Resource['Properties']) => boolean,
): Resource {
  const found = ofType(resources, type).filter(({ Properties }) => where(Properties))
  if (found.length !== 1) throw new Error(`${found.length} of ${type} instead of one`)
  return found[0] as Resource
}

/** Whether a value of a template leads to this resource, of its own stack or by an export that names it. */
export function leadsTo(value: unknown, { id }: Resource): boolean {
  const text = JSON.stringify(value)
  return text.includes(`"${id}"`) || new RegExp(`Fn::ImportValue":"[^"]*${id}`).test(text)
}
