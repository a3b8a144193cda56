import * as z from 'zod'
import { keys } from '../../../shared/aws/keys.ts'
import { iso } from '../../../shared/kernel/clock.ts'
import { Collector } from '../../../shared/measuring/index.ts'
import { channelRecord, collectionRecord, rollupRecord } from '../../../shared/measuring/record.ts'
import { due } from '../../../shared/scheduling/index.ts'
import type { Protocol } from './stand.ts'

/** Counters of a publication and of its channel. The network's numbers only grow: an older one over a newer shows. */
export const collecting: Protocol = {
  name: 'collecting',
  endless: true,
  async open(stand) {
    const { clock, table, log, channel } = stand
    const { workspaceId, id: channelId } = channel
    const publicationId = 'pub_1'
    let told = 100
    const channels = stand.directory({
      measure: (_, ids) => stand.call(() => new Map(ids.map((id) => [id, { likes: ++told }]))),
      measureChannel: () => stand.call(() => ({ followers: ++told })),
    })
    const collector = () => new Collector({ table, clock, log, channels, zoneOf: async () => 'Europe/Paris' })
    const now = clock.now()
    const common = { workspaceId, channelId, network: 'parrot', failures: 0, version: 1 }
    const ofPost = { kind: 'publication_collection', workspaceId, publicationId } as const
    const ofChannel = { kind: 'channel_collection', workspaceId, channelId } as const
    const publication = { ...common, publicationId, externalIds: ['live-1'], publishedAt: iso(now), last: {} }
    const postKey = keys.collection(workspaceId, publicationId)
    const channelKey = keys.channelCollection(workspaceId, channelId)
    await table.write({ put: { ...postKey, ...publication, ...due(ofPost, now + 120_000, now).set } })
    await table.write({ put: { ...channelKey, ...common, ...due(ofChannel, now, now).set } })

    let [likes, followers] = [0, 0]
    return {
      targets: [ofPost, ofChannel],
      wake: async (message) =>
        message.kind === 'publication_collection' || message.kind === 'channel_collection'
          ? collector().collect([message])
          : undefined,
      check: async () => {
        const post = await table.get(postKey, collectionRecord)
        const own = await table.get(channelKey, channelRecord)
        const before = [likes, followers]
        likes = post?.last.likes ?? 0
        followers = own?.followers ?? 0
        const { items } = await table.query(
          { pk: keys.rollup(workspaceId, channelId, '').pk, consistent: true },
          rollupRecord,
        )
        const sum = items.reduce((total, day) => total + (day.likes ?? 0), 0)
        const snapshots = await table.query(
          { pk: postKey.pk, prefix: 'snapshot#', consistent: true },
          z.object({ counters: z.object({ likes: z.number() }) }),
        )
        const newest = snapshots.items.at(-1)?.counters.likes ?? 0
        return [
          ...(likes < (before[0] ?? 0) || followers < (before[1] ?? 0)
            ? ['an older number stands over a newer one']
            : []),
          ...(sum === likes ? [] : [`the days add up to ${sum}, the last count is ${likes}`]),
          ...(newest === likes ? [] : [`the newest snapshot says ${newest}, the last count is ${likes}`]),
        ]
      },
      atEnd: async () => [
        ...(likes === 0 ? ['the publication was never measured'] : []),
        ...(followers === 0 ? ['the channel was never measured'] : []),
      ],
    }
  },
}
