import { GoogleBusinessSimulator } from '../simulators/google-business.ts'
import { conformance } from './kit.ts'
import { content, image, newText } from './session.ts'

const photo = { mime: 'image/jpeg', width: 1200, height: 900 }
const dated = { title: 'Journée du pain', start: '2026-12-05', end: '2026-12-06' }

await conformance({
  network: 'google_business',
  simulator: () => new GoogleBusinessSimulator(),
  image: photo,
  comesIn: ['review'],
  answersInApp: ['review'],
  shapes: [
    { name: 'a post', make: () => content([newText()]) },
    {
      name: 'a post with a button',
      make: () => content([newText()], { options: { link: 'https://boulangerie.example/pain', button: 'order' } }),
    },
    { name: 'a post with a photo', make: () => content([newText()], {}, [image(photo)]) },
    {
      name: 'an event',
      make: () =>
        content([newText()], {
          options: { ...dated, kind: 'event', start: '2026-12-05T18:00', end: '2026-12-05T20:30' },
        }),
    },
    {
      name: 'an offer',
      make: () =>
        content([newText()], {
          options: {
            ...dated,
            kind: 'offer',
            coupon: 'LEVAIN10',
            terms: 'Une par personne.',
            link: 'https://b.example/',
          },
        }),
    },
  ],
  counting: [
    { name: 'an emoji by its UTF-16 units', content: content(['👩‍🍳']), length: 5 },
    { name: 'French typography as it is', content: content(['Déjà l’été\u202F?']), length: 12 },
    { name: 'right to left and CJK', content: content(['خبز 面包']), length: 6 },
  ],
})
