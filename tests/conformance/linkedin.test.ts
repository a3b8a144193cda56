import type { Media } from '../../shared/networks/network.ts'
import { LinkedinSimulator } from '../simulators/linkedin.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const paper = (): Media => ({
  ...image({ alt: '' }),
  kind: 'document',
  mime: 'application/pdf',
  name: 'Carte de Noël.pdf',
  width: 0,
  height: 0,
})

await conformance({
  network: 'linkedin',
  simulator: () => new LinkedinSimulator(),
  comesIn: ['comment', 'mention'],
  answersInApp: ['comment'],
  refusesRepeats: true,
  shapes: [
    { name: 'text', make: () => content([newText()]) },
    {
      name: 'text full of signs of its format',
      make: () =>
        content([
          `${newText()} (1|2) {a} <b> [c] *d* _e_ ~f~ \\ @g #Levain_naturel #l’été @[Boulangerie du Port](urn:li:organization:96072893)`,
        ]),
    },
    { name: 'one image', make: () => content([newText()], {}, [image()]) },
    {
      name: 'an article without a card to be had',
      make: () => content([newText()], { options: { link: 'http://127.0.0.1:1/pain', title: 'Le pain' } }),
    },
    { name: 'an image alone', make: () => content([''], {}, [image()]) },
    { name: 'several images', make: () => content([newText()], {}, [image({ alt: 'Un' }), image({ alt: 'Deux' })]) },
    { name: 'a video', make: () => content([newText()], {}, [video()]) },
    { name: 'a document', make: () => content([newText()], {}, [paper()]) },
    {
      name: 'a poll',
      make: () =>
        content([newText()], {
          options: { title: 'Levain ou levure ?', poll: { options: ['Levain', 'Levure'], minutes: 4320 } },
        }),
    },
  ],
  counting: [
    { name: 'signs of its format as one', content: content(['(a_b)']), length: 5 },
    { name: 'narrow no-break spaces and quotation marks as one', content: content(['«\u202foui\u202f»']), length: 7 },
    { name: 'an emoji by its UTF-16 units, never too few', content: content(['👩‍🍳']), length: 5 },
  ],
})
