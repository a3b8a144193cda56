/** Calls to the Bot API: the shapes that are read, and what its errors mean. The token travels in the path. */

import * as z from 'zod'
import { attempt, type HttpAnswer, type HttpRequest, type Meaning, type Platform, type Tried } from '../http/index.ts'
import type { AppConfig, NetworkTools, Refused } from '../network.ts'
import { apiUrl, title } from './facts.ts'
import { telegramTexts } from './texts.ts'

export const credentials = z.object({ botToken: z.string(), botId: z.string(), chatId: z.string() })
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({
  silent: z.boolean().optional().meta({ description: 'Nobody’s telephone rings for it, unless a post says otherwise' }),
})
export type Settings = z.infer<typeof settings>

const failure = z.object({
  error_code: z.number(),
  description: z.string(),
  parameters: z.object({ retry_after: z.number().optional() }).optional(),
})

export const telegram: Platform = {
  title,
  words: (answer) => failure.safeParse(answer.json()).data?.description,
  refusal,
  gone: (answer) =>
    /message (to delete |to be replied |identifier )?(is )?not (found|specified)/i.test(
      failure.safeParse(answer.json()).data?.description ?? '',
    ),
}

function refusal(answer: HttpAnswer, now: number): Refused | undefined {
  const found = failure.safeParse(answer.json()).data
  const seconds = found?.parameters?.retry_after
  if (found === undefined || seconds === undefined) return undefined
  return {
    kind: 'limited',
    until: now + seconds * 1000,
    scope: 'channel',
    reason: 'rate',
    message: telegramTexts.asksToWaitSeconds({ seconds, words: found.description }),
  }
}

type Body = Pick<HttpRequest, 'json' | 'form'>

export function request(app: AppConfig, botToken: string, method: string, body: Body = {}): HttpRequest {
  return {
    method: 'POST',
    url: `${app.apiUrl ?? apiUrl}/bot${botToken}/${method}`,
    secrets: [botToken],
    headers: { accept: 'application/json' },
    ...(body.form === undefined ? { json: body.json ?? {} } : { form: body.form, timeoutMs: 90_000 }),
  }
}

type Tools = Pick<NetworkTools, 'http' | 'signal' | 'clock' | 'app'>

export const call = (
  tools: Tools,
  as: Credentials,
  method: string,
  body: Body,
  meaning: Meaning = {},
): Promise<Tried> => attempt(telegram, tools, request(tools.app, as.botToken, method, body), meaning)

/** What every answer wraps. */
export const result = <T>(schema: z.ZodType<T>) => z.object({ ok: z.literal(true), result: schema })

export const message = z.object({ message_id: z.number() })
