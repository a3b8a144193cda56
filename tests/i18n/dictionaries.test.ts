/** Reads every dictionary that there is. */
import { globSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { definedTexts } from '../../shared/i18n/index.ts'
import { frenchSpaces } from '../../shared/i18n/typography.ts'
import { englishIn, wordsOf } from '../support/english-words.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
for (const file of globSync('{shared,functions}/**/*.ts', { cwd: root }).filter((path) =>
  /(^|\/)(\w+-)?(texts|common|issue-text|definitions)\.ts$/.test(path),
))
  await import(pathToFileURL(`${root}/${file}`).href)

interface Entry {
  readonly key: string
  readonly en: string
  readonly fr: string
}
const entries: readonly Entry[] = [...definedTexts].flatMap(([namespace, texts]) =>
  Object.entries(texts).map(([name, { en, fr }]) => ({ key: `${namespace}.${name}`, en, fr })),
)

const placeholder = /\{(\w+)([:|?][^{}]*)?\}/g
/** Words that only French has: a text without an English word may still be no English. */
const french = [
  'le',
  'les',
  'des',
  'du',
  'une',
  'est',
  'sont',
  'dans',
  'avec',
  'pas',
  'cette',
  'vous',
  'votre',
  'qui',
  'ne',
  'au',
]

/** What no French product team writes. */
const calques: readonly RegExp[] = [
  /ne vaut plus rien/i,
  /à régler par quelqu/i,
  /de combien c.est parti/i,
  /\bpart ensuite\b/i,
  /ne mène nulle part/i,
  /\bLinkedin\b|\bYoutube\b|\bTiktok\b|\bGoogle_business\b|\bWhatsapp\b|\bWordpress\b/,
  /\d{1,2}:\d{2} UTC/,
  /\bUTC[+-]\d/,
  /\binscrit à «/,
  /\bcourriels?\b/i,
  /\bdigital(e|es|aux)?\b/i,
  /\bsupporter?(é|ée|és|ées|e|ent)?\b.*\bformat/i,
  /\binvalide\b/i,
  /\badresser un problème\b/i,
]

const parameters = (text: string) =>
  [...text.matchAll(placeholder)].map(([, name, format]) => `${name}${format?.startsWith(':') ? format : ''}`)

const faults = (find: (entry: Entry) => unknown) =>
  entries.filter((entry) => Boolean(find(entry))).map(({ key, en, fr }) => `${key}: ${en} / ${fr}`)

it('reads all dictionaries', () => {
  expect(definedTexts.size).toBeGreaterThan(20)
  expect(entries.length).toBeGreaterThan(400)
})

it('finds both languages of every text, neither empty', () => {
  expect(faults(({ en, fr }) => en.trim() === '' || fr.trim() === '')).toEqual([])
})

it('finds no English word in a French text', () => {
  expect(faults(({ fr }) => englishIn(fr).length > 0)).toEqual([])
})

it('finds no French word in an English text', () => {
  expect(faults(({ en }) => french.some((word) => wordsOf(en).has(word)))).toEqual([])
})

it('finds no sentence that is the same in both languages', () => {
  expect(faults(({ en, fr }) => en === fr && wordsOf(en).size > 2)).toEqual([])
})

it('finds no calque in a French text', () => {
  expect(faults(({ fr }) => calques.some((calque) => calque.test(fr)))).toEqual([])
})

it('finds French spaces where French has them', () => {
  // a parameter's own syntax is no punctuation
  const bare = (fr: string) =>
    frenchSpaces(fr)
      .replace(placeholder, 'x')
      .replace(/`[^`]*`|"[^"]*"(: true)?|(Content-Type|Authorization): \S+|https?:\S*|\S+:\S+/g, 'x')
  expect(
    faults(({ fr }) =>
      /[\p{L}\p{N})»](?=[;!?](\s|$))|[\p{L}\p{N})»](?=:\s)|«[^\u00a0]|[^\u00a0]»| [;:!?»]|« /u.test(bare(fr)),
    ),
  ).toEqual([])
})

it('finds no straight apostrophe between letters, and no three dots', () => {
  expect(faults(({ fr }) => /\p{L}'\p{L}|\.\.\./u.test(frenchSpaces(fr)))).toEqual([])
})

it('finds the same parameters in both languages, shown in the same way', () => {
  const of = (text: string) => [...new Set(parameters(text))].toSorted().join()
  expect(faults(({ en, fr }) => of(en) !== of(fr))).toEqual([])
})

it('finds no brace that is no parameter', () => {
  expect(faults(({ en, fr }) => /[{}]/.test(`${en}${fr}`.replace(placeholder, '')))).toEqual([])
})

it('finds two different forms, or two of a word that does not change, of every plural', () => {
  const invariable = /^(s’y trouvent?|.*[sxz])$/
  const same = (text: string) =>
    [...text.matchAll(/\{\w+\|([^{}|]*)\|([^{}|]*)\}/g)].some(
      ([, one = '', many = '']) => one === many && !invariable.test(one),
    )
  expect(faults(({ en, fr }) => same(en) || same(fr))).toEqual([])
})

it('finds one French text for each English one', () => {
  const known = new Map<string, string>()
  const differing = entries.filter(({ en, fr }) => {
    const before = known.get(en)
    known.set(en, before ?? fr)
    return before !== undefined && before !== fr
  })
  expect(differing.map(({ key, en, fr }) => `${key}: ${en} / ${fr} / ${known.get(en)}`)).toEqual([])
})
