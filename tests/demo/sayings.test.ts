import { describe, expect, it } from 'vitest'
import { saying } from '../../local/demo/sayings.ts'
import { opening, week } from '../../local/demo/shop.ts'
import { answerTo, commentsOn, mentions, messages, plainComments } from '../../local/demo/voices.ts'

const start = Date.parse('2026-11-30T05:00:00Z')
const threeMinutes = 3 * 60_000
const said = Array.from({ length: 480 }, (_, n) => saying(n, start + n * threeMinutes))

describe('what the demo’s shop says', () => {
  it('gives no text twice in a day of one every three minutes', () => {
    expect(new Set(said.map(({ text }) => text)).size).toBe(said.length)
  })

  it('leaves no gap unfilled, and fits the shortest network', () => {
    for (const { text } of said) {
      expect(text).not.toMatch(/[{}]|undefined/)
      expect([...text].length, text).toBeLessThanOrEqual(280)
    }
  })

  it('has comments that fit each of its texts, by the text alone', () => {
    for (const { text, comments = [] } of said) {
      expect(comments.length, text).toBeGreaterThan(2)
      expect(commentsOn(text)).toEqual(comments)
    }
    for (const { text, comments } of opening) if (comments !== undefined) expect(commentsOn(text)).toEqual(comments)
    expect(commentsOn('Something else')).toEqual([])
  })

  it('dates every text of its week, since networks refuse last week’s', () => {
    for (const { text, thread = [] } of week.flat())
      for (const part of [text, ...thread.slice(0, 1)]) expect(part).toContain('{jour}')
  })
})

describe('what people say to it', () => {
  it('is forty comments, and no sentence twice', () => {
    const all = [...plainComments, ...mentions, ...messages]
    expect(plainComments.length).toBeGreaterThanOrEqual(40)
    expect(new Set(all).size).toBe(all.length)
  })

  it('is answered where there is an answer, and left to somebody where there is none', () => {
    expect(answerTo('Bonjour, puis-je commander six éclairs pour samedi ?')).toContain('six éclairs')
    expect(answerTo('Ça donne faim.')).toBeUndefined()
    const questions = [...messages, ...mentions].filter((text) => text.endsWith('?'))
    expect(questions.filter((text) => answerTo(text) === undefined).length).toBeGreaterThan(0)
  })
})
