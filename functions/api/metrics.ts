import * as z from 'zod'
import { channelId } from '../../shared/channels/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { channelMetrics, granularities, publicationMetrics } from '../../shared/measuring/index.ts'
import { publicationId } from '../../shared/publishing/index.ts'
import { resourceHandler } from '../containers/api.ts'
import { metrics } from '../containers/metrics.ts'

export const operations = {
  getPublicationMetrics: operation({
    params: z.object({ publicationId }),
    answer: publicationMetrics,
    description: 'Counters that the network does not tell are absent; a rate whose denominator is unknown is null.',
    handle: async ({ caller, params }) => ({
      body: await metrics().ofPublication(caller.workspaceId, params.publicationId),
    }),
  }),
  getChannelMetrics: operation({
    params: z.object({ channelId }),
    query: z.object({
      from: z.iso.date().optional().describe('First day, in the workspace’s zone; 27 days before `to` if absent.'),
      to: z.iso.date().optional().describe('Last day, counted too; today if absent. At most 400 days.'),
      granularity: z.enum(granularities).default('day').describe('Weeks are those of ISO 8601.'),
    }),
    answer: channelMetrics,
    handle: async ({ caller, params, query }) => ({
      body: await metrics().ofChannel(caller.workspaceId, params.channelId, query),
    }),
  }),
}

export const handler = resourceHandler('metrics', operations)
