import { mastodon } from '../../shared/networks/mastodon/index.ts'
import { MastodonSimulator } from '../simulators/mastodon.ts'
import { conformance } from './kit.ts'
import { content, newText, video } from './session.ts'
import { shapes } from './stage.ts'

const x = (count: number) => 'x'.repeat(count)

await conformance({
  network: 'mastodon',
  simulator: () => new MastodonSimulator(),
  shapes: [
    ...shapes(mastodon, { network: 'mastodon' }),
    { name: 'a video', make: () => content([newText()], {}, [video({ alt: 'On façonne le pain' })]) },
    {
      name: 'a poll behind a warning',
      make: () =>
        content([newText('Votre pain ?'), newText('Merci')], {
          options: {
            contentWarning: 'Gluten',
            sensitive: true,
            poll: { options: ['Au levain', 'Aux noix 🌰'], minutes: 1440, multiple: true },
          },
        }),
    },
  ],
  comesIn: ['comment', 'mention', 'direct_message'],
  counting: [
    {
      name: 'a link as 23, however long',
      content: content([`Lire https://boulangerie.fr/${x(200)}.`]),
      length: 5 + 23 + 1,
    },
    {
      name: 'a mention elsewhere without its server',
      content: content(['Merci @lea@piaille.example !']),
      length: 'Merci @lea !'.length,
    },
    { name: 'an emoji of several code points as one', content: content(['👩‍🍳👨‍👩‍👧']), length: 2 },
    {
      name: 'a link with parentheses as 23',
      content: content(['(https://fr.wikipedia.org/wiki/Pain_(aliment))']),
      length: 25,
    },
    { name: 'an accent written apart as one', content: content(['e\u0301te\u0301']), length: 3 },
    { name: 'right to left and CJK', content: content(['خبز 面包']), length: 6 },
    {
      name: 'French spaces and signs, one each',
      content: content(['«\u00A0L’été\u202F: 3\u00A0€\u00A0»…']),
      length: 16,
    },
    { name: 'a flag, a skin tone and a keycap as one each', content: content(['🇫🇷👍🏽3️⃣']), length: 3 },
    {
      name: 'the content warning too',
      content: content(['abc'], { options: { contentWarning: 'Recette' } }),
      length: 10,
    },
  ],
})
