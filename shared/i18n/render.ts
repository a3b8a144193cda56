import type { Language } from './language.ts'
import type { Message, Param, Text } from './message.ts'
import { dateIn, momentIn, timeIn } from './moment.ts'

/** `{name}`, `{name:format}`, `{name|one|many}`, `{name?value=text|text}`. */
const placeholder = /\{(\w+)(?::(\w+)|\?([^{}]*)|\|([^{}|]*)\|([^{}|]*))?\}/g

/** The text in a language. `zone` (IANA) is the reader's, for instants. A parameter is never read as a text. */
export function render(text: Text, language: Language, zone = 'UTC'): string {
  if (typeof text === 'string') return text
  const { params } = text
  return text[language].replace(
    placeholder,
    (whole, name: string, format?: string, choices?: string, one?: string, many?: string) => {
      const value = Object.hasOwn(params, name) ? params[name] : undefined
      if (value === undefined) return whole
      if (choices !== undefined) return chosen(choices, String(value))
      if (one !== undefined && many !== undefined) return plural(language).select(Number(value)) === 'one' ? one : many
      return shown(value, format, language, zone)
    },
  )
}

function shown(value: Param, format: string | undefined, language: Language, zone: string): string {
  if (isList(value)) return list(language).format(value.map((one) => render(one, language, zone)))
  if (isMessage(value)) return render(value, language, zone)
  switch (format) {
    case 'moment':
      return momentIn(value, language, zone)
    case 'time':
      return timeIn(value, language, zone)
    case 'date':
      return dateIn(value, language, zone)
    case 'usd':
      return `${money(language).format(Number(value) / 1e6)}\u00a0USD`
    case 'bytes':
      return bytes(Number(value), language)
    default:
      return typeof value === 'number' ? number(language).format(value) : value
  }
}

const isList = (value: unknown): value is readonly (string | Message)[] => Array.isArray(value)

function chosen(choices: string, value: string): string {
  const options = choices.split('|')
  const other = options.at(-1) ?? ''
  const own = options.slice(0, -1).find((option) => option.startsWith(`${value}=`))
  return own === undefined ? other : own.slice(value.length + 1)
}

const tags = { fr: 'fr-FR', en: 'en-US' } as const
const memo = <T>(make: (language: Language) => T) => {
  const made = new Map<Language, T>()
  return (language: Language): T => {
    const known = made.get(language) ?? make(language)
    made.set(language, known)
    return known
  }
}
const plural = memo((language) => new Intl.PluralRules(tags[language]))
const list = memo((language) => new Intl.ListFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { type: 'conjunction' }))
const number = memo((language) => new Intl.NumberFormat(tags[language], { maximumFractionDigits: 6 }))
const money = memo(
  (language) => new Intl.NumberFormat(tags[language], { minimumFractionDigits: 2, maximumFractionDigits: 6 }),
)
const short = memo((language) => new Intl.NumberFormat(tags[language], { maximumFractionDigits: 1 }))

const units = { fr: ['octets', 'Ko', 'Mo', 'Go', 'To'], en: ['bytes', 'KB', 'MB', 'GB', 'TB'] } as const

/** In decimal units, as platforms name their limits; exact below 1,000. */
function bytes(value: number, language: Language): string {
  const steps = value < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3))
  return `${short(language).format(value / 1_000 ** steps)}\u00a0${units[language][steps]}`
}

/** Whether an instant is named in one of the messages of this JSON: then it takes the reader's zone. */
export function dependsOnZone(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (isMessage(value) && /:(moment|time|date)\}/.test(value.en)) return true
  return Object.values(value).some(dependsOnZone)
}

/** Whether one of our messages is in this JSON. */
export function holdsMessage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return isMessage(value) || Object.values(value).some(holdsMessage)
}

/** The same JSON with every message in it rendered. */
export function renderAll(value: unknown, language: Language, zone?: string): unknown {
  if (Array.isArray(value)) return value.map((one) => renderAll(one, language, zone))
  if (typeof value !== 'object' || value === null) return value
  if (isMessage(value)) return render(value, language, zone)
  if ('toJSON' in value) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renderAll(one, language, zone)]))
}

/** Told by its shape: it may have been stored. */
export function isMessage(value: unknown): value is Message {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    typeof value.key === 'string' &&
    'params' in value &&
    typeof value.params === 'object' &&
    value.params !== null &&
    'en' in value &&
    typeof value.en === 'string' &&
    'fr' in value &&
    typeof value.fr === 'string'
  )
}
