import { defineTexts, type Param } from '../i18n/index.ts'

const ours = defineTexts('networks.title', {
  email: { en: 'Email', fr: 'E-mail' },
  feed: { en: 'Feed', fr: 'Flux' },
  handover: { en: 'Hand-over', fr: 'Publication à la main' },
})

/** The networks by their own names, without loading their connectors. */
const titles: Readonly<Record<string, Param>> = {
  bluesky: 'Bluesky',
  discord: 'Discord',
  discourse: 'Discourse',
  email: ours.email(),
  facebook: 'Facebook',
  feed: ours.feed(),
  ghost: 'Ghost',
  google_business: 'Google Business Profile',
  handover: ours.handover(),
  instagram: 'Instagram',
  linkedin: 'LinkedIn',
  mastodon: 'Mastodon',
  pinterest: 'Pinterest',
  snapchat: 'Snapchat',
  telegram: 'Telegram',
  threads: 'Threads',
  tiktok: 'TikTok',
  usenet: 'Usenet',
  whatsapp: 'WhatsApp',
  wordpress: 'WordPress',
  x: 'X',
  youtube: 'YouTube',
}

/** `LinkedIn` of `linkedin`; an id that is none of ours stays as it is. */
export const networkTitle = (network: string): Param => titles[network] ?? network
