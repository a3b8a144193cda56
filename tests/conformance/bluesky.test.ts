import { BlueskySimulator } from '../simulators/bluesky.ts'
import { conformance } from './kit.ts'
import { content } from './session.ts'

await conformance({
  network: 'bluesky',
  simulator: () => new BlueskySimulator(),
  comesIn: ['comment', 'mention'],
  counting: [
    { name: 'an emoji of several code points as one', content: content(['👩‍🍳👨‍👩‍👧']), length: 2 },
    { name: 'an accent written apart as one', content: content(['e\u0301te\u0301']), length: 3 },
    { name: 'a link in full', content: content(['https://parvis.example/a']), length: 24 },
    { name: 'the longest part of a thread', content: content(['abc', 'abcdef', 'a']), length: 6 },
  ],
})
