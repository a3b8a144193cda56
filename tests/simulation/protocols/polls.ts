import * as z from 'zod'
import { keys, listPartition } from '../../../shared/aws/keys.ts'
import { Mentions } from '../../../shared/inbox/mentions.ts'
import { Poller } from '../../../shared/inbox/poll.ts'
import { due } from '../../../shared/scheduling/index.ts'
import { comment } from '../../inbox/support.ts'
import type { Protocol } from './stand.ts'

const pageSize = 2
const kept = z.object({ cursor: z.string().optional() })

/** A channel that is polled while comments come in. */
export const polls: Protocol = {
  name: 'polls',
  endless: true,
  async open(stand) {
    const { clock, table, log, channel, random } = stand
    const { workspaceId, id: channelId } = channel
    const written = ['comment-0', 'comment-1', 'comment-2']
    const channels = stand.directory({
      poll: (_, cursor) =>
        stand.call(() => {
          const from = Number(cursor ?? 0)
          const page = written.slice(from, from + pageSize)
          const end = from + page.length
          return {
            events: page.map((id) => comment(id, { at: clock.now() })),
            cursor: String(end),
            more: end < written.length,
          }
        }),
    })
    const mentions = new Mentions({ table, clock, random, retentionOf: async () => undefined })
    const target = { kind: 'poll', workspaceId, channelId } as const
    const key = keys.poll(workspaceId, channelId)
    await table.write({ put: { ...key, ...due(target, clock.now(), clock.now()).set } })
    let cursor = 0
    return {
      targets: [target],
      wake: async (message) =>
        message.kind === 'poll' ? new Poller({ table, clock, channels, mentions, log }).wake(message) : undefined,
      meanwhile: async () => written.push(`comment-${written.length}`),
      check: async () => {
        const before = cursor
        cursor = Number((await table.get(key, kept))?.cursor ?? 0)
        return cursor < before ? [`the cursor went back from ${before} to ${cursor}`] : []
      },
      atEnd: async () => {
        const { items } = await table.query(
          { index: 'list', pk: listPartition(workspaceId, 'mentions') },
          z.object({ externalId: z.string() }),
        )
        const found = items.map(({ externalId }) => externalId).toSorted()
        return JSON.stringify(found) === JSON.stringify(written.toSorted())
          ? []
          : [`of ${written.length} comments these are stored: ${found.join(', ')}`]
      },
    }
  },
}
