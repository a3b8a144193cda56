import * as z from 'zod'
import { isMessage, type Language, type Message, type Param, textSchema } from '../i18n/index.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import { networkTitle } from '../networks/titles.ts'
import { endpointFailing } from './events.ts'
import type { Notification, NotificationKind } from './notification.ts'
import { notificationTexts as t } from './notification-texts.ts'

/** What is looked up beside the event: what it is about, as it stands now. */
export interface Lookups {
  publication(
    workspaceId: string,
    id: string,
  ): Promise<
    | { readonly state: string; readonly version: number; readonly text: string; readonly dueAt?: string | undefined }
    | undefined
  >
  channel(
    workspaceId: string,
    id: string,
  ): Promise<{ readonly name: string; readonly network: string; readonly state: string } | undefined>
}

export interface Setting {
  readonly name: string
  readonly language: Language
  readonly zone: string
}

/** What a notification says, before it has an id and readers. */
export type Matter = Pick<Notification, 'severity' | 'title' | 'happened' | 'means' | 'settles' | 'subjects'>

/** The part of `publication.*` and `channel.*` events that is said to people. */
const publicationFacts = z.object({
  publicationId: z.string(),
  postId: z.string(),
  channelId: z.string(),
  state: z.string(),
  reason: textSchema.optional(),
  dueAt: z.string().optional(),
})
const channelFacts = z.object({
  channelId: z.string(),
  network: z.string(),
  reason: textSchema.optional(),
  endsAt: z.string().optional(),
})

const answerFacts = z.object({ mentionId: z.string(), channelId: z.string(), reason: textSchema.optional() })

const excerptLength = 60

/** What there is to say of an event; undefined if it was settled before anybody could be told. */
export async function matterOf(
  kind: NotificationKind,
  event: EventEnvelope,
  lookups: Lookups,
): Promise<Matter | undefined> {
  if (kind === 'channel.reconnect_needed' || kind === 'channel.credentials_ending')
    return ofChannel(kind, event, lookups)
  if (kind === 'endpoint.failing') return ofEndpoint(event)
  if (kind === 'mention.answer_failed') return ofAnswer(event, lookups)
  return ofPublication(kind, event, lookups)
}

async function ofPublication(
  kind: PublicationKind,
  event: EventEnvelope,
  lookups: Lookups,
): Promise<Matter | undefined> {
  const { publicationId, postId, channelId, state, reason, dueAt } = publicationFacts.parse(event.data)
  const [publication, channel] = await Promise.all([
    lookups.publication(event.workspaceId, publicationId),
    lookups.channel(event.workspaceId, channelId),
  ])
  if (publication !== undefined && publication.version > event.sequence && publication.state !== state) return undefined
  const due = dueAt ?? publication?.dueAt
  const facts = {
    ...whose(channel),
    excerpt: excerptOf(publication?.text),
    when: due === undefined ? t.noDate() : t.when({ at: due }),
    reason: reason ?? t.noReason(),
  }
  const handedBack = isMessage(reason) && reason.key === 'publishing.handoverFailed'
  const said: Said = handedBack
    ? { title: t.handedBackTitle(facts), happened: t.handedBack(facts), means: t.handedBackMeans() }
    : publicationMatter(kind, facts)
  return {
    severity: 'warning',
    ...said,
    settles: { text: handedBack ? t.handedBackSettles() : settledBy[kind](), ...callOf(kind, publicationId) },
    subjects: { publicationId, postId, channelId },
  }
}

type PublicationKind = Exclude<NotificationKind, ChannelKind | 'endpoint.failing' | 'mention.answer_failed'>
type ChannelKind = 'channel.reconnect_needed' | 'channel.credentials_ending'

async function ofChannel(kind: ChannelKind, event: EventEnvelope, lookups: Lookups): Promise<Matter | undefined> {
  const { channelId, reason, endsAt } = channelFacts.parse(event.data)
  const channel = await lookups.channel(event.workspaceId, channelId)
  const over = channel?.state === 'reconnect_needed'
  if (channel === undefined || over !== (kind === 'channel.reconnect_needed')) return undefined
  const { place } = whose(channel)
  const about = { place, reason: reason ?? t.noReason() }
  const when = endsAt === undefined ? t.noDate() : t.when({ at: endsAt })
  return {
    severity: over ? 'critical' : 'warning',
    ...(over
      ? { title: t.reconnectTitle({ place }), happened: t.reconnect(about), means: t.reconnectMeans() }
      : { title: t.endingTitle({ place }), happened: t.ending({ ...about, when }), means: t.endingMeans() }),
    settles: {
      text: over ? t.reconnectSettles() : t.endingSettles(),
      method: 'POST',
      path: `/v1/channels/${channelId}/reconnect`,
    },
    subjects: { channelId },
  }
}

async function ofAnswer(event: EventEnvelope, lookups: Lookups): Promise<Matter> {
  const { mentionId, channelId, reason } = answerFacts.parse(event.data)
  const about = { ...whose(await lookups.channel(event.workspaceId, channelId)), reason: reason ?? t.noReason() }
  return {
    severity: 'warning',
    title: t.answerFailedTitle(about),
    happened: t.answerFailed(about),
    means: t.answerFailedMeans(),
    settles: { text: t.answerFailedSettles(), method: 'POST', path: `/v1/mentions/${mentionId}/actions` },
    subjects: { mentionId, channelId },
  }
}

function ofEndpoint(event: EventEnvelope): Matter {
  const { endpointId, host, since, disabled, reason } = endpointFailing.read(event)
  const path = `/v1/webhook-endpoints/${endpointId}`
  const subjects = { endpointId }
  if (disabled)
    return {
      severity: 'critical',
      title: t.disabledTitle({ host }),
      happened: t.disabled({ host, reason }),
      means: t.disabledMeans(),
      settles: { text: t.disabledSettles(), method: 'PATCH', path },
      subjects,
    }
  return {
    severity: 'warning',
    title: t.failingTitle({ host }),
    happened: t.failing({ host, since, reason }),
    means: t.failingMeans(),
    settles: { text: t.failingSettles(), method: 'GET', path: `${path}/deliveries` },
    subjects,
  }
}

interface PublicationFacts {
  readonly network: Param
  readonly of: Param
  readonly place: Param
  readonly excerpt: Param
  readonly when: Param
  readonly reason: Param
}

type Said = Pick<Matter, 'title' | 'happened' | 'means'>

function publicationMatter(kind: PublicationKind, facts: PublicationFacts): Said {
  switch (kind) {
    case 'publication.rejected':
      return { title: t.rejectedTitle(facts), happened: t.rejected(facts), means: t.rejectedMeans() }
    case 'publication.failed':
      return { title: t.failedTitle(facts), happened: t.failed(facts), means: t.failedMeans() }
    case 'publication.partial':
      return { title: t.partialTitle(facts), happened: t.partial(facts), means: t.partialMeans() }
    case 'publication.unconfirmed':
      return { title: t.unconfirmedTitle(facts), happened: t.unconfirmed(facts), means: t.unconfirmedMeans() }
    case 'publication.missed':
      return { title: t.missedTitle(facts), happened: t.missed(facts), means: t.missedMeans() }
    case 'publication.handed_over':
      return { title: t.handedOverTitle(facts), happened: t.handedOver(facts), means: t.handedOverMeans() }
    case 'publication.handover_reminder':
      return { title: t.reminderTitle(facts), happened: t.reminder(facts), means: t.reminderMeans() }
  }
}

const settledBy: Readonly<Record<PublicationKind, () => Message>> = {
  'publication.rejected': t.rejectedSettles,
  'publication.failed': t.failedSettles,
  'publication.partial': t.partialSettles,
  'publication.unconfirmed': t.unconfirmedSettles,
  'publication.missed': t.missedSettles,
  'publication.handed_over': t.handedOverSettles,
  'publication.handover_reminder': t.reminderSettles,
}

function callOf(kind: NotificationKind, publicationId: string): { method: 'GET' | 'POST'; path: string } {
  const path = `/v1/publications/${publicationId}`
  if (kind === 'publication.unconfirmed') return { method: 'POST', path: `${path}/resolve` }
  if (kind === 'publication.missed') return { method: 'POST', path: `${path}/schedule` }
  // a person reads there what they do next; the mail of it holds the link to the page itself
  if (kind === 'publication.partial' || isHandover(kind)) return { method: 'GET', path }
  return { method: 'POST', path: `${path}/retry` }
}

/** Whether it tells a person of something that is theirs to publish. */
export const isHandover = (kind: NotificationKind) =>
  kind === 'publication.handed_over' || kind === 'publication.handover_reminder'

/** `LinkedIn`, ` of Boulangerie du Port`, and both. The name of a hand-over channel is that of its network already. */
function whose(
  channel: { name: string; network: string } | undefined,
): Pick<PublicationFacts, 'network' | 'of' | 'place'> {
  if (channel === undefined) return { network: t.channel(), of: '', place: t.channel() }
  const { name } = channel
  if (channel.network === 'handover') return { network: name, of: '', place: name }
  const network = networkTitle(channel.network)
  return { network, of: t.of({ name }), place: t.place({ network, name }) }
}

function excerptOf(text: string | undefined): Message {
  const plain = text?.replace(/[^\S\u00a0\u202f]+/g, ' ').trim() ?? ''
  return plain === '' ? t.noExcerpt() : t.excerpt({ text: cut(plain, excerptLength) })
}

/** At most this many characters as people count them; it ends with a word, unless that takes more than a third of it. */
export function cut(text: string, length: number): string {
  const characters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  )
  if (characters.length <= length) return text
  const atMost = length - 1
  const wordEnd = characters.slice(0, length).findLastIndex((one) => /^\s/.test(one))
  return `${characters
    .slice(0, wordEnd > (atMost * 2) / 3 ? wordEnd : atMost)
    .join('')
    .trimEnd()}…`
}
