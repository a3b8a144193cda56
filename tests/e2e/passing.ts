/** What a test does while the stage is down. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { expect, vi } from 'vitest'
import { startDynamo } from '../../local/engines.ts'
import { Table } from '../../shared/aws/table.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { dueAttributes } from '../../shared/scheduling/index.ts'
import type { RunningStage } from '../support/stage.ts'

const earlier = (at: string, ms: number) => new Date(Date.parse(at) - ms).toISOString()

/**
 * Two minutes pass for what was under way: leases end, and looks are due again; and an hour for what a Page may take. Answers
 * how many were under way.
 */
export async function twoMinutesPass(home: string): Promise<number> {
  return inTheTable(home, async (table, Items) => {
    const publications = Items.filter(({ sk, wakeAt }) => sk === 'publication' && wakeAt !== undefined)
    const underWay = publications.filter(({ run, unknown }) => run !== undefined || unknown !== undefined)
    const waiting = publications.filter(({ state }) => state === 'waiting')
    for (const { pk, sk, workspaceId, id, leaseUntil, wakeAt, unknown, run } of new Set([...underWay, ...waiting])) {
      const wake = earlier(wakeAt, 120_000)
      await table.write({
        update: { pk, sk },
        set: {
          wakeAt: wake,
          ...dueAttributes({ kind: 'publication', workspaceId, publicationId: id, wakeAt: wake }, Date.now()),
          ...(leaseUntil === undefined ? {} : { leaseUntil: earlier(leaseUntil, 120_000) }),
          ...(run?.stepAt === undefined ? {} : { run: { ...run, stepAt: earlier(run.stepAt, 120_000) } }),
          ...(unknown === undefined
            ? {}
            : {
                unknown: {
                  ...unknown,
                  since: earlier(unknown.since, 120_000),
                  absent: unknown.absent.map((at: string) => earlier(at, 120_000)),
                },
              }),
        },
      })
    }
    for (const { pk, sk } of Items.filter((item) => item.sk === 'bucket')) await table.write({ delete: { pk, sk } })
    return underWay.length
  })
}

/** The instant of a publication comes nearer by so many ms. */
export async function sooner(home: string, publicationId: string, ms: number): Promise<void> {
  await inTheTable(home, async (table, items) => {
    const found = items.find(({ sk, id }) => sk === 'publication' && id === publicationId)
    if (found === undefined) throw new Error(`There is no ${publicationId}.`)
    const { pk, sk, workspaceId, dueAt, wakeAt } = found
    const wake = earlier(wakeAt, ms)
    await table.write({
      update: { pk, sk },
      set: {
        dueAt: earlier(dueAt, ms),
        wakeAt: wake,
        ...dueAttributes({ kind: 'publication', workspaceId, publicationId, wakeAt: wake }, Date.now()),
      },
    })
  })
}

/** How many issues a run holds, by a lease that is still to end. */
export async function issuesUnderWay(home: string): Promise<number> {
  return inTheTable(home, async (_, items) => {
    const held = ({ listId, leaseUntil }: Record<string, any>) =>
      listId !== undefined && Date.parse(leaseUntil) > Date.now()
    return items.filter(held).length
  })
}

/** Everything that is in the table, and the table to change it. */
async function inTheTable<T>(
  home: string,
  work: (table: Table, items: readonly Record<string, any>[]) => Promise<T>,
): Promise<T> {
  const engine = await startDynamo(join(home, 'table.db'), () => {})
  try {
    const client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'eu-west-3',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
    const { TableNames = [] } = await client.send(new ListTablesCommand({}))
    const name = TableNames[0] ?? ''
    const items: Record<string, any>[] = []
    // a page holds 1 MB
    const pages = paginateScan({ client: DynamoDBDocumentClient.from(client) }, { TableName: name })
    for await (const { Items = [] } of pages) items.push(...Items)
    return await work(new Table(client, name, systemClock, systemRandom), items)
  } finally {
    await engine.stop()
  }
}

/** Nothing below the killed process is left: its engine lets go of the file by itself. */
const allGone = (home: string) =>
  vi.waitFor(() => {
    const left = execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' }).split('\n')
    expect(left.filter((line) => line.includes(home))).toEqual([])
  }, 10_000)

/** `kill -9`, and the end of all that it had started. */
export async function killed(stage: RunningStage): Promise<void> {
  expect(await stage.kill('SIGKILL')).toBe(null)
  await allGone(stage.home)
}
