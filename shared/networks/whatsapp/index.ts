import * as z from 'zod'
import { graphVersion } from '../meta/index.ts'
import type { Connector } from '../network.ts'
import { act } from './act.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { attach, connect, credentialsInput } from './connect.ts'
import { appFields, limits, title, unconfirmed } from './facts.ts'
import { whatsappTexts } from './texts.ts'

/** A number of the WhatsApp Business Platform: people write, the brand answers. Nothing is published there. */
export const whatsappConnector: Connector<Credentials, Settings> = {
  name: 'whatsapp',
  title,
  apiVersion: graphVersion,
  app: appFields,
  capabilities: {
    reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
    publishes: [],
    delete: false,
    threads: false,
    comesIn: ['webhook'],
    actions: ['reply', 'ban'],
    counters: [],
    channelCounters: [],
    fetchesMedia: false,
    rate: { burst: 20, perHour: unconfirmed.messagesPerHour },
  },
  limits,
  credentialsInput,
  settingsInput: settings,
  credentials,
  settings,
  options: z.object({}),
  connect,
  attach,
  review: (content, { text }) => ({
    length: Array.from(content.parts[0]?.text ?? '').length,
    limit: text.max,
    unit: text.unit,
    problems: [
      {
        pointer: '/parts/0',
        code: 'nothing_published_here',
        message: whatsappTexts.nothingPublishedLong(),
      },
    ],
  }),
  publish: async () => ({
    kind: 'rejected',
    reason: 'invalid',
    message: whatsappTexts.nothingPublished(),
  }),
  act,
}
