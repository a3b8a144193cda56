import * as z from 'zod'
import { type Caller, operation } from '../../shared/http/operation.ts'
import {
  channelPreviewSchema,
  postId,
  postInput,
  postPatch,
  postSchema,
  postView,
  postViewSchema,
  rescheduling,
} from '../../shared/publishing/index.ts'
import type { PostWithPublications } from '../../shared/publishing/posts.ts'
import type { Preview } from '../../shared/publishing/preview.ts'
import { resourceHandler } from '../containers/api.ts'
import { authorOf, posts } from '../containers/publishing.ts'
import { handoverLinksFor } from '../containers/signing.ts'

const params = z.object({ postId })

export const operations = {
  createPost: operation({
    body: postInput,
    answer: postViewSchema,
    status: 201,
    creates: true,
    description:
      'Without `schedule` it is a draft. A schedule, its own or one of a variant, also needs the scope `posts:publish`: without it, nothing is written. A local time that does not exist is moved forward by the gap, one that exists twice is the first of the two: `scheduled.adjusted` says so and `dueAt` is the instant taken. A scheduled post that a network would refuse is refused here, with a pointer per problem. What a person would not expect, such as the same text twice within the time in which the network refuses that, is a warning of its publication.',
    handle: async ({ caller, body, idempotency }) => {
      const answer = { idempotency, status: 201, body: postView }
      return {
        status: 201,
        ...(await shown(caller, await posts().create(caller.workspaceId, authorOf(caller), body, answer))),
      }
    },
  }),
  validatePost: operation({
    body: postInput,
    query: z.object({
      cards: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .optional()
        .describe('Also read what linked pages say of themselves. Default false: it calls them.'),
    }),
    answer: z.object({ valid: z.boolean(), channels: z.array(channelPreviewSchema) }),
    description:
      'Writes nothing. Per channel: the counted length, the limit, what the network would refuse, what a person would not expect (`warnings`, which stop nothing), what sending costs, and a preview: the text as it will be folded or cut, the media as they will be fitted (`notes` says what is done to them), the card.',
    handle: async ({ caller: { workspaceId }, body, query }) => {
      const reviews = await posts().validate(workspaceId, body)
      const channels = query.cards === true ? await withCards(workspaceId, reviews) : reviews
      return { body: { valid: channels.every((channel) => channel.problems.length === 0), channels } }
    },
  }),
  listPosts: operation({
    answer: postSchema,
    list: true,
    description: 'Newest first. By state, channel or time: `GET /v1/publications`.',
    handle: ({ caller, page }) => posts().list(caller.workspaceId, page),
  }),
  getPost: operation({
    params,
    answer: postViewSchema,
    handle: async ({ caller, params: { postId: id } }) => shown(caller, await posts().get(caller.workspaceId, id)),
  }),
  updatePost: operation({
    params,
    body: postPatch,
    answer: postViewSchema,
    updates: true,
    description:
      'A JSON Merge Patch (RFC 7396): what is not named stays, `null` removes, maps and objects merge, lists and a `schedule` are replaced whole. Changes what has not left yet. A channel added to `channels` gets a publication, at the moment of the post if that is still ahead; one left out has its publication cancelled. Refused, with the reason, while a publication that it would change is being sent. Without the scope `posts:publish` it changes drafts only.',
    handle: async ({ caller, params: { postId: id }, body, ifMatch }) =>
      shown(caller, await posts().edit(caller.workspaceId, id, authorOf(caller), body, ifMatch)),
  }),
  schedulePost: operation({
    params,
    body: rescheduling,
    answer: postViewSchema,
    updates: true,
    handle: async ({ caller, params: { postId: id }, body, ifMatch }) =>
      shown(caller, await posts().schedule(caller.workspaceId, id, authorOf(caller), body, ifMatch)),
  }),
  cancelPost: operation({
    params,
    answer: postViewSchema,
    updates: true,
    description: 'Without the scope `posts:publish` it cancels drafts only.',
    handle: async ({ caller, params: { postId: id }, ifMatch }) =>
      shown(caller, await posts().cancel(caller.workspaceId, id, authorOf(caller), ifMatch)),
  }),
  deletePost: operation({
    params,
    query: z.object({
      networks: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .optional()
        .describe('Also remove what is live from the networks. Default false.'),
    }),
    answer: postViewSchema,
    updates: true,
    description: 'Without the scope `posts:publish` it deletes drafts only.',
    handle: async ({ caller, params: { postId: id }, query, ifMatch }) =>
      shown(caller, await posts().remove(caller.workspaceId, id, authorOf(caller), query.networks ?? false, ifMatch)),
  }),
}

/** Each page is called once, whichever channels link to it. */
async function withCards<R extends { readonly preview: Preview }>(workspaceId: string, reviews: readonly R[]) {
  const { cards } = await import('../containers/cards.ts')
  const links = [...new Set(reviews.flatMap(({ preview }) => preview.link ?? []))]
  const found = new Map(
    await Promise.all(links.map(async (link) => [link, await cards().find(workspaceId, link)] as const)),
  )
  return reviews.map((review) => {
    const card = found.get(review.preview.link ?? '')
    return card === undefined ? review : { ...review, preview: { ...review.preview, card } }
  })
}

async function shown(caller: Caller, result: PostWithPublications) {
  return { body: postView(result, await handoverLinksFor(caller, result.publications)), version: result.post.version }
}

export const handler = resourceHandler('posts', operations)
