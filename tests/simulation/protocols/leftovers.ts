import * as z from 'zod'
import { keys } from '../../../shared/aws/keys.ts'
import { iso } from '../../../shared/kernel/clock.ts'
import { discardDue } from '../../../shared/publishing/leftover.ts'
import { due, recordKey } from '../../../shared/scheduling/index.ts'
import type { Invocation } from '../faults.ts'
import type { Protocol } from './stand.ts'

/** Of `leftover.ts`: nobody else is at it before. */
const leaseMs = 60_000

/** A draft that was prepared in vain, removed by a schedule that may run several times at once. */
export const leftovers: Protocol = {
  name: 'leftovers',
  async open(stand) {
    const { clock, table, log, channel } = stand
    const { workspaceId, id: channelId } = channel
    let draft = true
    const calls: { readonly at: number; readonly by: Invocation | undefined; over: boolean }[] = []
    const channels = stand.directory({
      discard: async ({ signal }) => {
        const now = clock.now()
        const other = calls.find((one) => !one.over && one.by?.dead !== true && now < one.at + leaseMs)
        if (other !== undefined) stand.violations.add(`${other.by?.name} and ${stand.current?.name} remove it at once`)
        const call = { at: now, by: stand.current, over: false }
        calls.push(call)
        try {
          return await stand.call(
            () => {
              draft = false
              return { kind: 'discarded' } as const
            },
            { signal },
          )
        } finally {
          call.over = true
        }
      },
    })
    const now = clock.now()
    const target = { kind: 'leftover', workspaceId, publicationId: 'pub_1', sequence: 1 } as const
    const item = {
      workspaceId,
      channelId,
      network: 'parrot',
      publicationId: 'pub_1',
      sequence: 1,
      checkpoint: { draft: 'draft-1' },
      tries: 0,
      createdAt: iso(now),
    }
    await table.write({ put: { ...recordKey(target), ...item, ...due(target, now + 180_000, now).set } })
    const there = () => table.get(keys.leftover(workspaceId, 'pub_1', 1), z.object({}))
    let removed = false
    return {
      targets: [target],
      wake: async () => discardDue({ table, clock, log, channels }, new AbortController().signal),
      check: async () => {
        const before = removed
        removed = (await there()) === undefined
        return before && !removed ? ['it came back after it was done with'] : []
      },
      atEnd: async () => [
        ...(removed ? [] : ['it is never done with']),
        ...(draft ? ['the draft stays on the network'] : []),
      ],
    }
  },
}
