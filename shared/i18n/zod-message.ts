/** zod takes strings as messages. A message of ours goes through it by its English text, and is found again by it. */
import type { Message } from './message.ts'
import { render } from './render.ts'

const known = new Map<string, Message>()

/** For `.regex(pattern, said(texts.name()))` and `.refine(check, said(…))`. Only for messages made when a module loads. */
export function said(message: Message): string {
  const text = render(message, 'en')
  known.set(text, message)
  return text
}

export const messageSaid = (text: string): Message | undefined => known.get(text)
