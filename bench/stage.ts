/** The stage as `npm start` runs it, on an engine that is started here, so that the engine can be measured by itself too. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { startDynamo } from '../local/engines.ts'
import type { Access } from '../tests/simulators/simulator.ts'
import { type RunningStage, startStage } from '../tests/support/stage.ts'

const withId = z.object({ id: z.string() })

export interface BenchStage {
  readonly stage: RunningStage
  readonly engineUrl: string
  /** A call of the API; throws unless it succeeds. */
  ask<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T>
  /** Connects a channel; answers its id. */
  connect(network: string, name: string, access?: Access): Promise<string>
  stop(): Promise<void>
}

export async function benchStage(networks: Readonly<Record<string, Access['app']>> = {}): Promise<BenchStage> {
  const home = await mkdtemp(join(tmpdir(), 'parvis-bench-'))
  const engine = await startDynamo(join(home, 'engine.db'), (line) => console.error(line))
  const clean = () => rm(home, { recursive: true, force: true })
  try {
    await writeFile(join(home, 'networks.json'), JSON.stringify(networks), { mode: 0o600 })
    const env = { PARVIS_DYNAMODB_ENDPOINT: engine.endpoint, PARVIS_ALLOW_PRIVATE_HOSTS: 'true' }
    const stage = await startStage({ home, env })
    const ask = async <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> => {
      const answer = await stage.api(method, path, body)
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return schema.parse(answer.body)
    }
    return {
      stage,
      engineUrl: engine.endpoint,
      ask,
      connect: async (network, name, access) => {
        const { credentials = {}, settings = {} } = access ?? {}
        return (await ask(withId, 'POST', '/v1/channels', { network, name, credentials, settings })).id
      },
      stop: async () => {
        await stage.stop()
        await engine.stop()
        await clean()
      },
    }
  } catch (error) {
    await engine.stop()
    await clean()
    throw error
  }
}
