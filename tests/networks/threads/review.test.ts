import { expect, it } from 'vitest'
import { threadsConnector } from '../../../shared/networks/threads/index.ts'
import { content } from '../../conformance/session.ts'

const found = (text: string, options: Record<string, unknown> = {}) =>
  threadsConnector
    .review(content([text], { options }), threadsConnector.limits, {} as never)
    .problems.map(({ pointer, code }) => `${pointer} ${code}`)
const links = (count: number) => Array.from({ length: count }, (_, i) => `https://a.example/${i}`).join(' ')

it.each(['pain.levain', 'pain & vin'])('refuses the topic %j', (topic) => {
  expect(found('Bonjour', { topic })).toEqual(['/options/topic character_refused'])
})

it('takes a topic of letters, spaces and other marks', () => {
  expect(found('Bonjour', { topic: 'pain au levain!' })).toEqual([])
})

it('takes five different links, and refuses six', () => {
  expect(found(links(5))).toEqual([])
  expect(found(`${links(5)} https://a.example/0`)).toEqual([])
  expect(found(links(6))).toEqual(['/parts/0/text too_many_links'])
})

it('counts the link of the card, once where it stands in the text too', () => {
  expect(found(links(5), { link: 'https://a.example/4' })).toEqual([])
  expect(found(links(5), { link: 'https://b.example/' })).toEqual(['/parts/0/text too_many_links'])
})

it('counts the bytes of an emoji, and the characters of everything else', () => {
  expect(found('é'.repeat(500))).toEqual([])
  expect(found(`${'é'.repeat(496)}🥖`)).toEqual([])
  expect(found(`${'é'.repeat(497)}🥖`)).toEqual(['/parts/0/text text_too_long'])
})
