/** Structured log lines. Fields carry ids and outcomes, never credentials, tokens, texts of people or raw bodies. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

const secretName = /authorization|password|secret|token|cookie|credential|jwt|api-?key|signature/i
const secretText = /(bearer\s+|basic\s+|access_token=|appsecret_proof=|client_secret=|parvis_key_)[^\s"'&,}]+/gi

/** A copy of `value` in which fields with secret names, and secrets inside texts, are replaced by `[redacted]`. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(secretText, '$1[redacted]')
  if (value instanceof Error) return { name: value.name, message: redact(value.message, depth + 1) }
  if (typeof value !== 'object' || value === null) return value
  if (depth > 6) return '[deep]'
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      secretName.test(name) ? '[redacted]' : redact(field, depth + 1),
    ]),
  )
}

/** One JSON object per line, through {@link redact}. */
export function jsonLog(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Log {
  const line =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const safe = redact({ ...fields, message })
      write(JSON.stringify({ level, ...(typeof safe === 'object' ? safe : {}) }))
    }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}
