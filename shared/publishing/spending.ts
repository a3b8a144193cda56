import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Text } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import type { AnyConnector, Content, Cost } from '../networks/network.ts'
import { changed, changing, type PublicationRecord } from './record.ts'
import { publishingTexts } from './texts.ts'

/** What a channel has spent in a calendar month (UTC), in millionths of a US dollar. */
const spentItem = z.object({ microUsd: z.number() })
const capped = z.object({ monthlyCapUsd: z.number().min(0) })

/** What the platform charges for this content on a channel with these settings; undefined where sending is free. */
export function costOf(connector: AnyConnector, settings: unknown, content: Content): Cost | undefined {
  const parsed = connector.settings.safeParse(settings)
  const cost = parsed.success ? connector.cost?.(content, parsed.data) : undefined
  return cost === undefined || cost.microUsd <= 0 ? undefined : cost
}

/** A channel's own limit of what it may spend in a month, in millionths of a US dollar; any network with a price takes it. */
export function monthlyCapOf(settings: unknown): number | undefined {
  const parsed = capped.safeParse(settings)
  return parsed.success ? Math.round(parsed.data.monthlyCapUsd * 1e6) : undefined
}

const monthOf = (at: number) => iso(at).slice(0, 7)

/** The first instant of the month after, in ms. */
export function nextMonth(at: number): number {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

/** What the channel has spent in the month of `at` (ms), in millionths of a US dollar. */
export async function spentIn(table: Table, workspaceId: string, channelId: string, at: number): Promise<number> {
  return (await table.get(keys.spent(workspaceId, channelId, monthOf(at)), spentItem))?.microUsd ?? 0
}

/**
 * Reserves what a publication costs before it is sent, once per content: whoever tries again finds it paid, even where
 * the first try came to nothing, since nobody knows what the platform will charge. The sum and the mark are one
 * transaction, so the cap holds however many are sent at once. Answers the record as it then is; what is spent where the
 * cap does not allow it; `lost` if somebody else wrote in between.
 */
export async function reserve(
  table: Table,
  record: PublicationRecord,
  cost: Cost,
  cap: number | undefined,
  now: number,
): Promise<{ record: PublicationRecord } | { spent: number } | 'lost'> {
  const { workspaceId, channelId, contentVersion } = record
  if (record.paid?.contentVersion === contentVersion) return { record }
  const { microUsd } = cost
  const month = monthOf(now)
  const key = keys.spent(workspaceId, channelId, month)
  if (cap !== undefined && microUsd > cap) return { spent: await spentIn(table, workspaceId, channelId, now) }
  const room = {
    any: [
      ['microUsd', 'absent'],
      ['microUsd', '<=', (cap ?? 0) - microUsd],
    ],
  } as const
  const change = { paid: { contentVersion, month, microUsd } }
  const result = await table.transact([
    changing(record, change, iso(now)),
    { update: key, add: { microUsd }, ...(cap === undefined ? {} : { if: room }) },
  ])
  if (result.ok) return { record: changed(record, change, iso(now)) }
  return result.index === 0 ? 'lost' : { spent: spentItem.parse(result.item).microUsd }
}

/** Why the cap does not allow it, in words. */
export function overCap(cost: Cost, cap: number, spent: number): Text {
  return publishingTexts.overCap({ cost: cost.microUsd, reason: cost.reason, spent, cap })
}

/** `0.015 USD`, `20.00 USD`: cents, and more digits only where there are more. */
export function usd(microUsd: number): string {
  const [whole = '0', digits = ''] = (microUsd / 1e6).toFixed(6).split('.')
  return `${whole}.${digits.replace(/0+$/, '').padEnd(2, '0')} USD`
}
