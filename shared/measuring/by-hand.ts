import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table, Write } from '../aws/table.ts'
import { said } from '../i18n/index.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { type AnyConnector, counterNames } from '../networks/network.ts'
import { findPublication, isKnown, type Publication } from '../publishing/index.ts'
import { dayOf } from './calendar.ts'
import { changesSince, countersSchema, known } from './counters.ts'
import { addToRollup, collectionRecord } from './record.ts'
import { measuringTexts } from './texts.ts'
import { followPublication } from './watching.ts'

interface ByHandParts {
  readonly table: Table
  readonly clock: Clock
  zoneOf(workspaceId: string): Promise<string>
  connectorOf(network: string): Promise<AnyConnector>
}

const total = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional()

/** Totals that a person read off the network. */
export const countersByHand = z
  .strictObject(Object.fromEntries(counterNames.map((name) => [name, total])))
  .refine((given) => Object.keys(given).length > 0, {
    message: said(measuringTexts.oneCounter()),
    params: { code: 'required' },
  })

const maxTries = 5

/** Counters of publications whose network tells none to programs: written by hand, counted like any other. */
export class ByHand {
  readonly #parts: ByHandParts

  constructor(parts: ByHandParts) {
    this.#parts = parts
  }

  /**
   * Sets the totals that are given and leaves the others; the same again changes nothing. `more` is written in the same
   * transaction. Throws `not_found`, `not_live`, `measured_by_network`, and `unavailable` if others keep writing.
   */
  async set(workspaceId: string, id: string, given: unknown, more: () => readonly Write[]): Promise<void> {
    const { table, clock } = this.#parts
    const publication = await findPublication(table, workspaceId, id)
    if (publication === undefined) throw notFound('publication', id)
    await this.#demand(publication)
    const counters = known(countersSchema.parse(given))
    const key = keys.collection(workspaceId, id)
    const zone = await this.#parts.zoneOf(workspaceId)
    await followPublication(this.#parts, workspaceId, id)
    for (let tries = 0; tries < maxTries; tries++) {
      const record = await table.get(key, collectionRecord)
      if (record === undefined) throw notLive()
      const { channelId, version } = record
      const before = known(record.last)
      const last = { ...before, ...counters }
      if (isDeepStrictEqual(last, before)) return
      const now = clock.now()
      const [at, day] = [iso(now), dayOf(now, zone)]
      const { ok } = await table.transact([
        { update: key, set: { last, measuredAt: at, version: version + 1 }, if: ['version', '=', version] },
        {
          put: {
            ...keys.snapshot(workspaceId, id, at),
            workspaceId,
            publicationId: id,
            channelId,
            at,
            day,
            counters: last,
            source: 'by_hand',
          },
        },
        addToRollup(workspaceId, channelId, day, changesSince(before, counters)),
        ...more(),
      ])
      if (ok) return
    }
    throw new AppError('unavailable', 'metrics_busy', measuringTexts.countersBusy())
  }

  async #demand(publication: Publication): Promise<void> {
    if (!['published', 'partial'].includes(publication.state)) throw notLive()
    const connector = await this.#parts.connectorOf(publication.network)
    if (connector.measure === undefined || leftByHand(publication)) return
    throw new AppError(
      'conflict',
      'measured_by_network',
      measuringTexts.measuredByNetwork({ network: connector.title }),
    )
  }
}

/** Whether a person published it, and the network cannot be asked for it: its id there is not known. */
const leftByHand = (publication: Publication) => publication.deliver === 'handover' && !isKnown(publication)

const notLive = () => new AppError('conflict', 'not_live', measuringTexts.notLive())
