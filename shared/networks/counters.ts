/** What is counted of a post, and of a channel. Totals since the post went out; a name that is absent was not told. */
export const counterNames = [
  'likes',
  'comments',
  'shares',
  'quotes',
  'saves',
  'clicks',
  'views',
  'reach',
  'impressions',
  'hits',
  'follows',
  'watchSeconds',
  'delivered',
  'opens',
  'bounces',
  'complaints',
  'unsubscribes',
] as const
export type CounterName = (typeof counterNames)[number]
/** Totals since the post went out. Absent: the network did not say; never zero by guess. */
export type Counters = Readonly<Partial<Record<CounterName, number>>>

/** `followers`, `posts`: how many there are now; the others: of the last whole day of the network, unless it says otherwise. */
export const channelCounterNames = [
  'followers',
  'posts',
  'views',
  'reach',
  'impressions',
  'engagements',
  'clicks',
  'calls',
  'directions',
  'visits',
] as const
export type ChannelCounterName = (typeof channelCounterNames)[number]
export type ChannelCounters = Readonly<Partial<Record<ChannelCounterName, number>>>
