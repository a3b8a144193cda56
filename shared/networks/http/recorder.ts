import { redact } from '../../kernel/log.ts'
import type { Exchange, HttpAnswer } from './client.ts'

const keptCharacters = 500
/** `name=value`, read from the first character of the name only. */
const field = /(?<![\w-])([\w-]+=)[^\s&"']+/g
const secretName = /token|secret|password|jwt|signature/i

/** A URL as it is kept: without query, fragment and user information, where secrets travel. */
export function keptUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** What is kept of an answer: its text, redacted (field by field where it is JSON) and cut to 500 characters. */
export function keptAnswer(answer: HttpAnswer): string | undefined {
  if (answer.bytes.length === 0) return undefined
  const type = answer.headers['content-type'] ?? ''
  if (!/json|text|xml|urlencoded|^$/i.test(type)) return `(${answer.bytes.length} bytes of ${type})`
  const json = answer.json()
  return json === undefined ? keptText(answer.text()) : JSON.stringify(redact(json)).slice(0, keptCharacters)
}

/** What is kept of a text: redacted and cut to 500 characters. */
export const keptText = (text: string): string =>
  String(
    redact(text.replace(field, (whole, name: string) => (secretName.test(name) ? `${name}[redacted]` : whole))),
  ).slice(0, keptCharacters)

/** A text without what a request declared secret, as it is and as it stands in an address. */
export const withoutSecrets = (text: string, secrets: readonly string[] = []): string =>
  secrets
    .flatMap((secret) => (secret === '' ? [] : [secret, encodeURIComponent(secret)]))
    .reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text)

/** Keeps the exchanges of one piece of work, in order: the evidence of an attempt. */
export class Recorder {
  readonly #kept: Exchange[] = []

  readonly record = (exchange: Exchange): void => {
    this.#kept.push(exchange)
  }

  exchanges(): readonly Exchange[] {
    return [...this.#kept]
  }
}
