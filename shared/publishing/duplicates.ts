import * as z from 'zod'
import { branchPartition } from '../aws/keys.ts'
import { iso, millis } from '../kernel/clock.ts'
import type { Problem } from '../kernel/errors.ts'
import type { DuplicateRule } from '../networks/network.ts'
import type { PublishingParts } from './parts.ts'
import { type PublicationState, type StoredContent, storedContent } from './publication.ts'
import { publishingTexts } from './texts.ts'

/** It left, or is to leave: its text counts. */
const counting: readonly PublicationState[] = [
  'approved',
  'scheduled',
  'sending',
  'processing',
  'waiting',
  'handed_over',
  'published',
  'partial',
  'unconfirmed',
]
const deleted: readonly PublicationState[] = ['deleting', 'deleted']
/** The most that is read of a channel's publications near a moment. */
const mostRead = 200

const near = z.object({ id: z.string(), dueAt: z.string(), content: storedContent.pick({ parts: true }) })

/** What is to leave on a channel; `id` is absent before it is written. */
interface Leaving {
  readonly id?: string
  readonly workspaceId: string
  readonly channelId: string
  readonly network: string
  readonly content: Pick<StoredContent, 'parts'>
  readonly dueAt: string
}

/**
 * A warning where its network would refuse it because another publication of the same channel says the same too close to
 * its moment. One query (at most {@link mostRead} publications) where the network has such a rule, none elsewhere.
 */
export async function duplicateWarning(
  { table, connectorOf }: Pick<PublishingParts, 'table' | 'connectorOf'>,
  leaving: Leaving,
  pointer: string,
): Promise<Problem | undefined> {
  const { capabilities, title } = await connectorOf(leaving.network)
  const rule = capabilities.duplicates
  const said = new Set(saidIn(leaving.content))
  if (rule === undefined || said.size === 0) return undefined
  const due = millis(leaving.dueAt)
  const windowMs = rule.windowSeconds * 1000
  const { items } = await table.query(
    {
      index: 'branch',
      pk: branchPartition(leaving.workspaceId, leaving.channelId, 'publications'),
      from: iso(due - windowMs),
      to: `${iso(due + windowMs)}~`,
      where: {
        all: [
          ['state', 'in', rule.evenDeleted === true ? [...counting, ...deleted] : counting],
          ['dueAt', 'present'],
        ],
      },
      limit: mostRead,
    },
    near,
  )
  const distance = (one: { readonly dueAt: string }) => Math.abs(millis(one.dueAt) - due)
  const others = items.filter((one) => one.id !== leaving.id && distance(one) < windowMs)
  const compared = rule.consecutiveOnly === true ? neighbours(others, due) : others
  const [same] = compared
    .filter(({ content }) => saidIn(content).some((one) => said.has(one)))
    .toSorted((a, b) => distance(a) - distance(b))
  if (same === undefined) return undefined
  const about = { network: title, id: same.id, at: same.dueAt }
  return { pointer, code: 'duplicate_text', message: messageOf(rule, about) }
}

function messageOf(rule: DuplicateRule, about: { network: string; id: string; at: string }) {
  if (rule.consecutiveOnly === true) return publishingTexts.duplicateNext(about)
  const { windowSeconds } = rule
  const within =
    windowSeconds < 3600
      ? publishingTexts.minutes({ count: Math.round(windowSeconds / 60) })
      : publishingTexts.hours({ count: Math.round(windowSeconds / 3600) })
  return rule.source === 'observed'
    ? publishingTexts.duplicateObserved({ ...about, within })
    : publishingTexts.duplicate({ ...about, within })
}

/**
 * Each part that has words, with its media: other media make it another post. No network says how it normalizes what it
 * compares; composed characters and the ends are equalized, because every API does that to what it keeps.
 */
function saidIn({ parts }: Pick<StoredContent, 'parts'>): string[] {
  return parts.flatMap(({ text, mediaIds }) => {
    const words = text.normalize('NFC').trim()
    return words === '' ? [] : [JSON.stringify([words, mediaIds])]
  })
}

/** The last before the moment and the first after it. `sorted`: by moment. */
function neighbours<P extends { readonly dueAt: string }>(sorted: readonly P[], due: number): P[] {
  const before = sorted.findLast((one) => millis(one.dueAt) <= due)
  const after = sorted.find((one) => millis(one.dueAt) > due)
  return [before, after].filter((one) => one !== undefined)
}
