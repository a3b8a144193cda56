import type { Content } from '../../shared/networks/network.ts'
import { YoutubeSimulator } from '../simulators/youtube.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const upright = () => video()
const lying = () => video({ width: 1920, height: 1080, seconds: 300 })
const made = (text: string, options: Readonly<Record<string, unknown>> = {}, change: Partial<Content> = {}) =>
  content([text], { options: { title: 'Le pain au levain', madeForChildren: false, ...options }, ...change }, [lying()])

let asked = 0
const question = () => `Et vous, à quelle heure ? 👩‍🍳 ${++asked}`

await conformance({
  network: 'youtube',
  simulator: () => new YoutubeSimulator(),
  plain: (text) => made(text),
  shapes: [
    { name: 'a video', make: () => made(newText()) },
    {
      name: 'a video with its thumbnail, its tags and all that the law asks',
      make: () =>
        made(
          newText(),
          { aiMade: true, paidPartnership: true, privacy: 'unlisted', tags: ['pain', 'pain au levain'] },
          { cover: image({ mime: 'image/jpeg', width: 1280, height: 720 }) },
        ),
    },
    {
      name: 'a short',
      make: () =>
        content([newText()], { options: { kind: 'short', title: 'Trente secondes', madeForChildren: false } }, [
          upright(),
        ]),
    },
    {
      name: 'a video with a first comment',
      make: () => made(newText(), { firstComment: question() }),
      says: ({ parts, options }) => [parts[0]?.text ?? '', String(options.firstComment)],
    },
  ],
  covers: { mimes: ['image/jpeg', 'image/png'], maxBytes: 2_000_000 },
  comesIn: ['comment'],
  answersInApp: ['comment'],
  polled: ['comment'],
  counting: [
    { name: 'bytes: an accent is two', content: made('l’été'), length: 9 },
    { name: 'an emoji of several code points by its bytes', content: made('👩‍🍳'), length: 11 },
    { name: 'the narrow space before a question mark as three', content: made('Déjà\u202F?'), length: 10 },
    { name: 'right to left and CJK', content: made('خبز 面包'), length: 13 },
  ],
})
