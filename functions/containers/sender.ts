import { latenessLine } from '../../shared/aws/metric.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { Sender } from '../../shared/publishing/sender.ts'
import { clock, log, once, publishQueue, random, table, variable } from '../container.ts'
import { channels } from './channels.ts'
import { media } from './media-source.ts'

export const sender = /* @__PURE__ */ once(
  () =>
    new Sender({
      table: table(),
      clock,
      random,
      log,
      queue: publishQueue(),
      channels: channels(),
      media,
      connectorOf,
      lateness: (ms) => process.stdout.write(`${latenessLine(ms, variable('STAGE'), clock.now())}\n`),
    }),
)
