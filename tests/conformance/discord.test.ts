import { DiscordSimulator } from '../simulators/discord.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const poll = { question: 'Le pain du dimanche ?', options: ['Levain', 'Seigle'], minutes: 90 }
const embed = { title: 'Fournil', description: 'Ouvert dimanche', url: 'https://boulangerie.example', colour: 0xffaa00 }

await conformance({
  network: 'discord',
  simulator: () => new DiscordSimulator(),
  shapes: [
    { name: 'text', make: () => content([newText()]) },
    { name: 'a card', make: () => content([newText()], { options: { embed } }) },
    { name: 'a poll', make: () => content([newText()], { options: { poll } }) },
    { name: 'an image', make: () => content([newText()], {}, [image()]) },
    { name: 'an image alone', make: () => content([''], {}, [image()]) },
    { name: 'files', make: () => content([newText()], {}, [image({ alt: 'Un' }), video({ alt: 'Deux' })]) },
  ],
  comesIn: ['comment', 'mention', 'direct_message'],
  polled: ['comment', 'mention'],
  hooked: ['direct_message'],
  replies: ['comment', 'mention'],
  counting: [
    { name: 'an emoji of several code points by those', content: content(['👩‍🍳']), length: 3 },
    { name: 'a link in full', content: content(['https://fr.wikipedia.org/wiki/Parvis_(architecture)']), length: 51 },
  ],
})
