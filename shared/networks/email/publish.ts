/** An issue of a newsletter: handed over to the lists, and followed until everybody's copy is decided. */
import * as z from 'zod'
import type { ChannelCall, Counters, FindCall, Found, Outcome, PublishCall } from '../network.ts'
import type { Credentials, Settings } from './account.ts'
import { options } from './review.ts'

const nextLookMs = 30_000

const checkpointSchema = z.object({ issue: z.string() })

/** What is started under the same key twice is one issue, and nobody gets it twice. */
export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const { key, content, clock, newsletters } = call
  const checkpoint = checkpointSchema.safeParse(call.checkpoint)
  if (!checkpoint.success) {
    const { title = '', listId = '', preheader } = options.parse(content.options)
    const text = content.parts[0]?.text ?? ''
    await call.begin('issue')
    await newsletters.start({ key, listId, subject: title, preheader, text, language: content.language })
    await call.saveCheckpoint({ issue: key })
  }
  const progress = await newsletters.progress(key)
  if (progress === undefined) return { kind: 'unknown', message: 'The issue was handed over and is not there.' }
  const { done, total, finished, stopped, unknown = 0 } = progress
  if (stopped !== undefined)
    return done === 0
      ? { kind: 'rejected', reason: 'policy', message: stopped }
      : { kind: 'partial', externalId: key, message: `${done} copies left before it was stopped: ${stopped}` }
  if (finished)
    return {
      kind: 'accepted',
      externalId: key,
      ...(unknown === 0
        ? {}
        : {
            message: `Of ${done} copies, ${unknown} may or may not have arrived: the connection broke, or the machine died, while they left. They are not sent again.`,
          }),
    }
  return {
    kind: 'processing',
    lookAt: clock.now() + nextLookMs,
    checkpoint: { issue: key },
    progress: {
      step: 'delivery',
      done,
      ...(total === undefined ? {} : { total }),
      ...(unknown === 0 ? {} : { unknown }),
    },
  }
}

/** What was begun is in our own table, or it is not. */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const progress = await call.newsletters.progress(call.key)
  if (progress === undefined) return { kind: 'absent' }
  return progress.finished
    ? { kind: 'found', externalId: call.key }
    : { kind: 'resume', checkpoint: { issue: call.key }, parts: [] }
}

export async function measure(
  call: ChannelCall<Credentials, Settings>,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const measured = new Map<string, Counters>()
  for (const externalId of externalIds) {
    const counters = await call.newsletters.counters(externalId)
    if (counters !== undefined) measured.set(externalId, counters)
  }
  return measured
}
