import { FacebookSimulator } from '../simulators/facebook.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const upright = { width: 1080, height: 1920, seconds: 20 }

await conformance({
  network: 'facebook',
  refusesRepeats: true,
  simulator: () => new FacebookSimulator(),
  comesIn: ['comment', 'mention', 'direct_message'],
  answersInApp: ['comment', 'direct_message'],
  shapes: [
    { name: 'text', make: () => content([newText()]) },
    { name: 'an image alone', make: () => content([''], {}, [image()]) },
    {
      name: 'several images',
      make: () => content([newText()], {}, [image({ alt: 'Un' }), image({ alt: 'Deux' })]),
    },
    { name: 'a video', make: () => content([newText()], {}, [video()]) },
    { name: 'a reel', make: () => content([newText()], { options: { kind: 'reel' } }, [video(upright)]) },
    {
      name: 'a story of a photo',
      make: () => content([''], { options: { kind: 'story' } }, [image()]),
    },
    {
      name: 'a story of a video',
      make: () => content([''], { options: { kind: 'story' } }, [video(upright)]),
    },
    {
      name: 'a post with a first comment',
      make: () => content([newText()], { options: { firstComment: newText('Premier') } }),
      says: ({ parts, options }) => [parts[0]?.text ?? '', String(options.firstComment)],
    },
  ],
  counting: [
    { name: 'an emoji by its UTF-16 units, the most that Facebook can count', content: content(['👩‍🍳']), length: 5 },
    { name: 'a narrow space and quotation marks as one each', content: content(['«\u202foui\u00a0»']), length: 7 },
  ],
})
