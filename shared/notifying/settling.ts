import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table, Write } from '../aws/table.ts'
import { millis } from '../kernel/clock.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import { type NotificationKind, notificationKind, notificationKinds } from './notification.ts'

const publication = ['publication.settled'] as const

/**
 * What settles each kind: the events about the same subject after which nobody needs to be told any more. Newer news of the
 * same kind takes the place of older.
 */
export const settledBy: Readonly<Record<NotificationKind, readonly [string, ...string[]]>> = {
  'publication.rejected': publication,
  'publication.failed': publication,
  'publication.partial': publication,
  'publication.unconfirmed': publication,
  'publication.missed': publication,
  'publication.handed_over': publication,
  'publication.handover_reminder': [...publication, 'publication.handover_reminder'],
  'channel.reconnect_needed': ['channel.reconnected', 'channel.deleted'],
  'channel.credentials_ending': [
    'channel.reconnected',
    'channel.deleted',
    'channel.reconnect_needed',
    'channel.credentials_ending',
  ],
  'endpoint.failing': ['endpoint.settled', 'endpoint.failing'],
  'mention.answer_failed': ['mention.answered', 'mention.deleted', 'mention.answer_failed'],
}

const kindsSettledBy = (event: string) => notificationKinds.filter((kind) => settledBy[kind].includes(event))

/** As long as events can be published again, and a day. */
const markSeconds = 15 * 86_400

const open = z.object({ notificationId: z.string(), kind: notificationKind, mark: z.string() })
const several = z.object({ settled: z.array(z.object({ subject: z.string(), sequence: z.number().int() })) })

/** Orders the events of one subject, as text: by its change, then by time. */
export const markOf = ({ sequence, time }: Pick<EventEnvelope, 'sequence' | 'time'>) =>
  `${String(sequence).padStart(12, '0')}#${time}`

/**
 * What stands beside a new notification: that it is open, and checks that nothing newer has settled it already, in whichever
 * order events come.
 */
export function opening(
  workspaceId: string,
  subject: string,
  { notificationId, kind, mark }: z.infer<typeof open>,
): { readonly item: Write; readonly unsettled: readonly Write[] } {
  return {
    item: { put: { ...keys.openNotification(workspaceId, subject, notificationId), notificationId, kind, mark } },
    unsettled: settledBy[kind].map((event) => ({
      check: keys.settled(workspaceId, subject, event),
      if: {
        any: [
          ['pk', 'absent'],
          ['mark', '<=', mark],
        ],
      },
    })),
  }
}

/**
 * Settles the open notifications that this event settles: those about its subjects, of the kinds that {@link settledBy} it
 * names, and older than it. Done again, it changes nothing. A write and a query a subject, and for each notification a
 * transaction of two.
 */
export async function settle(table: Table, event: EventEnvelope): Promise<void> {
  const kinds = kindsSettledBy(event.name)
  if (kinds.length === 0) return
  const { workspaceId, name, time } = event
  const read = several.safeParse(event.data)
  for (const { subject, sequence } of read.success ? read.data.settled : [event]) {
    const mark = markOf({ sequence, time })
    await table.write({
      update: keys.settled(workspaceId, subject, name),
      set: { mark, expiresAt: Math.floor(millis(time) / 1000) + markSeconds },
      if: {
        any: [
          ['pk', 'absent'],
          ['mark', '<', mark],
        ],
      },
    })
    const { pk } = keys.openNotification(workspaceId, subject, '')
    const found = await table.query({ pk, prefix: 'open#', consistent: true }, open)
    for (const one of found.items) {
      if (!kinds.includes(one.kind) || one.mark >= mark) continue
      const opened = {
        delete: keys.openNotification(workspaceId, subject, one.notificationId),
        if: ['mark', '=', one.mark],
      } as const
      await table.transact([
        {
          update: keys.notification(workspaceId, one.notificationId),
          set: { settledAt: time, settledBy: name },
          if: ['pk', 'present'],
        },
        opened,
      ])
    }
  }
}
