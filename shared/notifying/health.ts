import { keys } from '../aws/keys.ts'
import { outbox } from '../aws/outbox.ts'
import type { Table, Write } from '../aws/table.ts'
import type { Text } from '../i18n/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { EndpointRecord } from './endpoint.ts'
import { endpointFailing, endpointSettled } from './events.ts'
import { notifyingTexts } from './texts.ts'

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

const hour = 3600_000
/** Somebody is told after a day of nothing but failures, or after an hour of them if there were this many. */
const toldAfterMs = 24 * hour
const toldAfterFailures = 50
const disabledAfterMs = 5 * 24 * hour

/** A delivery arrived: the spell of failures, if there was one, is over. */
export async function noteSuccess(parts: Parts, endpoint: EndpointRecord): Promise<void> {
  if (endpoint.failingSince === undefined && endpoint.failures === 0) return
  const write = {
    update: keys.endpoint(endpoint.workspaceId, endpoint.id),
    set: { failures: 0 },
    remove: ['failingSince', 'told'],
    if: ['pk', 'present'],
  } as const
  if (endpoint.told === undefined) await parts.table.write(write)
  else await parts.table.transact([write, endpointIsSettled(parts, endpoint, endpoint.version)])
}

/** The event that what people were told of an endpoint is over. `sequence`: its version then. */
export function endpointIsSettled(
  { clock, random }: Pick<Parts, 'clock' | 'random'>,
  { workspaceId, id }: Pick<EndpointRecord, 'workspaceId' | 'id'>,
  sequence: number,
): Write {
  const about = { workspaceId, subject: id, sequence }
  return outbox(endpointSettled.create({ now: clock.now(), random }, about, { endpointId: id }))
}

/**
 * A delivery failed. Tells people once a spell of failures is long enough, and disables the endpoint at five days, or at
 * once when its receiver says it is gone for good (410). Both are one transaction with their event.
 */
export async function noteFailure(parts: Parts, endpoint: EndpointRecord, kind: 'failed' | 'gone'): Promise<void> {
  const { table, clock } = parts
  const key = keys.endpoint(endpoint.workspaceId, endpoint.id)
  const now = clock.now()
  const since = endpoint.failingSince ?? iso(now)
  if (endpoint.failingSince === undefined)
    await table.write({
      update: key,
      set: { failingSince: since },
      if: {
        all: [
          ['pk', 'present'],
          ['failingSince', 'absent'],
        ],
      },
    })
  await table.write({ update: key, add: { failures: 1 }, if: ['pk', 'present'] })

  const spellMs = now - millis(since)
  if (kind === 'gone') return disable(parts, endpoint, since, notifyingTexts.receiverGone())
  if (spellMs >= disabledAfterMs) return disable(parts, endpoint, since, notifyingTexts.noneForFiveDays())
  const long = spellMs >= toldAfterMs || (spellMs >= hour && endpoint.failures + 1 >= toldAfterFailures)
  if (long && endpoint.told !== since) await tell(parts, endpoint, since)
}

async function tell(parts: Parts, endpoint: EndpointRecord, since: string): Promise<void> {
  const { workspaceId, id, version } = endpoint
  await parts.table.transact([
    {
      update: keys.endpoint(workspaceId, id),
      set: { told: since },
      if: {
        all: [
          ['failingSince', '=', since],
          {
            any: [
              ['told', 'absent'],
              ['told', '<>', since],
            ],
          },
        ],
      },
    },
    failing(parts, endpoint, version, { since, disabled: false, reason: notifyingTexts.keepFailing() }),
  ])
}

async function disable(parts: Parts, endpoint: EndpointRecord, since: string, reason: Text): Promise<void> {
  const version = endpoint.version + 1
  await parts.table.transact([
    {
      update: keys.endpoint(endpoint.workspaceId, endpoint.id),
      set: { state: 'disabled', stateReason: reason, version, updatedAt: iso(parts.clock.now()) },
      if: {
        all: [
          ['state', '=', 'active'],
          ['version', '=', endpoint.version],
        ],
      },
    },
    failing(parts, endpoint, version, { since, disabled: true, reason }),
  ])
}

function failing(
  { clock, random }: Parts,
  { workspaceId, id, url }: EndpointRecord,
  sequence: number,
  about: { since: string; disabled: boolean; reason: Text },
): Write {
  const cause = `${id}#${about.since}#${about.disabled ? 'disabled' : 'failing'}`
  const host = URL.parse(url)?.host ?? 'unknown'
  return outbox(
    endpointFailing.create(
      { now: clock.now(), random },
      { workspaceId, subject: id, sequence },
      { endpointId: id, host, ...about, cause },
    ),
  )
}
