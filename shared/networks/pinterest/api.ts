/** Pinterest's answers: the shapes that are read, and what its errors mean. */

import * as z from 'zod'
import type { HttpAnswer, Platform } from '../http/index.ts'
import type { AppConfig, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { apiUrl, title, unconfirmed } from './facts.ts'

export const credentials = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
})
export type Credentials = z.infer<typeof credentials>

export const settings = z.object({
  /** Where pins go that name no board: the first one, until somebody chooses. */
  boardId: z.string().regex(/^\d+$/).optional().meta({ description: 'The board of pins that name none' }),
})
export type Settings = z.infer<typeof settings>

const failure = z.object({ code: z.number().optional(), message: z.string() })

export const pinterest: Platform = {
  title,
  words: (answer) => failure.safeParse(answer.json()).data?.message,
  refusal: (answer, now) => refusal(answer, now),
  waitMs: unconfirmed.limitWaitMs,
}

/** Seconds until the limit's window ends, in a header of Pinterest's own. */
function refusal(answer: HttpAnswer, now: number): Refused | undefined {
  if (answer.status !== 429) return undefined
  const seconds = Number(answer.headers['x-ratelimit-reset'])
  const words = failure.safeParse(answer.json()).data?.message ?? 'HTTP 429'
  if (!Number.isFinite(seconds) || answer.headers['x-ratelimit-reset'] === undefined) return undefined
  return {
    kind: 'limited',
    until: now + Math.max(1, seconds) * 1000,
    scope: 'channel',
    reason: answer.headers['x-ratelimit-category'] === undefined ? 'rate' : 'quota',
    message: networkTexts.asksToWaitFor({ words, network: 'Pinterest' }),
  }
}

export const base = (app: AppConfig): string => app.apiUrl ?? apiUrl

export const bearer = ({ accessToken }: Credentials) => ({
  authorization: `Bearer ${accessToken}`,
  accept: 'application/json',
})

export const pin = z.object({
  id: z.string(),
  created_at: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  board_id: z.string().nullish(),
  pin_metrics: z
    .object({ lifetime_metrics: z.record(z.string(), z.number().nullish()).optional() })
    .nullish()
    .catch(undefined),
})
export type Pin = z.infer<typeof pin>

/** The address of a pin. Source: what every pin page shows. */
export const pinUrl = (id: string) => `https://www.pinterest.com/pin/${id}/`
