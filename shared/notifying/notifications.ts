import type { Condition } from '../aws/expression.ts'
import { keys, listPartition } from '../aws/keys.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { notFound } from '../kernel/errors.ts'
import { type Notification, notificationSchema } from './notification.ts'

const unread: Condition = {
  all: [
    ['readAt', 'absent'],
    ['settledAt', 'absent'],
  ],
}
const readOrSettled: Condition = {
  any: [
    ['readAt', 'present'],
    ['settledAt', 'present'],
  ],
}

/** What needs somebody, as listed and read. */
export class NotificationStore {
  readonly #table: Table
  readonly #clock: Clock

  constructor(table: Table, clock: Clock) {
    this.#table = table
    this.#clock = clock
  }

  /** Newest first; `unread` leaves out what was read, and what settled itself. */
  list(
    workspaceId: string,
    filter: { readonly unread?: boolean | undefined; readonly kind?: Notification['kind'] | undefined },
    limit: number,
    start?: Position,
  ): Promise<Page<Notification>> {
    const where: Condition[] = [
      ...(filter.unread === undefined ? [] : [filter.unread ? unread : readOrSettled]),
      ...(filter.kind === undefined ? [] : [['kind', '=', filter.kind] satisfies Condition]),
    ]
    return this.#table.query(
      {
        pk: listPartition(workspaceId, 'notifications'),
        index: 'list',
        newestFirst: true,
        limit,
        ...(where.length === 0 ? {} : { where: { all: where } }),
        ...(start === undefined ? {} : { start }),
      },
      notificationSchema,
    )
  }

  /** Marks it as read, once: who read it first stays. */
  async read(workspaceId: string, id: string, reader: string, extra: () => readonly Write[]): Promise<Notification> {
    const key = keys.notification(workspaceId, id)
    const result = await this.#table.transact([
      {
        update: key,
        set: { readAt: iso(this.#clock.now()), readBy: reader },
        if: {
          all: [
            ['pk', 'present'],
            ['readAt', 'absent'],
          ],
        },
      },
      ...extra(),
    ])
    if (!result.ok && result.item === undefined) throw notFound('notification', id)
    const read = await this.#table.get(key, notificationSchema)
    if (read === undefined) throw notFound('notification', id)
    return read
  }
}
