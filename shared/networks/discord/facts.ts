/** What Discord's OpenAPI description (v10) says, in one place. */
import type { AppField, Limits } from '../network.ts'

export const title = 'Discord'
/** v10 has no announced end. */
export const apiVersion = { name: 'v10' }
export const apiUrl = 'https://discord.com/api/v10'

export const appFields: readonly AppField[] = [
  {
    name: 'publicKey',
    description: '“Public key” of the application: what its interactions are verified with',
    optional: true,
  },
]

/** Error codes by what they mean. */
export const codes = {
  gone: new Set([10_003, 10_008]),
  permission: new Set([10_003, 10_004, 10_015, 50_001, 50_013, 160_002]),
  policy: new Set([200_000, 200_001, 240_000]),
}

/** Channels whose messages stand in posts of their own: forums and media. */
export const forumTypes = [15, 16]

/** Milliseconds between 1970 and Discord's own beginning (2015): the upper bits of every id are the time since. */
export const epoch = 1_420_070_400_000n

export const pollHours = { min: 1, max: 768 }
export const answerMax = 55
export const questionMax = 300

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  fileBytes: 10 * 1024 * 1024,
  /** Five messages in five seconds and channel. */
  messagesPerHour: 1800,
}

const file = { maxBytes: unconfirmed.fileBytes }
export const limits: Limits = {
  text: { max: 2000, unit: 'characters' },
  title: { max: 100, unit: 'characters' },
  media: {
    maxCount: 10,
    image: { ...file, mimes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] },
    video: { ...file, mimes: ['video/mp4', 'video/quicktime', 'video/webm'] },
    altMax: 1024,
  },
  maxParts: 1,
}
