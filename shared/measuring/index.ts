/** What entry points and other contexts may use of measuring. */
export { ByHand, countersByHand } from './by-hand.ts'
export { granularities } from './calendar.ts'
export { Collector } from './collector.ts'
export { channelMetrics, Metrics, publicationMetrics } from './metrics.ts'
export { follow } from './watching.ts'
