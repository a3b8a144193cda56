import { FacebookSimulator } from '../simulators/facebook.ts'
import { conformance } from './kit.ts'

await conformance({
  network: 'facebook',
  simulator: () => new FacebookSimulator(),
  comesIn: ['comment', 'mention', 'direct_message'],
})
