import * as z from 'zod'
import type { EventEnvelope } from '../kernel/events.ts'
import { endpointFailing } from './events.ts'
import type { Notification, NotificationKind } from './notification.ts'
import { fill, type Language, spoken, texts, unknowns } from './texts.ts'

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
  reason: z.string().optional(),
  dueAt: z.string().optional(),
})
const channelFacts = z.object({
  channelId: z.string(),
  network: z.string(),
  reason: z.string().optional(),
  endsAt: z.string().optional(),
})

const excerptLength = 60
const titleLength = 150

/** What there is to say of an event; undefined if it was settled before anybody could be told. */
export async function matterOf(
  kind: NotificationKind,
  event: EventEnvelope,
  lookups: Lookups,
  setting: Setting,
): Promise<Matter | undefined> {
  if (kind === 'channel.reconnect_needed' || kind === 'channel.credentials_ending')
    return ofChannel(kind, event, lookups, setting)
  if (kind === 'endpoint.failing') return ofEndpoint(event, setting)
  return ofPublication(kind, event, lookups, setting)
}

async function ofPublication(
  kind: Exclude<NotificationKind, ChannelKind | 'endpoint.failing'>,
  event: EventEnvelope,
  lookups: Lookups,
  { language, zone }: Setting,
): Promise<Matter | undefined> {
  const { publicationId, postId, channelId, state, reason, dueAt } = publicationFacts.parse(event.data)
  const [publication, channel] = await Promise.all([
    lookups.publication(event.workspaceId, publicationId),
    lookups.channel(event.workspaceId, channelId),
  ])
  if (publication !== undefined && publication.version > event.sequence && publication.state !== state) return undefined
  const words = unknowns[language]
  const due = dueAt ?? publication?.dueAt
  return {
    severity: 'warning',
    ...said(texts[language][kind], {
      channel: channel === undefined ? words.channel : channelName(channel),
      excerpt: excerptOf(publication?.text, language),
      when: due === undefined ? words.when : spoken(due, language, zone),
      reason: reason ?? words.reason,
    }),
    settles: { text: texts[language][kind].settles, ...callOf(kind, publicationId) },
    subjects: { publicationId, postId, channelId },
  }
}

type ChannelKind = 'channel.reconnect_needed' | 'channel.credentials_ending'

async function ofChannel(
  kind: ChannelKind,
  event: EventEnvelope,
  lookups: Lookups,
  { language, zone }: Setting,
): Promise<Matter | undefined> {
  const { channelId, reason, endsAt } = channelFacts.parse(event.data)
  const channel = await lookups.channel(event.workspaceId, channelId)
  const over = channel?.state === 'reconnect_needed'
  if (channel === undefined || over !== (kind === 'channel.reconnect_needed')) return undefined
  const text = texts[language][kind]
  const words = unknowns[language]
  return {
    severity: over ? 'critical' : 'warning',
    ...said(text, {
      channel: channelName(channel),
      when: endsAt === undefined ? words.when : spoken(endsAt, language, zone),
      reason: reason ?? words.reason,
    }),
    settles: { text: text.settles, method: 'POST', path: `/v1/channels/${channelId}/reconnect` },
    subjects: { channelId },
  }
}

function ofEndpoint(event: EventEnvelope, { language, zone }: Setting): Matter {
  const { endpointId, host, since, disabled, reason } = endpointFailing.read(event)
  const text = texts[language][disabled ? 'endpoint.disabled' : 'endpoint.failing']
  const path = `/v1/webhook-endpoints/${endpointId}`
  return {
    severity: disabled ? 'critical' : 'warning',
    ...said(text, { host, since: spoken(since, language, zone), reason }),
    settles: disabled
      ? { text: text.settles, method: 'PATCH', path }
      : { text: text.settles, method: 'GET', path: `${path}/deliveries` },
    subjects: { endpointId },
  }
}

function said(text: (typeof texts)['fr'][NotificationKind], facts: Readonly<Record<string, string>>) {
  return {
    title: cut(fill(text.title, facts).replace(/\s+/g, ' '), titleLength),
    happened: fill(text.happened, facts),
    means: fill(text.means, facts),
  }
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

/** The name of a hand-over channel is that of its network already. */
const channelName = ({ name, network }: { name: string; network: string }) =>
  network === 'handover' ? name : `${name} (${network.charAt(0).toUpperCase()}${network.slice(1)})`

function excerptOf(text: string | undefined, language: Language): string {
  const plain = text?.replace(/\s+/g, ' ').trim() ?? ''
  if (plain === '') return unknowns[language].excerpt
  const short = cut(plain, excerptLength)
  return language === 'fr' ? `« ${short} »` : `“${short}”`
}

/** At most this many characters as people count them. */
function cut(text: string, length: number): string {
  const characters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  )
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`
}
