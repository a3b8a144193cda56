import * as z from 'zod'
import { operation } from '../../shared/http/operation.ts'
import { notFound } from '../../shared/kernel/errors.ts'
import {
  importSchema,
  type List,
  liftedBounce,
  listChange,
  listId,
  listSchema,
  newList,
  newSubscriber,
  subscriberId,
  subscriberSchema,
  subscriberStates,
} from '../../shared/newsletters/list.ts'
import { resourceHandler } from '../containers/api.ts'
import { lists, subscribers } from '../containers/lists.ts'
import { audited, created } from './recorded.ts'
import type { OperationName } from './routes.ts'

const params = z.object({ listId })
const ofSubscriber = params.extend({ subscriberId })
const shown = (list: List) => ({ body: list, version: list.version })

export const operations = {
  createList: operation({
    body: newList,
    answer: listSchema,
    status: 201,
    creates: true,
    description: 'A newsletter leaves for a list as a post on its channel, with `options.listId` and `options.title`.',
    handle: async (call) => {
      const list = await lists().create(call.caller.workspaceId, call.body, (made) =>
        created(call, 'list.created', made.id, 201, made),
      )
      return { status: 201, ...shown(list) }
    },
  }),
  listLists: operation({
    answer: listSchema,
    list: true,
    handle: ({ caller, page }) => lists().list(caller.workspaceId, page.limit, page.start),
  }),
  getList: operation({
    params,
    answer: listSchema,
    handle: async ({ caller, params: { listId: id } }) => shown(await lists().get(caller.workspaceId, id)),
  }),
  updateList: operation({
    params,
    body: listChange,
    answer: listSchema,
    updates: true,
    handle: async (call) => {
      const {
        caller,
        params: { listId: id },
      } = call
      const writes = () => [audited(call, 'list.updated', id)]
      return shown(await lists().change(caller.workspaceId, id, call.body, call.ifMatch, writes))
    },
  }),
  deleteList: operation({
    params,
    status: 204,
    updates: true,
    handle: async (call) => {
      const {
        caller,
        params: { listId: id },
      } = call
      await lists().remove(caller.workspaceId, id, call.ifMatch, () => [audited(call, 'list.deleted', id)])
      return { status: 204 }
    },
  }),
  addSubscriber: operation({
    params,
    body: newSubscriber,
    answer: subscriberSchema,
    status: 202,
    creates: true,
    description:
      'Double opt-in: a letter leaves with a link, and nothing else is sent before its button was pressed. Who does not press it within 30 days is forgotten. Asked again, it sends at most one letter a day. When they asked, where, and the wording they saw are kept as proof.',
    handle: async (call) => {
      const { workspaceId } = call.caller
      const list = await lists().record(workspaceId, call.params.listId)
      // what a repeat is answered holds no address
      const subscriber = await subscribers().ask(list, call.body, (made) =>
        created(call, 'subscriber.asked', made.id, 202, made),
      )
      return { status: 202, body: subscriber }
    },
  }),
  importSubscribers: operation({
    params,
    body: importSchema,
    answer: z.object({
      imported: z.number().int(),
      already: z.number().int(),
      suppressed: z.number().int().meta({ description: 'Left, complained or bounced before: not taken back this way' }),
    }),
    description:
      'Up to 100 people at a time who agreed elsewhere: you give the proof (when, where, in which words), and answer for it. Sent again, it changes nothing.',
    handle: async (call) => {
      const list = await lists().record(call.caller.workspaceId, call.params.listId)
      const counts = await subscribers().import(list, call.body, () => [audited(call, 'subscribers.imported', list.id)])
      return { body: counts }
    },
  }),
  listSubscribers: operation({
    params,
    query: z.object({ state: z.enum(subscriberStates).optional() }),
    answer: subscriberSchema,
    list: true,
    description: 'Newest first. Of who is gone, only the proof is left.',
    handle: async ({ caller, params: { listId: id }, query, page }) => {
      await lists().record(caller.workspaceId, id)
      return subscribers().list(caller.workspaceId, id, query.state, page.limit, page.start)
    },
  }),
  getSubscriber: operation({
    params: ofSubscriber,
    answer: subscriberSchema,
    handle: async ({ caller, params: { listId: id, subscriberId: who } }) => {
      const subscriber = await subscribers().get(caller.workspaceId, who)
      if (subscriber.listId !== id) throw notFound('subscriber', who)
      return { body: subscriber }
    },
  }),
  liftBounce: operation({
    params: ofSubscriber,
    body: liftedBounce,
    answer: subscriberSchema,
    description:
      'For an owner who knows that the address works. It was erased: type it again, with a reason, which is kept with the subscription and in the audit. Who left, complained or was erased is not taken back this way: they ask and confirm themselves.',
    handle: async (call) => {
      const { workspaceId, actor } = call.caller
      const { listId: id, subscriberId: who } = call.params
      const subscriber = await subscribers().get(workspaceId, who)
      if (subscriber.listId !== id) throw notFound('subscriber', who)
      const lifted = await subscribers().liftBounce(workspaceId, who, call.body, actor.id, () => [
        audited(call, 'subscriber.bounce_lifted', who),
      ])
      return { body: lifted }
    },
  }),
  removeSubscriber: operation({
    params: ofSubscriber,
    status: 204,
    description:
      'Their address and name are erased; the proof, and a hash that keeps them from being imported again, stay.',
    handle: async (call) => {
      const { workspaceId } = call.caller
      const { listId: id, subscriberId: who } = call.params
      const subscriber = await subscribers().get(workspaceId, who)
      if (subscriber.listId !== id) throw notFound('subscriber', who)
      await subscribers().gone(workspaceId, who, 'left', () => [audited(call, 'subscriber.removed', who)])
      return { status: 204 }
    },
  }),
} satisfies Record<OperationName<'lists'>, unknown>

export const handler = resourceHandler('lists', operations)
