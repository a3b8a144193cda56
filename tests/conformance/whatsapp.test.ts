import { WhatsAppSimulator } from '../simulators/whatsapp.ts'
import { conformance } from './kit.ts'

await conformance({
  network: 'whatsapp',
  simulator: () => new WhatsAppSimulator(),
  comesIn: ['direct_message'],
  answersInApp: ['direct_message'],
  moderates: 'direct_message',
})
