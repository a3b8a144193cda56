/** Every event on the bus, as plain data: rules in `consumers.ts` and outgoing webhooks choose from this list. */
export const eventNames = [
  'post.created',
  'post.updated',
  'post.deleted',
  'publication.scheduled',
  'publication.published',
  'publication.processing',
  'publication.waiting',
  'publication.rejected',
  'publication.failed',
  'publication.partial',
  'publication.unconfirmed',
  'publication.missed',
  'publication.cancelled',
  'publication.deleted',
  'mention.created',
  'mention.updated',
  'mention.deleted',
  'channel.connected',
  'channel.paused',
  'channel.resumed',
  'channel.reconnect_needed',
  'channel.deleted',
  'endpoint.failing',
] as const

export type EventName = (typeof eventNames)[number]
