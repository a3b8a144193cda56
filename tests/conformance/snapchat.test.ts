import { SnapchatSimulator } from '../simulators/snapchat.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const picture = { mime: 'image/jpeg', width: 1080, height: 1920, alt: '' }
const spotlight = (text: string, change = {}) => content([text], {}, [video(change)])
/** Large enough for two parts, the last of them short. */
const large = new Uint8Array(17_000_000).fill(7)
const long = () =>
  spotlight(newText(), {
    bytes: large.length,
    read: async ({ from = 0, to = large.length } = {}) => large.slice(from, to),
  })
const saved = () => content([''], { options: { kind: 'saved_story', title: newText() } }, [image(picture)])

await conformance({
  network: 'snapchat',
  simulator: () => new SnapchatSimulator(),
  plain: (text) => spotlight(text),
  image: picture,
  shapes: [
    { name: 'a Spotlight', kind: 'spotlight', make: () => spotlight(newText()) },
    { name: 'a Spotlight of several parts', kind: 'spotlight', make: long },
    { name: 'a story with a picture', make: () => content([''], { options: { kind: 'story' } }, [image(picture)]) },
    { name: 'a story with a video', make: () => content([''], { options: { kind: 'story' } }, [video()]) },
    { name: 'a saved story', make: saved, says: (made) => [String(made.options.title)] },
  ],
  counting: [
    { name: 'an emoji of several code points by its UTF-16 units', content: spotlight('👩‍🍳'), length: 5 },
    { name: 'French typography as it is', content: spotlight('Déjà l’été ?'), length: 12 },
    { name: 'narrow spaces, guillemets and the euro sign as they are', content: spotlight('« 5 € »'), length: 7 },
    { name: 'right-to-left and combining marks as they are', content: spotlight('שָׁלוֹם'), length: 7 },
  ],
})
