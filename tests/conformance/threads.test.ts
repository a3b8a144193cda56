import type { Media } from '../../shared/networks/network.ts'
import { ThreadsSimulator } from '../simulators/threads.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const jpeg = { mime: 'image/jpeg', width: 1080, height: 1350 }
const photo = (change: Partial<Media> = {}) => image({ ...jpeg, ...change })
const poll = { options: ['Levain', 'Seigle'], minutes: 1440 }

await conformance({
  network: 'threads',
  simulator: () => new ThreadsSimulator(),
  image: jpeg,
  refreshesAhead: true,
  shapes: [
    { name: 'text', make: () => content([newText()], { options: { topic: 'boulangerie', whoReplies: 'followed' } }) },
    {
      name: 'a link with its card',
      make: () => content([newText()], { options: { link: 'https://boulangerie.example' } }),
    },
    { name: 'a poll', make: () => content([newText()], { options: { poll } }) },
    { name: 'an image', make: () => content([newText()], {}, [photo()]) },
    { name: 'an image alone', make: () => content([''], {}, [photo()]) },
    { name: 'a video', make: () => content([newText()], { options: { sensitive: true } }, [video()]) },
    { name: 'a carousel', make: () => content([newText()], {}, [photo({ alt: 'Un' }), photo({ alt: 'Deux' })]) },
    { name: 'a chain', make: () => content([newText('Un'), newText('Deux'), newText('Trois')]) },
    { name: 'a chain that begins with an image', make: () => content([newText('Un'), newText('Deux')], {}, [photo()]) },
  ],
  answersInApp: ['comment'],
  counting: [
    { name: 'an emoji by its UTF-8 bytes, however it is put together', content: content(['👩‍🍳']), length: 11 },
    { name: 'a flag and a keycap the same way', content: content(['🇫🇷1️⃣']), length: 15 },
    { name: 'an accent written apart as two', content: content(['e\u0301']), length: 2 },
    { name: 'French typography as it is', content: content(['«\u202foui\u00a0» : l’été à 3\u00a0€']), length: 21 },
    { name: 'Arabic and Chinese by their characters', content: content(['مرحبا 你好']), length: 8 },
    { name: 'a link in full', content: content(['https://fr.wikipedia.org/wiki/Parvis_(architecture)']), length: 51 },
  ],
})
