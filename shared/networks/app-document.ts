/**
 * The deployment's document of a network's app: JSON that a person writes. Without zod, which the webhook receiver would
 * carry for nothing else.
 */
import type { AppConfig } from './webhook.ts'

/**
 * Fields by name. A field that is `null` or empty is not there; an id that was written as a number is text. A document that
 * is `null` has no fields. Of what is refused only the field's name is told.
 */
export const appDocument = {
  safeParse(document: unknown) {
    if (typeof document !== 'object' || Array.isArray(document)) return refused([])
    const app: Record<string, string> = {}
    for (const [name, value] of Object.entries(document ?? {})) {
      if (value === null || value === '') continue
      if (typeof value !== 'string' && !Number.isSafeInteger(value)) return refused([name])
      app[name] = String(value)
    }
    const data: AppConfig = app
    return { success: true, data } as const
  },
}

const refused = (path: readonly string[]) => ({ success: false, error: { issues: [{ path }] } }) as const
