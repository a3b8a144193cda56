import { type Language, negotiated } from '../i18n/language.ts'
import { dependsOnZone, holdsMessage } from '../i18n/render.ts'
import { type GatewayEvent, header } from './gateway.ts'

/** In which language, and in which time zone (IANA), somebody reads an answer. */
export interface Reader {
  readonly language: Language
  readonly zone: string
}

/** Of whom nothing is known. */
export const anyReader: Reader = { language: 'en', zone: 'UTC' }

/**
 * The reader of an answer: the language of `Accept-Language`, else the workspace's; the zone of the workspace. The
 * workspace is read (1 RCU) only where the answer's messages depend on it.
 */
export async function readerOf(
  event: GatewayEvent,
  answer: unknown,
  workspace: (() => Promise<Reader>) | undefined,
): Promise<Reader> {
  const wanted = negotiated(header(event, 'accept-language'))
  const needed = wanted === undefined ? holdsMessage(answer) : dependsOnZone(answer)
  const { language, zone } = needed && workspace !== undefined ? await workspace() : anyReader
  return { language: wanted ?? language, zone }
}
