/** An issue of a newsletter: handed over to the lists, and followed until everybody's copy is decided. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import type { ChannelCall, Counters, FindCall, Found, IssueProgress, Outcome, PublishCall } from '../network.ts'
import type { Credentials, Settings } from './account.ts'
import { options } from './review.ts'
import { emailTexts } from './texts.ts'

const nextLookMs = 30_000

/** `stops`: how often it had been stopped when that was last told. */
const checkpointSchema = z.object({ issue: z.string(), stops: z.number().optional() })

/** What is started under the same key twice is one issue, and nobody gets it twice. One that was stopped goes on when it is retried. */
export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const { key, content, clock, newsletters } = call
  const before = checkpointSchema.safeParse(call.checkpoint)
  const known = before.success ? await newsletters.progress(key) : undefined
  const retried = known?.stopped !== undefined && before.data?.stops === known.stopped.times
  if (!before.success || retried) {
    const { title = '', listId = '', preheader } = options.parse(content.options)
    const text = content.parts[0]?.text ?? ''
    await call.begin('issue')
    try {
      await newsletters.start({ key, listId, subject: title, preheader, text, language: content.language })
    } catch (error) {
      // the list was removed after the newsletter was written: trying again cannot help
      if (error instanceof AppError && error.kind === 'not_found')
        return { kind: 'rejected', reason: 'invalid', message: error.text }
      throw error
    }
    await call.saveCheckpoint({ issue: key })
  }
  const progress = await newsletters.progress(key)
  if (progress === undefined) return { kind: 'unknown', message: emailTexts.issueGone() }
  const { done, total, finished, stopped, unknown = 0 } = progress
  if (stopped !== undefined) {
    await call.saveCheckpoint({ issue: key, stops: stopped.times })
    return outcomeOfStop(key, stopped, unknown)
  }
  if (finished)
    return {
      kind: 'accepted',
      externalId: key,
      ...(unknown === 0
        ? {}
        : {
            message: emailTexts.inDoubt({ done, unknown }),
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

function outcomeOfStop(key: string, stopped: NonNullable<IssueProgress['stopped']>, unknown: number): Outcome {
  const { reason, sent, notSent } = stopped
  const message =
    unknown === 0
      ? emailTexts.stopped({ reason, sent, notSent })
      : emailTexts.stoppedInDoubt({ reason, sent, unknown, notSent })
  return sent + unknown === 0
    ? { kind: 'rejected', reason: 'policy', message }
    : { kind: 'partial', externalId: key, message }
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
