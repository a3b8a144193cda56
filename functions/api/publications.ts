import * as z from 'zod'
import { channelId } from '../../shared/channels/index.ts'
import { type Caller, operation } from '../../shared/http/operation.ts'
import { repeatable } from '../../shared/http/validate.ts'
import { commonTexts } from '../../shared/i18n/index.ts'
import { millis } from '../../shared/kernel/clock.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import {
  attemptSchema,
  publicationId,
  publicationPatch,
  publicationState,
  publicationView,
  publicationViewSchema,
  rescheduling,
  resolutionSchema,
} from '../../shared/publishing/index.ts'
import type { CheckedPublication } from '../../shared/publishing/posts.ts'
import { resourceHandler } from '../containers/api.ts'
import { authorOf, posts, publications } from '../containers/publishing.ts'
import { handoverLinksFor } from '../containers/signing.ts'

const params = z.object({ publicationId })
const states = repeatable(publicationState)

const filter = z.object({
  state: states.optional().describe('May be repeated.'),
  channel: channelId.optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('Due at or after this instant.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Due at or before this instant.'),
  order: z.enum(['earliest', 'latest']).optional(),
})

export const operations = {
  listPublications: operation({
    query: filter,
    answer: publicationViewSchema,
    list: true,
    handle: async ({ caller, query, page }) => {
      const { channel, order, ...bounds } = query
      if (bounds.from !== undefined && bounds.to !== undefined && millis(bounds.from) > millis(bounds.to))
        throw reversed()
      const found = await publications().list(
        caller.workspaceId,
        { ...bounds, channelId: channel },
        { ...page, newestFirst: order === 'latest' },
      )
      const links = await handoverLinksFor(caller, found.items)
      return { items: found.items.map((one) => publicationView(one, links)), next: found.next }
    },
  }),
  getPublication: operation({
    params,
    answer: publicationViewSchema.extend({ attemptLog: z.array(attemptSchema) }),
    description:
      'With every attempt: when, what was sent, what came back, how it was decided. `problem` says by class what stands in its way, `progress` how far an upload is, `cost` what sending costs.',
    handle: async ({ caller, params: { publicationId: id } }) => {
      const { publication, attempts } = await publications().get(caller.workspaceId, id)
      const view = publicationView(publication, await handoverLinksFor(caller, [publication]))
      return { body: { ...view, attemptLog: attempts }, version: publication.version }
    },
  }),
  updatePublication: operation({
    params,
    body: publicationPatch,
    answer: publicationViewSchema,
    updates: true,
    description:
      'Changes what this channel says otherwise, its variant in the post, as a JSON Merge Patch (RFC 7396): what is not named stays, `null` goes back to what the post says, lists and the `schedule` are replaced whole. Refused, with the reason, while it is being sent and once it has left. Without the scope `posts:publish` it changes a draft only, and gives it no schedule.',
    handle: async ({ caller, params: { publicationId: id }, body, ifMatch }) =>
      shown(caller, await posts().editPublication(caller.workspaceId, id, { actor: authorOf(caller) }, body, ifMatch)),
  }),
  schedulePublication: operation({
    params,
    body: rescheduling,
    answer: publicationViewSchema,
    updates: true,
    handle: async ({ caller, params: { publicationId: id }, body, ifMatch }) =>
      shown(
        caller,
        await publications().schedule(
          caller.workspaceId,
          id,
          authorOf(caller),
          body.schedule,
          body.latePolicy,
          ifMatch,
        ),
      ),
  }),
  cancelPublication: operation({
    params,
    answer: publicationViewSchema,
    updates: true,
    description:
      'While a call is out, or its answer is being looked up, this is a request (`stopRequestedAt`): nothing more of it is sent, and it ends as `cancelled`, `partial`, `published` or `unconfirmed`, by what is found on the network. A thread of which parts are live becomes `partial`: they stay, can be removed, and `retry` sends the rest. Without the scope `posts:publish` it cancels a draft only.',
    handle: async ({ caller, params: { publicationId: id }, ifMatch }) =>
      shown(caller, await publications().cancel(caller.workspaceId, id, authorOf(caller), ifMatch)),
  }),
  resolvePublication: operation({
    params,
    body: resolutionSchema,
    answer: publicationViewSchema,
    updates: true,
    description:
      'For one that is `unconfirmed`, or whose answer is being looked up: what a person saw on the network; for one that is `handed_over`: what they did. With the `externalId` of the post, its comments and counters are found.',
    handle: async ({ caller, params: { publicationId: id }, body, ifMatch }) =>
      shown(caller, await publications().resolve(caller.workspaceId, id, authorOf(caller), body, ifMatch)),
  }),
  retryPublication: operation({
    params,
    answer: publicationViewSchema,
    updates: true,
    description:
      'For one that is `rejected`, `failed`, `missed` or `partial`: it leaves now. Refused (`post_deleted`) where its post was deleted.',
    handle: async ({ caller, params: { publicationId: id }, ifMatch }) =>
      shown(caller, await publications().retry(caller.workspaceId, id, authorOf(caller), ifMatch)),
  }),
  deletePublication: operation({
    params,
    answer: publicationViewSchema,
    updates: true,
    description:
      'Removes it from its network: `deleting`, then `deleted`. Of a thread that waits after its first parts, nothing more is sent.',
    handle: async ({ caller, params: { publicationId: id }, ifMatch }) =>
      shown(caller, await publications().remove(caller.workspaceId, id, authorOf(caller), ifMatch)),
  }),
}

const reversed = () =>
  new AppError('unprocessable', 'validation_failed', commonTexts.fromAfterTo(), {
    problems: [{ pointer: '/from', code: 'after_to', message: commonTexts.fromAfterTo(), in: 'query' }],
  })

async function shown(caller: Caller, publication: CheckedPublication) {
  return {
    body: publicationView(publication, await handoverLinksFor(caller, [publication])),
    version: publication.version,
  }
}

export const handler = resourceHandler('publications', operations)
