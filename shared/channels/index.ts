/** What other contexts and the entry points may use of the channels. */

export { soonDays, versionEnds } from './api-versions.ts'
export { type Channel, channelId, channelSchema } from './channel.ts'
export { type ChannelFilter, Channels } from './channels.ts'
export {
  choice,
  chosenSchema,
  connectionId,
  connectionSchema,
  newConnection,
  startedSchema,
} from './connecting/connection.ts'
export { Connections, type Returned } from './connecting/connections.ts'
export { pagePolicy, renderPage } from './connecting/page.ts'
export {
  channelConnected,
  channelCredentialsEnding,
  channelDeleted,
  channelPaused,
  channelReconnectNeeded,
  channelResumed,
} from './events.ts'
export { findChannels } from './find.ts'
export { noteFollowers } from './followers.ts'
export { fateOf } from './gone.ts'
export { countHits } from './hits.ts'
export { describeNetwork, type NetworkDescription, networkSchema } from './networks.ts'
export type { ChannelDirectory, OpenChannel } from './open.ts'
export type { Actor, ChannelParts } from './parts.ts'
export { renewDue } from './renewing.ts'
export { type ChannelChange, channelChange, type NewChannel, newChannel, newCredentials } from './request.ts'
export { keepTold } from './told.ts'
