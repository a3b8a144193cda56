import { latenessLine } from '../../shared/aws/metric.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { Sender } from '../../shared/publishing/sender.ts'
import { clock, log, once, publishQueue, random, table, variable } from '../container.ts'
import { channels } from './channels.ts'
import { fittingMedia } from './media-fitter.ts'

export const sender = /* @__PURE__ */ once(
  () =>
    new Sender({
      table: table(),
      clock,
      random,
      log,
      queue: publishQueue(),
      channels: channels(),
      media: fittingMedia,
      connectorOf,
      lateness: (ms) => process.stdout.write(`${latenessLine(ms, variable('STAGE'), clock.now())}\n`),
    }),
)
