import { fenceFailed, staleVersion } from '../aws/commit.ts'
import { keyInUse } from '../aws/idempotency.ts'
import { keys, listed, listPartition } from '../aws/keys.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId, type Random } from '../kernel/ids.ts'
import { due } from '../scheduling/index.ts'
import { type List, type ListChange, type ListRecord, listRecord, listSchema, type NewList } from './list.ts'
import { newsletterTexts } from './texts.ts'

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  /** The network of a channel of this workspace; undefined if there is none. */
  readonly networkOf: (workspaceId: string, channelId: string) => Promise<string | undefined>
}

const dayMs = 24 * 3600_000

/** When a list is looked through next: a day from now. */
export const tidying = (workspaceId: string, listId: string, now: number) =>
  due({ kind: 'list_cleanup', workspaceId, listId }, now + dayMs, now).set

/** The lists of the workspaces. `extra` writes (audit, idempotency) go into the same transaction. */
/** The channel of a list; undefined where the workspace has no such list. */
export const channelOfList = async (table: Table, workspaceId: string, id: string): Promise<string | undefined> =>
  (await table.get(keys.list(workspaceId, id), listRecord))?.channelId

export class Lists {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Throws `not_an_email_channel`. */
  async create(workspaceId: string, wanted: NewList, extra: (list: List) => readonly Write[]): Promise<List> {
    const { table, clock, random, networkOf } = this.#parts
    if ((await networkOf(workspaceId, wanted.channelId)) !== 'email')
      throw new AppError('unprocessable', 'not_an_email_channel', newsletterTexts.notAnEmailChannel())
    const at = iso(clock.now())
    const id = newId('list', clock.now(), random)
    const list: List = { id, ...wanted, subscribers: 0, version: 1, createdAt: at, updatedAt: at }
    const made = await table.transact([
      {
        put: {
          ...keys.list(workspaceId, id),
          ...listed(workspaceId, 'lists', at, id),
          workspaceId,
          ...list,
          ...tidying(workspaceId, id, clock.now()),
        },
        if: ['pk', 'absent'],
      },
      ...extra(list),
    ])
    if (!made.ok) throw keyInUse()
    return list
  }

  async get(workspaceId: string, id: string): Promise<List> {
    return listSchema.parse(await this.record(workspaceId, id))
  }

  async record(workspaceId: string, id: string): Promise<ListRecord> {
    const found = await this.#parts.table.get(keys.list(workspaceId, id), listRecord)
    if (found === undefined) throw notFound('list', id)
    return found
  }

  /** Newest first. */
  list(workspaceId: string, limit: number, start?: Position): Promise<Page<List>> {
    const pk = listPartition(workspaceId, 'lists')
    const from = start === undefined ? {} : { start }
    return this.#parts.table.query({ pk, index: 'list', newestFirst: true, limit, ...from }, listSchema)
  }

  async change(
    workspaceId: string,
    id: string,
    change: ListChange,
    ifMatch: number | undefined,
    extra: () => readonly Write[],
  ): Promise<List> {
    const before = await this.#at(workspaceId, id, ifMatch)
    const updatedAt = iso(this.#parts.clock.now())
    const changed = await this.#parts.table.transact([
      {
        update: keys.list(workspaceId, id),
        set: { ...change, updatedAt, version: before.version + 1 },
        if: ['version', '=', before.version],
      },
      ...extra(),
    ])
    if (!changed.ok) throw fenceFailed(ifMatch, changed.item)
    return this.get(workspaceId, id)
  }

  /** Only an empty list goes: whoever is on it has a right to leave first. Throws `list_not_empty`. */
  async remove(
    workspaceId: string,
    id: string,
    ifMatch: number | undefined,
    extra: () => readonly Write[],
  ): Promise<void> {
    const before = await this.#at(workspaceId, id, ifMatch)
    const removed = await this.#parts.table.transact([
      {
        delete: keys.list(workspaceId, id),
        if: {
          all: [
            ['version', '=', before.version],
            ['subscribers', '=', 0],
          ],
        },
      },
      ...extra(),
    ])
    if (removed.ok) return
    if (removed.item?.version !== before.version) throw fenceFailed(ifMatch, removed.item)
    throw new AppError(
      'conflict',
      'list_not_empty',
      newsletterTexts.listNotEmpty({ count: Number(removed.item?.subscribers) }),
    )
  }

  async #at(workspaceId: string, id: string, ifMatch: number | undefined): Promise<ListRecord> {
    const found = await this.record(workspaceId, id)
    if (ifMatch !== undefined && ifMatch !== found.version) throw staleVersion(found.version)
    return found
  }
}
