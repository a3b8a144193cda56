import type { Text } from '../../i18n/index.ts'
import { iso } from '../../kernel/clock.ts'
import type { Prepared } from '../../networks/network.ts'
import { prepareAt } from '../ahead.ts'
import type { PublicationRecord } from '../record.ts'
import type { Interrupted } from '../running.ts'
import { publishingTexts } from '../texts.ts'
import { backoff, type Decision, free, type Now, pausedLookMs, rest } from './decision.ts'

/**
 * For the work ahead of its instant. What cannot be prepared is tried again while there is time and then left to the
 * send, which does it all; only what the network refuses outright ends here, so that a person knows before the moment.
 * `cutOff`: its time was up after it had saved a checkpoint. Pure.
 */
export function decidePrepare(
  record: PublicationRecord,
  prepared: Prepared | Interrupted,
  cutOff: boolean,
  { now, random }: Now,
): Decision {
  const dueAt = record.dueAt ?? iso(now)
  const again = (at: number, why: Text): Decision => {
    const wakeAt = prepareAt(dueAt, at)
    const next = wakeAt === dueAt ? publishingTexts.leftToInstant() : publishingTexts.triedAgainAt({ at: wakeAt })
    return {
      change: { ...free, state: 'scheduled', prepareTries: record.prepareTries + 1, wakeAt },
      decision: publishingTexts.notPreparedYet({ next, why }),
    }
  }
  switch (prepared.kind) {
    case 'prepared':
      return {
        change: {
          ...free,
          state: 'scheduled',
          checkpoint: prepared.checkpoint,
          progress: undefined,
          prepareTries: 0,
          wakeAt: dueAt,
        },
        decision: publishingTexts.prepared(),
      }
    case 'preparing': {
      const { checkpoint, lookAt, progress } = prepared
      const wakeAt = prepareAt(dueAt, Math.max(lookAt, now + 1_000))
      return {
        change: {
          ...free,
          state: 'scheduled',
          checkpoint,
          prepareTries: 0,
          wakeAt,
          ...(progress === undefined ? {} : { progress: { ...progress, at: iso(now) } }),
        },
        decision: publishingTexts.networkBusy({ at: wakeAt }),
      }
    }
    case 'rejected':
      return {
        change: { ...rest, state: 'rejected', reason: prepared.message, checkpoint: undefined },
        decision: publishingTexts.rejectedAhead({ reason: prepared.reason, why: prepared.message }),
      }
    case 'limited': {
      const block = { scope: prepared.scope, until: prepared.until }
      return { ...again(prepared.until, prepared.message), block }
    }
    case 'reauthorize':
      return { ...again(now + pausedLookMs, prepared.message), reconnect: prepared.message }
    case 'unknown':
      // in the middle of something long: it goes on from there
      if (cutOff) {
        const goOn = again(now, prepared.message)
        return { ...goOn, change: { ...goOn.change, prepareTries: 0 } }
      }
      return again(now + backoff(record.prepareTries + 1, random), prepared.message)
    case 'transient':
      return again(now + backoff(record.prepareTries + 1, random), prepared.message)
  }
}
