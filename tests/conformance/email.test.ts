import { EmailSimulator } from '../simulators/email.ts'
import { conformance } from './kit.ts'
import { content } from './session.ts'

const options = { title: 'Les nouveautés de l’été', listId: 'list_01J00000000000000000000000' }

await conformance({
  network: 'email',
  speaksLines: true,
  simulator: () => new EmailSimulator(),
  plain: (text) => content([text], { options }),
  publishesThroughUs: true,
  reportedByWebhook: true,
  comesIn: ['direct_message'],
  counting: [
    { name: 'an emoji of several code points as one', content: content(['👩‍🍳👨‍👩‍👧'], { options }), length: 2 },
  ],
})
