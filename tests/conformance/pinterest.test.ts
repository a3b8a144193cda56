import { boardId, PinterestSimulator } from '../simulators/pinterest.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const options = { boardId, title: 'Le pain au levain', link: 'https://boulangerie.example/levain' }
const jpeg = (alt = 'Un pain') => image({ mime: 'image/jpeg', width: 1000, height: 1500, alt })
const pin = (text: string, media = [jpeg()]) => content([text], { options }, media)

await conformance({
  network: 'pinterest',
  simulator: () => new PinterestSimulator(),
  plain: (text) => pin(text),
  image: { mime: 'image/jpeg', width: 1000, height: 1500 },
  shapes: [
    { name: 'a pin', make: () => pin(newText()) },
    { name: 'a carousel', make: () => pin(newText(), [jpeg('Un'), jpeg('Deux'), jpeg('Trois')]) },
    { name: 'a video pin', make: () => pin(newText(), [video()]) },
  ],
  counting: [
    { name: 'an emoji by its code points', content: pin('👩‍🍳'), length: 3 },
    { name: 'French typography as it is', content: pin('Déjà l’été ?'), length: 12 },
  ],
})
