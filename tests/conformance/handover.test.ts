import { conformance } from './kit.ts'
import { content } from './session.ts'

await conformance({
  network: 'handover',
  access: {
    credentials: {},
    settings: { of: 'Xing', profileUrl: 'https://www.xing.com/profile/Camille_Durand' },
    app: {},
  },
  counting: [{ name: 'characters', content: content(['été 👍']), length: 5 }],
})
