import { MastodonSimulator } from '../simulators/mastodon.ts'
import { conformance } from './kit.ts'
import { content } from './session.ts'

const x = (count: number) => 'x'.repeat(count)

await conformance({
  network: 'mastodon',
  simulator: () => new MastodonSimulator(),
  comesIn: ['comment', 'mention', 'direct_message'],
  counting: [
    {
      name: 'a link as 23, however long',
      content: content([`Lire https://boulangerie.example/${x(200)}.`]),
      length: 5 + 23 + 1,
    },
    {
      name: 'a mention elsewhere without its server',
      content: content(['Merci @lea@piaille.example !']),
      length: 'Merci @lea !'.length,
    },
    { name: 'an emoji of several code points as one', content: content(['👩‍🍳👨‍👩‍👧']), length: 2 },
    { name: 'the content warning too', content: content(['abc'], { options: { spoilerText: 'Recette' } }), length: 10 },
  ],
})
