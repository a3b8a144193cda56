import { UsenetSimulator } from '../simulators/usenet.ts'
import { conformance } from './kit.ts'
import { content, newText } from './session.ts'

const options = { title: 'Les nouveautés de l’été' }
const article = (text: string) => content([text], { options })

await conformance({
  network: 'usenet',
  speaksLines: true,
  simulator: () => new UsenetSimulator(),
  plain: article,
  shapes: [
    { name: 'a text', make: () => article(newText()) },
    {
      name: 'long paragraphs with a dot, a quotation and no-break spaces',
      make: () =>
        article(
          `${newText()}\n\n.\n.. et\n> « ${'Une très longue phrase\u202f! '.repeat(30)}»\n\nFrom Paris\n  deux espaces\n\n${'漢字'.repeat(900)}\nFin`,
        ),
    },
  ],
  waits: ['none'],
  counting: [
    { name: 'an emoji of several code points as one', content: article('👩‍🍳👨‍👩‍👧'), length: 2 },
    { name: 'a no-break space as one', content: article('Quoi\u202f?'), length: 6 },
  ],
})
