import { TelegramSimulator } from '../simulators/telegram.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

await conformance({
  network: 'telegram',
  simulator: () => new TelegramSimulator(),
  shapes: [
    { name: 'text', make: () => content([newText()], { options: { linkPreview: 'large', silent: true } }) },
    { name: 'a photo', make: () => content([newText()], {}, [image()]) },
    { name: 'a photo alone', make: () => content([''], {}, [image()]) },
    { name: 'a video', make: () => content([newText()], {}, [video()]) },
    { name: 'an album', make: () => content([newText()], { options: { spoiler: true } }, [image(), image(), video()]) },
  ],
  comesIn: ['comment', 'direct_message'],
  answersInApp: ['comment'],
  tells: true,
  counting: [
    { name: 'an emoji of several code points by its UTF-16 units', content: content(['👩‍🍳']), length: 5 },
    { name: 'a link in full', content: content(['https://fr.wikipedia.org/wiki/Parvis_(architecture)']), length: 51 },
    { name: 'French typography as it is', content: content(['Déjà l’été\u202f?']), length: 12 },
  ],
})
