/** An issue that was stopped: what is told of it, and that a retry goes on. */

import { expect, it } from 'vitest'
import { publish } from '../../../shared/networks/email/publish.ts'
import type { Checkpoint, Issue, IssueProgress } from '../../../shared/networks/network.ts'
import { content } from '../../conformance/session.ts'
import { english } from '../../support/english.ts'

it('says what was sent and what was not, and goes on when it is retried, not by itself', async () => {
  const started: Issue[] = []
  let progress: IssueProgress | undefined
  let checkpoint: Checkpoint | undefined
  const run = (from: Checkpoint | undefined) =>
    publish({
      key: 'pub_1.1',
      content: content(['Bonjour'], { options: { title: 'x', listId: 'list_1' } }),
      checkpoint: from,
      clock: { now: () => 0 },
      begin: async () => {},
      saveCheckpoint: async (saved: Checkpoint) => {
        checkpoint = saved
      },
      newsletters: {
        start: async (issue: Issue) => {
          started.push(issue)
          if (progress === undefined) progress = { done: 0, total: undefined, finished: false }
          else if (progress.stopped !== undefined) progress = { done: 2, total: undefined, finished: false }
        },
        progress: async () => progress,
      },
    } as never)
  const stoppedAfter = (sent: number, times: number): IssueProgress => ({
    done: sent,
    total: sent,
    finished: true,
    stopped: { reason: 'Client host blocked.', sent, notSent: 5 - sent, times },
  })
  expect(await run(undefined)).toMatchObject({ kind: 'processing' })
  progress = stoppedAfter(2, 1)
  const partial = await run(checkpoint)
  expect(partial).toMatchObject({ kind: 'partial', message: english(expect.stringContaining('Client host blocked.')) })
  expect(partial).toMatchObject({ message: english(expect.stringMatching(/sent: 2\b.*not sent: 3\b/)) })
  expect(started).toHaveLength(1)
  // a person retries: the publication comes with its checkpoint, or without
  expect(await run(checkpoint)).toMatchObject({ kind: 'processing' })
  expect(started).toHaveLength(2)
  progress = stoppedAfter(2, 2)
  expect(await run(checkpoint)).toMatchObject({ kind: 'partial' })
  expect(started).toHaveLength(2)
  expect(await run(undefined)).toMatchObject({ kind: 'processing' })
  progress = stoppedAfter(0, 3)
  expect(await run(checkpoint)).toMatchObject({ kind: 'rejected' })
})
