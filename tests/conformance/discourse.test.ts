import { communityTopic, DiscourseSimulator } from '../simulators/discourse.ts'
import { conformance } from './kit.ts'
import { content, image, newText } from './session.ts'

/** Forums take a title once. */
const topic = (text: string, media = [image()].slice(1)) =>
  content([text], { options: { title: newText('Le pain au levain'), categoryId: 5 } }, media)

await conformance({
  network: 'discourse',
  refusesRepeats: true,
  simulator: () => new DiscourseSimulator(),
  plain: (text) => topic(text),
  shapes: [
    { name: 'a topic', make: () => topic(newText()) },
    { name: 'a topic with images', make: () => topic(newText(), [image({ alt: 'Un' }), image({ alt: '« Deux »' })]) },
    { name: 'an image alone', make: () => topic('', [image({ alt: newText('Le four') })]) },
    { name: 'an answer in a topic', make: () => content([newText()], { options: { topicId: communityTopic } }) },
    {
      name: 'an answer with an image',
      make: () => content([newText()], { options: { topicId: communityTopic, replyTo: 1 } }, [image()]),
    },
  ],
  comesIn: ['comment', 'mention', 'direct_message'],
  counting: [
    { name: 'an emoji by its code points', content: topic('👩‍🍳'), length: 3 },
    { name: 'French typography as it is', content: topic('Déjà l’été\u202f?'), length: 12 },
  ],
})
