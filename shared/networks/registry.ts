import { AppError } from '../kernel/errors.ts'
import type { AnyConnector, WebhookReceiver } from './network.ts'
import { networkTexts } from './texts.ts'

interface Entry {
  connector(): Promise<AnyConnector>
  webhook?(): Promise<WebhookReceiver>
}

/** THE list of networks. Each is loaded when it is first used, so that a function pays only for what it meets. */
export const registry: Readonly<Record<string, Entry>> = {
  bluesky: { connector: async () => (await import('./bluesky/index.ts')).bluesky },
  discord: {
    connector: async () => (await import('./discord/index.ts')).discordConnector,
    webhook: async () => (await import('./discord/webhook.ts')).discordWebhook,
  },
  discourse: {
    connector: async () => (await import('./discourse/index.ts')).discourseConnector,
    webhook: async () => (await import('./discourse/webhook.ts')).discourseWebhook,
  },
  email: {
    connector: async () => (await import('./email/index.ts')).email,
    webhook: async () => (await import('./email/webhook.ts')).emailWebhook,
  },
  facebook: {
    connector: async () => (await import('./facebook/index.ts')).facebook,
    webhook: async () => (await import('./facebook/webhook.ts')).facebookWebhook,
  },
  feed: { connector: async () => (await import('./feed/index.ts')).feed },
  ghost: {
    connector: async () => (await import('./ghost/index.ts')).ghostConnector,
    webhook: async () => (await import('./ghost/webhook.ts')).ghostWebhook,
  },
  google_business: { connector: async () => (await import('./google_business/index.ts')).googleBusiness },
  handover: { connector: async () => (await import('./handover/index.ts')).handover },
  instagram: {
    connector: async () => (await import('./instagram/index.ts')).instagram,
    webhook: async () => (await import('./instagram/webhook.ts')).instagramWebhook,
  },
  linkedin: {
    connector: async () => (await import('./linkedin/index.ts')).linkedin,
    webhook: async () => (await import('./linkedin/webhook.ts')).linkedinWebhook,
  },
  mastodon: { connector: async () => (await import('./mastodon/index.ts')).mastodon },
  pinterest: { connector: async () => (await import('./pinterest/index.ts')).pinterestConnector },
  snapchat: { connector: async () => (await import('./snapchat/index.ts')).snapchatConnector },
  telegram: {
    connector: async () => (await import('./telegram/index.ts')).telegramConnector,
    webhook: async () => (await import('./telegram/webhook.ts')).telegramWebhook,
  },
  threads: {
    connector: async () => (await import('./threads/index.ts')).threadsConnector,
    webhook: async () => (await import('./threads/webhook.ts')).threadsWebhook,
  },
  tiktok: {
    connector: async () => (await import('./tiktok/index.ts')).tiktokConnector,
    webhook: async () => (await import('./tiktok/webhook.ts')).tiktokWebhook,
  },
  usenet: { connector: async () => (await import('./usenet/index.ts')).usenet },
  whatsapp: {
    connector: async () => (await import('./whatsapp/index.ts')).whatsappConnector,
    webhook: async () => (await import('./whatsapp/webhook.ts')).whatsappWebhook,
  },
  wordpress: { connector: async () => (await import('./wordpress/index.ts')).wordpressConnector },
  x: {
    connector: async () => (await import('./x/index.ts')).x,
    webhook: async () => (await import('./x/webhook.ts')).xWebhook,
  },
  youtube: {
    connector: async () => (await import('./youtube/index.ts')).youtube,
    webhook: async () => (await import('./youtube/webhook.ts')).youtubeWebhook,
  },
}

export const networkNames = Object.keys(registry)

/** The connector of a network. Throws `unknown_network`. */
export function connectorOf(network: string): Promise<AnyConnector> {
  return entryOf(network).connector()
}

/** The webhook receiver of a network, or undefined if the network has none. Throws `unknown_network`. */
export function webhookOf(network: string): Promise<WebhookReceiver> | undefined {
  return entryOf(network).webhook?.()
}

function entryOf(network: string): Entry {
  const entry = Object.hasOwn(registry, network) ? registry[network] : undefined
  if (entry === undefined)
    throw new AppError(
      'unprocessable',
      'unknown_network',
      networkTexts.unknownNetwork({ network, names: networkNames.join(', ') }),
    )
  return entry
}
