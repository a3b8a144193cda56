import { Deliverer } from '../../shared/newsletters/index.ts'
import { clock, lettersQueue, log, once, random, table, variable } from '../container.ts'
import { channels } from './channels.ts'

export const deliverer = /* @__PURE__ */ once(
  () =>
    new Deliverer({
      table: table(),
      clock,
      random,
      log,
      channels: channels(),
      queue: lettersQueue(),
      publicUrl: variable('PUBLIC_URL').replace(/\/+$/, ''),
    }),
)
