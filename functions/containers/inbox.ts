import { bucketNamed } from '../../shared/aws/bucket-named.ts'
import { Ingest, Poller } from '../../shared/inbox/index.ts'
import { webhookOf } from '../../shared/networks/registry.ts'
import { clock, log, once, table, variable } from '../container.ts'
import { channels, deskOf } from './channels.ts'
import { mentions } from './mentions.ts'

const deliveries = /* @__PURE__ */ once(() => bucketNamed(variable('BUCKET_NAME')))

export const ingest = /* @__PURE__ */ once(
  () =>
    new Ingest({
      table: table(),
      mentions: mentions(),
      channels: channels(),
      log,
      newsletters: deskOf,
      receiverOf: webhookOf,
      stored: (key) => deliveries().readAll(key),
    }),
)

export const poller = /* @__PURE__ */ once(
  () => new Poller({ table: table(), clock, channels: channels(), mentions: mentions(), log }),
)
