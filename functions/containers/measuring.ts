import { Collector } from '../../shared/measuring/index.ts'
import { clock, log, once, table } from '../container.ts'
import { channels } from './channels.ts'
import { zoneOf } from './metrics.ts'

export const collector = /* @__PURE__ */ once(
  () => new Collector({ table: table(), clock, channels: channels(), log, zoneOf }),
)
