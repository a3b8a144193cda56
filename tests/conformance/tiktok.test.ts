import { TikTokSimulator } from '../simulators/tiktok.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const clip = (text: string, change = {}) => content([text], {}, [video(change)])
/** Large enough for two chunks: the first goes ahead, the last one publishes. */
const long = () => {
  const bytes = new Uint8Array(21_000_000)
  return clip(newText(), {
    bytes: bytes.length,
    read: async ({ from = 0, to = bytes.length } = {}) => bytes.slice(from, to),
  })
}
const photo = (alt: string) => image({ mime: 'image/jpeg', width: 1080, height: 1350, alt })

await conformance({
  network: 'tiktok',
  simulator: () => new TikTokSimulator(),
  plain: (text) => clip(text),
  image: { mime: 'image/jpeg', width: 1080, height: 1350 },
  shapes: [
    { name: 'a video', make: () => clip(newText()) },
    { name: 'a video of several chunks', make: long },
    {
      name: 'photos',
      make: () => content([newText()], { options: { title: 'Le fournil' } }, [photo('Un'), photo('Deux')]),
    },
  ],
  comesIn: ['comment'],
  answersInApp: ['comment'],
  polled: ['comment'],
  counting: [
    { name: 'an emoji of several code points by its UTF-16 units', content: clip('👩‍🍳'), length: 5 },
    { name: 'French typography as it is', content: clip('Déjà l’été ?'), length: 12 },
  ],
})
