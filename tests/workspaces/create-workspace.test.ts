import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Table } from '../../shared/aws/table.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { ApiKeys } from '../../shared/workspaces/index.ts'
import { Engine } from '../support/engine.ts'

let engine: Engine
let table: Table

beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('made')
})
afterAll(() => engine.stop())

const run = async (...args: string[]) => {
  const env = {
    ...process.env,
    TABLE_NAME: 'made',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
  try {
    const { stdout } = await promisify(execFile)('node_modules/.bin/node', ['scripts/create-workspace.ts', ...args], {
      env,
    })
    return { code: 0, stdout, stderr: '' }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

it('makes a workspace from the command line, and prints a key that works', async () => {
  const { stdout } = await run('--name', 'Chez Camille', '--owner', 'Camille', '--email', 'camille@example.fr')
  const key = /parvis_key_\S+/.exec(stdout)?.[0] ?? ''
  const workspaceId = /ws_\S+/.exec(stdout)?.[0]
  expect(await new ApiKeys({ table, clock: systemClock, random: systemRandom }).check(key)).toMatchObject({
    workspaceId,
  })
})

it('says what is missing or wrong, and makes nothing', async () => {
  expect(await run('--name', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--email') })
  const wrong = await run('--name', 'x', '--owner', 'x', '--email', 'nobody')
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/email/i) })
})
