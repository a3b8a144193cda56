/** Lines in CloudWatch's embedded metric format: metrics without a call. */
interface Metric {
  readonly name: string
  readonly unit: 'Milliseconds' | 'Count' | 'None'
  readonly value: number
  /** Each set of names is a metric of its own. */
  readonly by: readonly (readonly string[])[]
  readonly dimensions: Readonly<Record<string, string>>
  readonly now: number
}

const line = ({ name, unit, value, by, dimensions, now }: Metric): string =>
  JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: 'Parvis', Dimensions: by, Metrics: [{ Name: name, Unit: unit }] }],
    },
    ...dimensions,
    [name]: value,
  })

/** How late a post left. `value` in milliseconds. */
export const latenessLine = (value: number, stage: string, now: number): string =>
  line({
    name: 'PublishLateness',
    unit: 'Milliseconds',
    value,
    by: [['Stage']],
    dimensions: { Stage: stage },
    now,
  })

/** How many days a network's API version still answers: for each network, and together, where the minimum counts. */
export const versionLine = (days: number, stage: string, network: string, now: number): string =>
  line({
    name: 'ApiVersionDaysLeft',
    unit: 'None',
    value: days,
    by: [['Stage'], ['Stage', 'Network']],
    dimensions: { Stage: stage, Network: network },
    now,
  })

/** One handshake of a network that was refused: for each network, and together. */
export const refusedHandshakeLine = (stage: string, network: string, now: number): string =>
  line({
    name: 'HandshakesRefused',
    unit: 'Count',
    value: 1,
    by: [['Stage'], ['Stage', 'Network']],
    dimensions: { Stage: stage, Network: network },
    now,
  })

/** Records that could not be parsed and were taken out of the due index: a person must look. */
export const quarantinedLine = (count: number, stage: string, now: number): string =>
  line({ name: 'Quarantined', unit: 'Count', value: count, by: [['Stage']], dimensions: { Stage: stage }, now })

/** Records of one queue that have been due for more than five minutes and that nobody claimed. */
export const overdueLine = (count: number, stage: string, queue: string, now: number): string =>
  line({
    name: 'Overdue',
    unit: 'Count',
    value: count,
    by: [['Stage'], ['Stage', 'Queue']],
    dimensions: { Stage: stage, Queue: queue },
    now,
  })
