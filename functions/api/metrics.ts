import * as z from 'zod'
import { channelId } from '../../shared/channels/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { channelMetrics, countersByHand, granularities, publicationMetrics } from '../../shared/measuring/index.ts'
import { publicationId } from '../../shared/publishing/index.ts'
import { resourceHandler } from '../containers/api.ts'
import { byHand, metrics } from '../containers/metrics.ts'
import { audited } from './recorded.ts'

export const operations = {
  getPublicationMetrics: operation({
    params: z.object({ publicationId }),
    answer: publicationMetrics,
    description: 'Counters that the network does not tell are absent; a rate whose denominator is unknown is null.',
    handle: async ({ caller, params }) => ({
      body: await metrics().ofPublication(caller.workspaceId, params.publicationId),
    }),
  }),
  setPublicationMetrics: operation({
    params: z.object({ publicationId }),
    body: countersByHand,
    answer: publicationMetrics,
    description:
      'Totals read off the network by a person, where the network tells programs none or a person published it. What is not given stays as it was; the answer says `source: by_hand`.',
    handle: async (call) => {
      const { caller, params, body } = call
      const { workspaceId } = caller
      await byHand().set(workspaceId, params.publicationId, body, () => [
        audited(call, 'metrics.set', params.publicationId),
      ])
      return { body: await metrics().ofPublication(workspaceId, params.publicationId) }
    },
  }),
  getChannelMetrics: operation({
    params: z.object({ channelId }),
    query: z.object({
      from: z.iso.date().optional().describe('First day, in the workspace’s zone; 27 days before `to` if absent.'),
      to: z.iso.date().optional().describe('Last day, counted too; today if absent. At most 400 days.'),
      granularity: z.enum(granularities).default('day').describe('Weeks are those of ISO 8601.'),
    }),
    answer: channelMetrics,
    description:
      '`counters` is what the posts of the channel gained, `account` what the network tells of the channel itself; `definitions` says what each counts. What a network does not tell is absent. Reach counts people once: its sums over days and posts are `dailyReachSum` and `postReachSum`.',
    handle: async ({ caller, params, query }) => ({
      body: await metrics().ofChannel(caller.workspaceId, params.channelId, query),
    }),
  }),
}

export const handler = resourceHandler('metrics', operations)
