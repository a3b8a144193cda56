import * as z from 'zod'
import { entityPartition, keys } from '../aws/keys.ts'
import type { Table, Write } from '../aws/table.ts'
import { textSchema } from '../i18n/index.ts'
import { publicationProblem } from './problem.ts'
import { runPurpose } from './publication.ts'

const exchange = z.object({
  at: z.string(),
  method: z.string(),
  url: z.string(),
  ms: z.number(),
  status: z.number().optional(),
  answer: z.string().optional(),
  error: z.string().optional(),
})

/** One attempt as it is kept: when, what was sent, what came back, how it was decided. */
export const attemptSchema = z.object({
  attempt: z.number().int(),
  purpose: runPurpose,
  claimedAt: z.string(),
  /** The step that was started, and when: the start of the call. */
  step: z.string().optional(),
  stepAt: z.string().optional(),
  endedAt: z.string(),
  contentVersion: z.number().int(),
  outcome: z.string(),
  /** How it was decided, in plain words. */
  decision: textSchema,
  /** Of which class it was, where it did not go as it should. */
  problem: publicationProblem.optional(),
  exchanges: z.array(exchange),
})
export type Attempt = z.infer<typeof attemptSchema>

/** The write that keeps an attempt: part of the transaction that records its outcome. */
export function keepAttempt(workspaceId: string, publicationId: string, attempt: Attempt): Write {
  return { put: { ...keys.attempt(workspaceId, publicationId, attempt.attempt), ...attempt } }
}

/** Every attempt, first to last. */
export async function attemptsOf(table: Table, workspaceId: string, publicationId: string): Promise<Attempt[]> {
  const page = await table.query(
    { pk: entityPartition(workspaceId, publicationId), prefix: 'attempt#', consistent: true, limit: 200 },
    attemptSchema,
  )
  return page.items
}
