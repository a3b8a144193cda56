import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import { workspaceSchema } from '../../shared/workspaces/index.ts'
import { Engine } from '../support/engine.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['scripts/first-workspace.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: 'eu-west-3',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      PARVIS_STAGE: 'prod',
    },
  })

it('makes a workspace and its first key in the table of the stage', async () => {
  const table = await engine.table('parvis-prod')
  const { stdout } = await run(
    '--name',
    'My brand',
    '--owner-name',
    'Ada',
    '--owner-email',
    'ada@example.com',
    '--zone',
    'Europe/Paris',
  )
  const { workspaceId, apiKey } = JSON.parse(stdout)
  expect(apiKey.length).toBeGreaterThan(30)
  expect(await table.get(keys.workspace(workspaceId), workspaceSchema)).toMatchObject({
    name: 'My brand',
    zone: 'Europe/Paris',
  })
})

it('says what is missing', async () => {
  await expect(run('--name', 'My brand')).rejects.toThrow(/owner-email/)
})
