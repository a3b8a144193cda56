import { XSimulator } from '../simulators/x.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const x = (count: number) => 'x'.repeat(count)

await conformance({
  network: 'x',
  simulator: () => new XSimulator(),
  comesIn: ['comment', 'mention', 'direct_message'],
  refusesRepeats: true,
  shapes: [
    { name: 'text', make: () => content([newText()]) },
    {
      name: 'a link',
      make: () => content([`« ${newText()} » & plus : https://fr.wikipedia.org/wiki/Parvis_(architecture)`]),
    },
    { name: 'one image', make: () => content([newText()], {}, [image()]) },
    { name: 'an image alone', make: () => content([''], {}, [image()]) },
    { name: 'several images', make: () => content([newText()], {}, [image({ alt: 'Un' }), image({ alt: 'Deux' })]) },
    { name: 'a video', make: () => content([newText()], {}, [video()]) },
    {
      name: 'a poll',
      make: () => content([newText()], { options: { poll: { options: ['Oui', 'Non'], minutes: 1440 } } }),
    },
    { name: 'a thread', make: () => content([newText('Un'), newText('Deux'), newText('Trois')]) },
    { name: 'a thread with an image', make: () => content([newText('Un'), newText('Deux')], {}, [image()]) },
  ],
  counting: [
    {
      name: 'a link as 23, however long',
      content: content([`Lire https://boulangerie.fr/${x(200)}.`]),
      length: 29,
    },
    {
      name: 'a link with brackets as 23',
      content: content(['https://fr.wikipedia.org/wiki/Parvis_(mot)']),
      length: 23,
    },
    { name: 'an emoji of several code points as 2', content: content(['👩‍🍳👨‍👩‍👧']), length: 4 },
    { name: 'a flag as 2', content: content(['🇫🇷']), length: 2 },
    { name: 'an accent written apart as one letter', content: content(['e\u0301te\u0301']), length: 3 },
    { name: 'French quotation marks as 1, a narrow space as 2', content: content(['«\u202foui\u202f»']), length: 9 },
    { name: 'a no-break space and an apostrophe as 1', content: content(['l’été\u00a0!']), length: 7 },
    { name: 'Chinese as 2, Arabic as 1', content: content(['面包 خبز']), length: 8 },
    { name: 'the euro and the ellipsis as 2', content: content(['5\u00a0€…']), length: 6 },
  ],
})
