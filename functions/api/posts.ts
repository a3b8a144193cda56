import * as z from 'zod'
import { operation } from '../../shared/http/operation.ts'
import {
  channelReviewSchema,
  postEdit,
  postId,
  postInput,
  postSchema,
  postView,
  postViewSchema,
  rescheduling,
} from '../../shared/publishing/index.ts'
import type { PostWithPublications } from '../../shared/publishing/posts.ts'
import { resourceHandler } from '../containers/api.ts'
import { posts } from '../containers/publishing.ts'

const params = z.object({ postId })

export const operations = {
  createPost: operation({
    body: postInput,
    answer: postViewSchema,
    status: 201,
    creates: true,
    description:
      'Without `schedule` it is a draft. A local time that does not exist is moved forward by the gap, one that exists twice is the first of the two: `scheduled.adjusted` says so and `dueAt` is the instant taken. A scheduled post that a network would refuse is refused here, with a pointer per problem.',
    handle: async ({ caller, body, idempotency }) => {
      const answer = { idempotency, status: 201, body: postView }
      return { status: 201, ...shown(await posts().create(caller.workspaceId, caller.actor, body, answer)) }
    },
  }),
  validatePost: operation({
    body: postInput,
    answer: z.object({ valid: z.boolean(), channels: z.array(channelReviewSchema) }),
    description:
      'Writes nothing. Per channel: the counted length, the limit, what the network would refuse, what a person would not expect (`warnings`, which stop nothing), and what sending costs.',
    handle: async ({ caller, body }) => {
      const channels = await posts().validate(caller.workspaceId, body)
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
    handle: async ({ caller, params: { postId: id } }) => shown(await posts().get(caller.workspaceId, id)),
  }),
  updatePost: operation({
    params,
    body: postEdit,
    answer: postViewSchema,
    updates: true,
    description:
      'Changes what has not left yet. Refused, with the reason, while one of its publications is being sent.',
    handle: async ({ caller, params: { postId: id }, body, ifMatch }) =>
      shown(await posts().edit(caller.workspaceId, id, caller.actor, body, ifMatch)),
  }),
  schedulePost: operation({
    params,
    body: rescheduling,
    answer: postViewSchema,
    updates: true,
    handle: async ({ caller, params: { postId: id }, body, ifMatch }) =>
      shown(await posts().schedule(caller.workspaceId, id, caller.actor, body, ifMatch)),
  }),
  cancelPost: operation({
    params,
    answer: postViewSchema,
    updates: true,
    handle: async ({ caller, params: { postId: id }, ifMatch }) =>
      shown(await posts().cancel(caller.workspaceId, id, caller.actor, ifMatch)),
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
    handle: async ({ caller, params: { postId: id }, query, ifMatch }) =>
      shown(await posts().remove(caller.workspaceId, id, caller.actor, query.networks ?? false, ifMatch)),
  }),
}

function shown(result: PostWithPublications) {
  return { body: postView(result), version: result.post.version }
}

export const handler = resourceHandler('posts', operations)
