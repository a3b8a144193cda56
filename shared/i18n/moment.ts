import type { Language } from './language.ts'

/** Cities that French writes in its own way, by the last part of their IANA zone. */
const frenchCities: Readonly<Record<string, string>> = {
  Algiers: 'Alger',
  Athens: 'Athènes',
  Beirut: 'Beyrouth',
  Brussels: 'Bruxelles',
  Bucharest: 'Bucarest',
  Cairo: 'du Caire',
  Copenhagen: 'Copenhague',
  Dublin: 'Dublin',
  Lisbon: 'Lisbonne',
  London: 'Londres',
  Luxembourg: 'Luxembourg',
  Moscow: 'Moscou',
  Mexico_City: 'Mexico',
  Montreal: 'Montréal',
  Reunion: 'La Réunion',
  Rome: 'Rome',
  Singapore: 'Singapour',
  Vienna: 'Vienne',
  Warsaw: 'Varsovie',
  Zurich: 'Zurich',
}

/** `heure de Paris`, `heure d’Athènes`; `Paris time`. Undefined for zones that are no place: they go by their names. */
function placeOf(zone: string, language: Language): string | undefined {
  const [area, ...rest] = zone.split('/')
  const last = rest.at(-1)
  if (last === undefined || area === 'Etc') return undefined
  const city = last.replaceAll('_', ' ')
  if (language === 'en') return `${city} time`
  const french = frenchCities[last] ?? city
  if (french.startsWith('du ')) return `heure ${french}`
  return /^[AEIOUÉÈH]/i.test(french) ? `heure d’${french}` : `heure de ${french}`
}

const inZone = (zone: string, language: Language, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { ...options, timeZone: zone })

function clockTime(at: Date, language: Language, zone: string): string {
  if (language === 'en')
    return new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone: zone }).format(at)
  const parts = inZone(zone, 'fr', { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${Number(part('hour'))}\u00a0h\u00a0${part('minute').padStart(2, '0')}`
}

/** « 21 h 24, heure de Paris », `9:24 PM, Paris time`, « 20 h 24 UTC ». `at`: ms since the epoch, or ISO 8601. */
export function timeIn(at: number | string, language: Language, zone: string): string {
  const time = clockTime(new Date(at), language, zone)
  const place = placeOf(zone, language)
  return place === undefined ? `${time}\u00a0${zone.replace(/^Etc\//, '')}` : `${time}, ${place}`
}

/** « mardi 1er décembre 2026 », `Tuesday 1 December 2026`. */
export function dateIn(at: number | string, language: Language, zone: string): string {
  const date = inZone(zone, language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
    .format(new Date(at))
    .replace(',', '')
  // CLDR leaves out that French counts the first of a month.
  return language === 'fr' ? date.replace(/ 1 (?=\p{L})/u, ' 1er ') : date
}

/** « le mardi 1er décembre 2026 à 21 h 24, heure de Paris », `on Tuesday 1 December 2026 at 9:24 PM, Paris time`. */
export function momentIn(at: number | string, language: Language, zone: string): string {
  const [date, time] = [dateIn(at, language, zone), timeIn(at, language, zone)]
  return language === 'fr' ? `le ${date} à ${time}` : `on ${date} at ${time}`
}
