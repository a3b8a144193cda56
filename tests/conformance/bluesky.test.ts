import { bluesky } from '../../shared/networks/bluesky/index.ts'
import { BlueskySimulator } from '../simulators/bluesky.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'
import { shapes } from './stage.ts'

const pictures = (count: number) => Array.from({ length: count }, (_, i) => image({ alt: `Photo ${i + 1}` }))

await conformance({
  network: 'bluesky',
  simulator: () => new BlueskySimulator(),
  shapes: [
    ...shapes(bluesky, { network: 'bluesky' }),
    { name: 'a gallery of ten', make: () => content([newText()], {}, pictures(10)) },
    { name: 'a video', make: () => content([newText()], {}, [video({ alt: 'On façonne le pain' })]) },
    {
      name: 'a thread with a video',
      make: () => content([newText('Un'), newText('Deux')], { options: { sensitive: true } }, [video()]),
    },
  ],
  comesIn: ['comment', 'mention'],
  counting: [
    { name: 'an emoji of several code points as one', content: content(['👩‍🍳👨‍👩‍👧']), length: 2 },
    { name: 'an accent written apart as one', content: content(['e\u0301te\u0301']), length: 3 },
    { name: 'a link in full', content: content(['https://parvis.example/a']), length: 24 },
    {
      name: 'a link with parentheses in full',
      content: content(['https://fr.wikipedia.org/wiki/Pain_(aliment)']),
      length: 44,
    },
    { name: 'right to left and CJK', content: content(['خبز 面包']), length: 6 },
    {
      name: 'French spaces and signs, one each',
      content: content(['«\u00A0L’été\u202F: 3\u00A0€\u00A0»…']),
      length: 16,
    },
    { name: 'a flag, a skin tone and a keycap as one each', content: content(['🇫🇷👍🏽3️⃣']), length: 3 },
    { name: 'the longest part of a thread', content: content(['abc', 'abcdef', 'a']), length: 6 },
  ],
})
