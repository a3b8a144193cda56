import { describe, expect, it } from 'vitest'
import {
  defineTexts,
  isMessage,
  languageOf,
  messageSaid,
  negotiated,
  render,
  renderAll,
  said,
  textOf,
  textSchema,
} from '../../shared/i18n/index.ts'
import { AppError } from '../../shared/kernel/errors.ts'

const texts = defineTexts('tests', {
  plain: { en: 'It is late: why?', fr: "C'est tard : pourquoi ? « Tant pis » ; tant mieux !" },
  files: { en: '{count} {count|file|files}', fr: '{count} {count|fichier|fichiers}' },
  kind: { en: '{kind?image=an image|video=a video|a file}', fr: '{kind?image=une image|video=une vidéo|un fichier}' },
  due: { en: 'Due {at:moment}, again at {at:time}.', fr: 'Prévu {at:moment}, puis à {at:time}.' },
  size: { en: 'At most {max:bytes}.', fr: '{max:bytes} au plus.' },
  outer: { en: 'Not done: {why}', fr: 'Échec : {why}' },
})

describe('a text', () => {
  it('is rendered in both languages, with French no-break spaces and apostrophe', () => {
    expect(render(texts.plain(), 'en')).toBe('It is late: why?')
    expect(render(texts.plain(), 'fr')).toBe(
      'C’est tard\u00a0: pourquoi\u202f? «\u00a0Tant pis\u00a0»\u202f; tant mieux\u202f!',
    )
  })

  it('chooses the plural of each language: 0 and 1.5 are singular in French, plural in English', () => {
    const both = (count: number) => [render(texts.files({ count }), 'en'), render(texts.files({ count }), 'fr')]
    expect(both(0)).toEqual(['0 files', '0 fichier'])
    expect(both(1)).toEqual(['1 file', '1 fichier'])
    expect(both(1.5)).toEqual(['1.5 files', '1,5 fichier'])
    expect(both(12_500)).toEqual(['12,500 files', '12\u202f500 fichiers'])
  })

  it('chooses by value, with a form for every other one', () => {
    expect(render(texts.kind({ kind: 'video' }), 'fr')).toBe('une vidéo')
    expect(render(texts.kind({ kind: 'sound' }), 'fr')).toBe('un fichier')
  })

  it('writes an instant in the reader’s zone', () => {
    const at = Date.parse('2026-12-01T20:24:00Z')
    expect(render(texts.due({ at }), 'fr', 'Europe/Paris')).toBe(
      'Prévu le mardi 1er décembre 2026 à 21\u00a0h\u00a024, heure de Paris, puis à 21\u00a0h\u00a024, heure de Paris.',
    )
    expect(render(texts.due({ at: '2026-12-01T20:24:00Z' }), 'en', 'America/New_York')).toBe(
      'Due on Tuesday 1 December 2026 at 3:24 PM, New York time, again at 3:24 PM, New York time.',
    )
    expect(render(texts.due({ at }), 'fr')).toContain('20\u00a0h\u00a024\u00a0UTC')
    expect(render(texts.due({ at }), 'fr', 'Europe/London')).toContain('heure de Londres')
    expect(render(texts.due({ at }), 'fr', 'Europe/Athens')).toContain('heure d’Athènes')
    expect(render(texts.due({ at }), 'fr', 'Africa/Cairo')).toContain('heure du Caire')
  })

  it('writes a size in the units of the language', () => {
    expect(render(texts.size({ max: 8_000_000 }), 'fr')).toBe('8\u00a0Mo au plus.')
    expect(render(texts.size({ max: 12_500_000 }), 'fr')).toBe('12,5\u00a0Mo au plus.')
    expect(render(texts.size({ max: 999 }), 'en')).toBe('At most 999\u00a0bytes.')
  })

  it('shows a parameter as it is, whatever it holds', () => {
    expect(render(texts.outer({ why: '{count} $& {why} : ok ?' }), 'fr')).toBe('Échec\u00a0: {count} $& {why} : ok ?')
  })

  it('may hold another message', () => {
    expect(render(texts.outer({ why: texts.files({ count: 2 }) }), 'fr')).toBe('Échec\u00a0: 2 fichiers')
  })

  it('survives storage, and is read where an old string stands', () => {
    const stored = textSchema.parse(JSON.parse(JSON.stringify(texts.outer({ why: texts.files({ count: 2 }) }))))
    expect(isMessage(stored) && stored.key).toBe('tests.outer')
    expect(render(stored, 'fr')).toBe('Échec\u00a0: 2 fichiers')
    expect(render(textSchema.parse('The token expired.'), 'fr')).toBe('The token expired.')
  })

  it('is rendered wherever it is inside an answer', () => {
    const answer = { items: [{ reason: texts.files({ count: 1 }), n: 1, none: null }], at: new Date(0) }
    expect(JSON.parse(JSON.stringify(renderAll(answer, 'fr')))).toEqual({
      items: [{ reason: '1 fichier', n: 1, none: null }],
      at: '1970-01-01T00:00:00.000Z',
    })
  })

  it('of an error is its text; its English is the error’s message', () => {
    const error = new AppError('conflict', 'test', texts.files({ count: 2 }))
    expect(error.message).toBe('2 files')
    expect(textOf(error)).toEqual(texts.files({ count: 2 }))
    expect(textOf(new Error('foreign'))).toBe('foreign')
  })

  it('goes through zod by its English text', () => {
    expect(messageSaid(said(texts.plain()))).toEqual(texts.plain())
  })
})

describe('the language', () => {
  it.each([
    ['fr', 'fr'],
    ['fr-CA, en;q=0.5', 'fr'],
    ['en, fr;q=0.9', 'en'],
    ['de, fr;q=0.3, en;q=0.2', 'fr'],
    ['fr;q=0, en;q=0.1', 'en'],
    ['*', undefined],
    ['de', undefined],
    ['', undefined],
    [undefined, undefined],
    ['free', undefined],
  ])('of Accept-Language %s is %s', (header, language) => {
    expect(negotiated(header)).toBe(language)
  })

  it.each([
    ['fr-CA', 'fr'],
    ['fr', 'fr'],
    [undefined, 'fr'],
    ['fro', 'en'],
    ['pt-BR', 'en'],
  ])('of the tag %s is %s', (tag, language) => {
    expect(languageOf(tag)).toBe(language)
  })
})
