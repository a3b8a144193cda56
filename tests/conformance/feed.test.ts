import { conformance } from './kit.ts'
import { content } from './session.ts'

await conformance({
  network: 'feed',
  access: { credentials: {}, settings: { title: 'La boulangerie' }, app: {} },
  counting: [{ name: 'characters', content: content(['été 👍']), length: 5 }],
})
