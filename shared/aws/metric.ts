/** One line in CloudWatch's embedded metric format: a metric without a call. `value` in milliseconds. */
export function latenessLine(value: number, stage: string, now: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        { Namespace: 'Parvis', Dimensions: [['Stage']], Metrics: [{ Name: 'PublishLateness', Unit: 'Milliseconds' }] },
      ],
    },
    Stage: stage,
    PublishLateness: value,
  })
}
