import { describe, expect, it } from 'vitest'
import { countGraphemes, findLinks, findTags, utf8Length } from '../../../shared/networks/text/index.ts'

const links = (text: string) => findLinks(text).map(({ start, end }) => text.slice(start, end))
const tags = (text: string) => findTags(text).map(({ tag }) => tag)

describe('links', () => {
  it.each([
    ['Lire https://parvis.example/a.', ['https://parvis.example/a']],
    ['Lire\u00A0: https://parvis.example/a\u202F!', ['https://parvis.example/a']],
    ['« https://parvis.example/été »', ['https://parvis.example/été']],
    ['«https://parvis.example/été»', ['https://parvis.example/été']],
    ['“https://parvis.example”, et ‘https://b.example/c’', ['https://parvis.example', 'https://b.example/c']],
    [
      '(voir https://fr.wikipedia.org/wiki/Parvis_(architecture))',
      ['https://fr.wikipedia.org/wiki/Parvis_(architecture)'],
    ],
    ['(https://parvis.example/a?b=1&c=[2])', ['https://parvis.example/a?b=1&c=[2']],
    ['vraiment https://parvis.example/a?! oui', ['https://parvis.example/a']],
    ['https://parvis.example/a…', ['https://parvis.example/a']],
    ['https://parvis.example/#/menu; http://b.example', ['https://parvis.example/#/menu', 'http://b.example']],
    ['l’adresse’https://parvis.example/l’été', ['https://parvis.example/l']],
    ['HTTPS://PARVIS.EXAMPLE/A', ['HTTPS://PARVIS.EXAMPLE/A']],
    ['www.parvis.example/menu, merci', ['www.parvis.example/menu']],
    ['https://parvis', []],
    ['xhttps://parvis.example jean@www.parvis.example', []],
    ['https:// et http', []],
    ['bonjour.Le lendemain', []],
  ])('in %j', (text, expected) => {
    expect(links(text)).toEqual(expected)
  })
  it('completes an address without a scheme', () => {
    expect(findLinks('www.parvis.example')).toMatchObject([{ url: 'https://www.parvis.example' }])
  })
})

describe('tags', () => {
  it.each([
    ['#Pâques, #soldes!', ['Pâques', 'soldes']],
    ['Vive l’#apéro et d\u2019#ici', ['apéro', 'ici']],
    ['«#promo» “#deux” (#trois)', ['promo', 'deux', 'trois']],
    ['#1 #2026 #8mars #24h24', ['8mars', '24h24']],
    ['#pain-perdu #saint_honoré #日本語', ['pain-perdu', 'saint_honoré', '日本語']],
    ['＃plein', ['plein']],
    ['#️⃣ et C# et a#b et # seul et ##', []],
    ['https://parvis.example/#ancre #vrai', ['vrai']],
    ['#ça\u202F! #va\u00A0?', ['ça', 'va']],
    ['#un\n#deux', ['un', 'deux']],
  ])('in %j', (text, expected) => {
    expect(tags(text)).toEqual(expected)
  })
  it('point at what they are in the text', () => {
    const text = '👩‍🍳 #été.'
    for (const { start, end, tag } of findTags(text)) expect(text.slice(start, end)).toBe(`#${tag}`)
  })
})

it('counts what a reader sees, and what it weighs', () => {
  expect(countGraphemes('👨‍👩‍👧‍👦é🇫🇷')).toBe(3)
  expect(countGraphemes('e\u0301')).toBe(1)
  expect(utf8Length('é🇫🇷')).toBe(10)
})
