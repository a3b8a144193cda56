import { expect, it } from 'vitest'
import { withBoundedFields } from '../../../shared/networks/text/bounded-fields.ts'

const bounded = (text: string) => Buffer.from(withBoundedFields(Buffer.from(text))).toString()

it('leaves a letter with short fields as it is, and its body whatever is in it', () => {
  for (const end of ['\r\n', '\n']) {
    const letter = ['From: a@b.fr', 'Subject: a', ' b', '', 'x'.repeat(9000), '', 'y'].join(end)
    expect(bounded(letter)).toBe(letter)
  }
  expect(bounded('')).toBe('')
  expect(bounded('From: a')).toBe('From: a')
})

it('cuts a field after 4 KB, folded or not, and keeps the next', () => {
  const line = `To: ${'a'.repeat(5000)}`
  expect(bounded(`${line}\r\nSubject: b\r\n\r\nc`)).toBe(`${line.slice(0, 4096)}\r\nSubject: b\r\n\r\nc`)
  const folded = `To: ${Array.from({ length: 100 }, () => 'b'.repeat(98)).join('\r\n ')}`
  const cut = bounded(`${folded}\r\nSubject: b\r\n\r\nc`)
  expect(cut).toBe(`${folded.slice(0, 4096)}\r\nSubject: b\r\n\r\nc`)
})
