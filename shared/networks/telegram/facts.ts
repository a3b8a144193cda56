/** What the Bot API's description (10.1) says, in one place. */
import type { AppField, Limits } from '../network.ts'

export const title = 'Telegram'
/** The Bot API has one version that is always current. */
export const apiVersion = { name: 'Bot API 10.1' }
export const apiUrl = 'https://api.telegram.org'

/** Nothing of an app: each bot is its own, and its token is the channel's credential. */
export const appFields: readonly AppField[] = []

/** What the bot is told of. Reactions come only to who names them. */
export const allowedUpdates = ['message', 'edited_message', 'message_reaction_count', 'my_chat_member']

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  videoBytes: 50_000_000,
  /** One message a second and chat, twenty a minute and group. */
  messagesPerHour: 1000,
}

const image = {
  mimes: ['image/jpeg', 'image/png', 'image/webp'],
  maxBytes: 10_000_000,
  maxWidth: 9_000,
  maxHeight: 9_000,
  minRatio: 1 / 20,
  maxRatio: 20,
}
const video = { mimes: ['video/mp4'], maxBytes: unconfirmed.videoBytes }
const media = { maxCount: 10, image, video }
const caption = { text: { max: 1024, unit: 'UTF-16 units' } }

export const limits: Limits = {
  text: { max: 4096, unit: 'UTF-16 units' },
  media,
  maxParts: 1,
  // with media the text is a caption
  kinds: { image: caption, images: caption, video: caption },
}
