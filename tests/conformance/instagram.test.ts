import type { Media } from '../../shared/networks/network.ts'
import { InstagramSimulator } from '../simulators/instagram.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const jpeg = { mime: 'image/jpeg', width: 1080, height: 1350 }
const photo = (change: Partial<Media> = {}) => image({ ...jpeg, ...change })

await conformance({
  network: 'instagram',
  simulator: () => new InstagramSimulator(),
  plain: (text) => content([text], {}, [photo()]),
  image: jpeg,
  refreshesAhead: true,
  comesIn: ['comment', 'direct_message'],
  answersInApp: ['comment', 'direct_message'],
  shapes: [
    { name: 'a photo', make: () => content([newText()], {}, [photo()]) },
    { name: 'a photo without text', make: () => content([''], {}, [photo()]) },
    {
      name: 'a carousel of photos and a video',
      make: () => content([newText()], {}, [photo({ alt: 'Un' }), video(), photo({ alt: 'Deux' })]),
    },
    { name: 'a reel', make: () => content([newText()], { options: { kind: 'reel' } }, [video()]) },
    { name: 'a story of a photo', make: () => content([''], { options: { kind: 'story' } }, [photo()]) },
    { name: 'a story of a video', make: () => content([''], { options: { kind: 'story' } }, [video()]) },
    {
      name: 'a photo with a first comment',
      make: () => content([newText()], { options: { firstComment: newText('Premier') } }, [photo()]),
      says: ({ parts, options }) => [parts[0]?.text ?? '', String(options.firstComment)],
    },
  ],
  counting: [
    {
      name: 'an emoji by its UTF-16 units, the most that Instagram can count',
      content: content(['👩‍🍳'], {}, [photo()]),
      length: 5,
    },
    {
      name: 'French typography as it is',
      content: content(['«\u202foui\u00a0» : l’été à 3\u00a0€'], {}, [photo()]),
      length: 21,
    },
  ],
})
