import type { Channel } from '../channels/index.ts'
import { commonTexts } from '../i18n/index.ts'
import { iso, millis } from '../kernel/clock.ts'
import { AppError, type Problem } from '../kernel/errors.ts'
import type { Cost, Review } from '../networks/network.ts'
import { aheadOf } from './ahead.ts'
import { compose, deliveryOf, loadMedia, located, mediaOf, reviewFor, withMedia } from './compose.ts'
import { duplicateWarning } from './duplicates.ts'
import { fitNotes, plannedMedia } from './fitting.ts'
import type { PublishingParts } from './parts.ts'
import type { PostInput } from './post.ts'
import { type Preview, previewOf } from './preview.ts'
import type { Delivery, StoredContent } from './publication.ts'
import type { PublicationRecord } from './record.ts'
import { momentOf } from './schedule.ts'
import { costOf, monthlyCapOf, overCap, spentIn } from './spending.ts'
import { publishingTexts } from './texts.ts'

export interface ChannelReview extends Review {
  readonly channelId: string
  readonly network: string
  readonly warnings: readonly Problem[]
  /** What is done to media so that they fit. */
  readonly notes: readonly Problem[]
  readonly cost?: Cost | undefined
}

/** What is known of one channel's publication before it is written. */
export interface Plan {
  readonly channel: Channel
  readonly content: StoredContent
  readonly deliver: Delivery
  readonly cost: Cost | undefined
  readonly review: ChannelReview
  /** How long before its instant the work begins. */
  readonly aheadMs: number
  readonly preview: () => Preview
}

/** A plan for each of the post's channels, or for those of `only`, reviewed. Throws `validation_failed` for channels that are not there. */
export async function planned(
  parts: PublishingParts,
  workspaceId: string,
  input: PostInput,
  defaultLanguage: string,
  only?: ReadonlySet<string>,
): Promise<{ plans: Plan[]; reviews: ChannelReview[] }> {
  const ids = [...new Set(input.channels)].filter((id) => only?.has(id) ?? true)
  const found = await parts.channels.findMany(workspaceId, ids)
  const channels = found.flatMap((channel) => channel ?? [])
  const unknown: Problem[] = ids.flatMap((id, index) =>
    found[index] === undefined
      ? [
          {
            pointer: `/channels/${input.channels.indexOf(id)}`,
            code: 'unknown_channel',
            message: commonTexts.noChannel({ id }),
          },
        ]
      : [],
  )
  const strangers: Problem[] = Object.keys(input.variants ?? {}).flatMap((id) =>
    input.channels.includes(id)
      ? []
      : [
          {
            pointer: `/variants/${id}`,
            code: 'unknown_channel',
            message: publishingTexts.variantForNone(),
          },
        ],
  )
  if (unknown.length + strangers.length > 0) throw invalid([...unknown, ...strangers])
  const media = await loadMedia(parts.media, workspaceId, mediaOf(input))
  const plans = await Promise.all(
    channels.map(async (channel) => {
      const connector = await parts.connectorOf(channel.network)
      const content = compose(input, channel.id, input.language ?? defaultLanguage)
      const limits = channel.limits ?? connector.limits
      const fitted = plannedMedia(content, media, limits)
      const reviewed = reviewFor(input, channel, connector, content, fitted)
      const absent = await absentList(parts, channel, content)
      const review = {
        ...reviewed,
        problems: [...reviewed.problems, ...absent.map((problem) => located(input, channel.id, problem))],
      }
      const notes = fitNotes(content, fitted).map((note) => located(input, channel.id, note))
      const loaded = withMedia(content, fitted)
      const deliver = deliveryOf(input, channel.id, connector)
      const byHand = deliver === 'handover'
      const cost = byHand ? undefined : costOf(connector, channel.settings, loaded)
      return {
        channel,
        content,
        deliver,
        cost,
        aheadMs: byHand ? 0 : aheadOf(connector, loaded),
        review: {
          channelId: channel.id,
          network: channel.network,
          ...review,
          notes,
          ...(cost === undefined ? {} : { cost }),
        },
        preview: () => previewOf({ channel, connector, limits, stored: content, content: loaded, media: fitted }),
      }
    }),
  )
  return { plans, reviews: plans.map(({ review }) => review) }
}

/** A list that is not there, or is another channel's, could never get anything. */
async function absentList(
  { channelOfList }: PublishingParts,
  { workspaceId, id }: Channel,
  { options: { listId } }: StoredContent,
): Promise<Problem[]> {
  if (typeof listId !== 'string') return []
  const channelId = await channelOfList(workspaceId, listId)
  if (channelId === id) return []
  const message = channelId === undefined ? publishingTexts.noList({ listId }) : publishingTexts.otherList({ listId })
  return [{ pointer: '/options/listId', code: 'unknown_list', message }]
}

/** Its review, with what is wrong with its moment: a refused schedule, the same text near it, a monthly cap. */
export async function withMoment(
  parts: Pick<PublishingParts, 'table' | 'clock' | 'connectorOf'>,
  { channel, content, cost, review }: Plan,
  input: PostInput,
  zone: string,
): Promise<ChannelReview> {
  const { table, clock } = parts
  const { workspaceId, network } = channel
  const { schedule, pointer } = scheduleOf(input, channel.id)
  const inChannels = `/channels/${input.channels.indexOf(channel.id)}`
  let dueAt = clock.now()
  try {
    if (schedule !== undefined) dueAt = millis(momentOf(schedule, zone, clock.now(), pointer).dueAt)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ...review, problems: [...review.problems, ...error.problems] }
  }
  const warnings = [...review.warnings]
  if (schedule !== undefined) {
    const leaving = { workspaceId, channelId: channel.id, network, content, dueAt: iso(dueAt) }
    const duplicate = await duplicateWarning(parts, leaving, inChannels)
    if (duplicate !== undefined) warnings.push(duplicate)
  }
  const cap = monthlyCapOf(channel.settings)
  if (cost === undefined || cap === undefined) return { ...review, warnings }
  const spent = await spentIn(table, workspaceId, channel.id, dueAt)
  if (spent + cost.microUsd > cap)
    warnings.push({ pointer: inChannels, code: 'monthly_cap', message: overCap(cost, cap, spent) })
  return { ...review, warnings }
}

/** Each publication's channel was reviewed with its post. */
export function planFor(plans: readonly Plan[], record: PublicationRecord): Plan {
  const plan = plans.find(({ channel }) => channel.id === record.channelId)
  if (plan === undefined) throw new Error(`the channel of ${record.id} was not reviewed`)
  return plan
}

/** When one channel's publication should leave, and where the request says so. */
export function scheduleOf(input: PostInput, channelId: string) {
  const own = input.variants?.[channelId]?.schedule
  return own === undefined
    ? { schedule: input.schedule, pointer: '/schedule' }
    : { schedule: own, pointer: `/variants/${channelId}/schedule` }
}

export function refuseProblems(reviews: readonly ChannelReview[]): void {
  const problems = reviews.flatMap((review) =>
    review.problems.map((problem) => ({ ...problem, channelId: review.channelId, network: review.network })),
  )
  if (problems.length > 0) throw invalid(problems)
}

const invalid = (problems: readonly Problem[]) =>
  new AppError('unprocessable', 'validation_failed', publishingTexts.notWritten(), { problems })
