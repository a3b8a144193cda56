import * as z from 'zod'
import { type Caller, operation } from '../../shared/http/operation.ts'
import { isHandover } from '../../shared/notifying/matter.ts'
import {
  type Notification,
  notificationId,
  notificationKind,
  notificationSchema,
} from '../../shared/notifying/notification.ts'
import { NotificationStore } from '../../shared/notifying/notifications.ts'
import { clock, once, table } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { handoverLinksFor } from '../containers/signing.ts'
import { audited } from './recorded.ts'

const store = /* @__PURE__ */ once(() => new NotificationStore(table(), clock))

const shown = notificationSchema.extend({
  page: z
    .string()
    .optional()
    .describe('Of what was handed over, for those who may publish: the page to open. Needs no key, for seven days.'),
})

const filter = z.object({
  unread: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  kind: notificationKind.optional(),
})

export const operations = {
  listNotifications: operation({
    query: filter,
    answer: shown,
    list: true,
    description:
      'Newest first. `unread=true` leaves out what somebody has read, and what settled itself (`settledAt`): a publication that was retried, rescheduled, resolved or cancelled, a channel that was reconnected, an endpoint that takes deliveries again.',
    handle: async ({ caller, query, page }) => {
      const found = await store().list(caller.workspaceId, query, page.limit, page.start)
      return { items: await withPages(caller, found.items), next: found.next }
    },
  }),
  readNotification: operation({
    params: z.object({ notificationId }),
    answer: shown,
    description: 'Once for the whole workspace: who read it first stays.',
    handle: async (call) => {
      const {
        caller,
        params: { notificationId: id },
      } = call
      const writes = () => [audited(call, 'notification.read', id)]
      const read = await store().read(caller.workspaceId, id, caller.actor.id, writes)
      const [body] = await withPages(caller, [read])
      return { body }
    },
  }),
}

async function withPages(caller: Caller, notifications: readonly Notification[]) {
  const about = notifications.map(({ kind }) => ({ state: isHandover(kind) ? 'handed_over' : '' }))
  const linkTo = await handoverLinksFor(caller, about)
  return notifications.map((one) => {
    const { publicationId } = one.subjects
    if (!isHandover(one.kind) || publicationId === undefined || linkTo === undefined) return one
    return { ...one, page: linkTo(publicationId) }
  })
}

export const handler = resourceHandler('notifications', operations)
