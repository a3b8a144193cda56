import * as z from 'zod'
import { operation } from '../../shared/http/operation.ts'
import { notificationId, notificationKind, notificationSchema } from '../../shared/notifying/notification.ts'
import { NotificationStore } from '../../shared/notifying/notifications.ts'
import { clock, once, table } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { audited } from './recorded.ts'

const store = /* @__PURE__ */ once(() => new NotificationStore(table(), clock))

const filter = z.object({
  unread: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  kind: notificationKind.optional(),
})

export const operations = {
  listNotifications: operation({
    query: filter,
    answer: notificationSchema,
    list: true,
    description: 'Newest first. `unread=true` leaves out what somebody has read.',
    handle: ({ caller, query, page }) => store().list(caller.workspaceId, query, page.limit, page.start),
  }),
  readNotification: operation({
    params: z.object({ notificationId }),
    answer: notificationSchema,
    description: 'Once for the whole workspace: who read it first stays.',
    handle: async (call) => {
      const {
        caller,
        params: { notificationId: id },
      } = call
      const writes = () => [audited(call, 'notification.read', id)]
      return { body: await store().read(caller.workspaceId, id, caller.actor.id, writes) }
    },
  }),
}

export const handler = resourceHandler('notifications', operations)
